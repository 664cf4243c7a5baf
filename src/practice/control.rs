// SPDX-License-Identifier: GPL-3.0-or-later
//! Orders to misbehave, over HTTP.

use super::http::{Body, HttpAnswer, HttpRequest};
use super::misbehave::Misbehaviour;
use super::respond::NOT_FOUND;
use super::server::Shared;
use serde_json::{Value, json};

/// `/control`: rules as JSON by POST, pending rules by GET, the log by GET `/control/calls`, an end
/// of all rules by POST `/control/clear`.
pub(super) fn answer(shared: &Shared, path: &str, request: &HttpRequest) -> HttpAnswer {
    if !shared.options.control {
        return HttpAnswer::page(404, NOT_FOUND);
    }
    let json_answer = |value: Value| HttpAnswer::of_hub(200, "application/json", value.to_string());
    match (&*request.verb, path, &request.body) {
        ("GET", "/control", _) => json_answer(json!({"pending": shared.hub.rules.pending()})),
        ("GET", "/control/calls", _) => json_answer(json!(shared.log.calls())),
        ("POST", "/control/clear", _) => {
            shared.hub.rules.clear();
            json_answer(json!({"pending": []}))
        }
        ("POST", "/control", Body::Whole(body)) => {
            let rules: std::result::Result<Vec<Misbehaviour>, _> = if body.first() == Some(&b'[') {
                serde_json::from_slice(body)
            } else {
                serde_json::from_slice(body).map(|rule| vec![rule])
            };
            match rules {
                Ok(rules) => {
                    for rule in rules {
                        shared.hub.rules.add(rule);
                    }
                    json_answer(json!({"pending": shared.hub.rules.pending()}))
                }
                Err(e) => HttpAnswer::of_hub(400, "text/plain", format!("not a rule: {e}\n")),
            }
        }
        _ => HttpAnswer::of_hub(
            405,
            "text/plain",
            "GET /control, GET /control/calls, POST /control, POST /control/clear\n",
        ),
    }
}
