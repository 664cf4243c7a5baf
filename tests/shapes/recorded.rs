// SPDX-License-Identifier: GPL-3.0-or-later
//! The recorded traffic.

use flr::koji::xml::{read_call, read_response};
use serde_json::Value;
use std::collections::BTreeSet;

pub struct Line {
    pub name: String,
    pub method: Option<String>,
    pub path: Option<String>,
    pub request: String,
    pub status: u16,
    pub response: String,
}

pub fn lines() -> Vec<Line> {
    let files = [include_str!("../fixtures/koji/traffic.jsonl"), include_str!("../fixtures/koji/cycle.jsonl")];
    files
        .iter()
        .flat_map(|file| file.lines())
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| line[key].as_str().map(str::to_owned);
            Line {
                name: text("name").unwrap(),
                method: text("method"),
                path: text("path"),
                request: text("request_body").unwrap_or_default(),
                status: u16::try_from(line["status"].as_u64().unwrap()).unwrap(),
                response: text("response_body").unwrap_or_default(),
            }
        })
        .collect()
}

/// Every recorded answer with its method and parameters; the members of multicalls singly.
pub struct Recorded {
    pub answers: Vec<(String, Value)>,
    pub faults: BTreeSet<(i64, String)>,
}

pub fn recorded() -> Recorded {
    let mut all = Recorded { answers: vec![], faults: BTreeSet::new() };
    for line in lines().iter().filter(|line| line.status == 200) {
        let Ok((method, params)) = read_call(line.request.as_bytes()) else {
            continue;
        };
        match read_response::<Value>(line.response.as_bytes()) {
            Ok(Ok(answer)) => all.answer(&method, &params, answer),
            Ok(Err(fault)) => {
                all.faults.insert((fault.code, fault.text));
            }
            Err(e) => panic!("{}: {e:?}", line.name),
        }
    }
    all
}

impl Recorded {
    fn answer(&mut self, method: &str, params: &[Value], answer: Value) {
        if method != "multiCall" && method != "system.multicall" {
            self.answers.push((method.to_owned(), answer));
            return;
        }
        let calls = params[0].as_array().unwrap();
        for (call, answer) in calls.iter().zip(answer.as_array().unwrap()) {
            if let Some(code) = answer.get("faultCode") {
                let text = answer["faultString"].as_str().unwrap().to_owned();
                self.faults.insert((code.as_i64().unwrap(), text));
            } else if let (Some(method), Some(params)) = (call.get("methodName"), call.get("params")) {
                let params = params.as_array().unwrap().clone();
                self.answer(method.as_str().unwrap(), &params, answer[0].clone());
            }
        }
    }
}
