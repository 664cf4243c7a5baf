// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories and requests for them; see `cycle.rs` for a queue that was recorded.

use crate::reading::{ask, tag};
use crate::recorded::{answer, line, value};
use flr::koji::{Reader, Repo};
use flr::names::EventId;
use serde_json::{Value, json};

#[test]
fn ready_ones() {
    let there = Some(Repo { id: 6_600_009, event: EventId(40_174_312) });
    let (found, seen) = ask(vec![("getRepo", answer("getRepo"))], |hub| hub.repo(&tag("f43-build")));
    assert_eq!((found.unwrap(), seen[0].params.clone()), (there.clone(), vec![json!("f43-build")]));
    let (found, _) = ask(vec![("getRepo", answer("getRepo-nil"))], |hub| hub.repo(&tag("f43")));
    assert_eq!(found.unwrap(), None);
    for (name, wanted) in [("repo.get", there), ("repo.get-nil", None)] {
        let since = EventId(40_174_317);
        let (found, seen) = ask(vec![("repo.get", answer(name))], |hub| hub.repo_since(&tag("f43-build"), since));
        assert_eq!(found.unwrap(), wanted);
        // As it was recorded.
        let asked = json!({"min_event": 40_174_317, "__starstar": true});
        assert_eq!(seen[0].params, [json!("f43-build"), asked]);
        assert!(line("repo.get-nil")["request_body"].as_str().unwrap().contains("<int>40174317</int>"));
    }
}

#[test]
fn the_queue() {
    let (found, seen) = ask(vec![("repo.queryQueue", answer("repo.queryQueue-empty"))], |hub| {
        hub.repo_requests(89272, EventId(40_174_314))
    });
    assert!(found.unwrap().is_empty());
    assert_eq!(seen[0].params[0], json!([["tag_id", "=", 89272], ["min_event", ">=", 40_174_314]]));
    let fields: Vec<&str> = seen[0].params[1].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
    // Every field that is asked for is one that a request has.
    let of = |name: &str| value(name)[0]["request"].clone();
    let requests = json!([of("repo.checkRequest"), of("repo.request-existing")]);
    assert!(fields.iter().all(|field| requests[0].get(field).is_some()), "{fields:?}");

    let script = vec![("repo.queryQueue", crate::server::Reply::value(requests.clone()))];
    let (found, _) = ask(script, |hub| hub.repo_requests(89272, EventId(1)));
    let found = found.unwrap();
    let told: Vec<_> = found.iter().map(|request| (request.id, request.min_event.0, request.active)).collect();
    assert_eq!(told, [(1, 40_174_314, true), (2, 40_174_354, true)]);
    assert_eq!(
        (found[0].owner.as_deref(), found[0].task, found[0].tries, found[0].repo),
        (Some("releng"), None, 0, None)
    );

    let mut odd: Value = requests;
    odd[0]["task_id"] = json!(7);
    odd[0]["task_state"] = json!(9);
    let script = vec![("repo.queryQueue", crate::server::Reply::value(odd))];
    let error = ask(script, |hub| hub.repo_requests(89272, EventId(1))).0.unwrap_err();
    assert!(error.what.ends_with("task 7 has the unknown state 9"), "{error}");
}

#[test]
fn changes_of_tags_and_the_methods_of_a_hub() {
    let (found, seen) =
        ask(vec![("tagLastChangeEvent", answer("tagLastChangeEvent"))], |hub| hub.last_change(&tag("f43-build")));
    assert_eq!((found.unwrap(), seen[0].params.clone()), (EventId(40_174_317), vec![json!("f43-build")]));
    let (found, seen) = ask(vec![("tagChangedSinceEvent", answer("tagChangedSinceEvent"))], |hub| {
        hub.changed_since(EventId(40_174_000), &[89150])
    });
    assert_eq!((found.unwrap(), seen[0].params.clone()), (true, vec![json!(40_174_000), json!([89150])]));
    let (found, _) = ask(vec![("system.listMethods", answer("system.listMethods"))], |hub| hub.methods());
    let found = found.unwrap();
    assert!(found.contains("repo.request") && found.contains("repo.queryQueue") && !found.contains("tagHistory"));
}
