// SPDX-License-Identifier: GPL-3.0-or-later
//! Every fault that the practice hub can answer, found in its source.

use super::recorded::recorded;
use super::unrecorded::{INDIRECT, UNRECORDED_FAULTS};
use std::collections::BTreeSet;
use std::path::Path;

/// A constructor of a fault in the hub's source.
#[derive(Debug)]
struct Site {
    file: String,
    code: i64,
    /// The text as written, `{}` where something is put in; none if it is not written there.
    template: Option<String>,
}

const CONSTRUCTORS: [(&str, i64); 7] = [
    ("fault::generic(", 1000),
    ("fault::auth(", 1002),
    ("fault::tag(", 1003),
    ("fault::not_allowed(", 1004),
    ("fault::parameter(", 1019),
    ("Fault::numbered(", 0),
    ("Fault::unexpected(", 1),
];

fn sites(dir: &Path, under: &str, found: &mut Vec<Site>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{under}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            sites(&path, &format!("{name}/"), found);
        } else if name.ends_with(".rs") && name != "fault.rs" {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            for (constructor, code) in CONSTRUCTORS {
                for (at, _) in text.match_indices(constructor) {
                    found.push(site(&name, code, &text[at + constructor.len()..], &text[..at]));
                }
            }
        }
    }
}

/// Reads the arguments of a constructor. A text that was given a name right before counts as
/// written there.
fn site(file: &str, mut code: i64, mut rest: &str, before: &str) -> Site {
    rest = rest.trim_start();
    if code == 0 {
        let (number, after) = rest.split_once(',').unwrap();
        code = number.trim().parse().unwrap_or(0);
        rest = after;
    } else if code == 1 {
        rest = rest.split_once(',').unwrap().1;
    }
    let rest = rest.trim_start().trim_start_matches('&');
    let named = ["text)", "text,", "&text", "text.as", "reason)"];
    let template = if named.iter().any(|name| rest.starts_with(name)) {
        let name = if rest.starts_with("reason") { "let reason = " } else { "let text = " };
        before.rfind(name).and_then(|at| {
            let nearby = before.len() - at < 400;
            nearby.then(|| literal(&before[at + name.len()..])).flatten()
        })
    } else {
        literal(rest)
    };
    Site { file: file.to_owned(), code, template }
}

/// The string literal that begins here, perhaps inside `format!(`.
fn literal(text: &str) -> Option<String> {
    let text = text.trim_start().trim_start_matches("format!(").trim_start();
    let text = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'n' => out.push('\n'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
}

/// Whether a text could have come from a template.
fn fits(template: &str, text: &str) -> bool {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((part, after)) = rest.split_once('{') {
        parts.push(part);
        rest = after.split_once('}').unwrap().1;
    }
    let mut left = text;
    for (at, part) in parts.iter().enumerate() {
        match left.find(part) {
            Some(0) => left = &left[part.len()..],
            Some(n) if at > 0 => left = &left[n + part.len()..],
            _ => return false,
        }
    }
    if parts.is_empty() { left == rest } else { left.ends_with(rest) }
}

#[test]
fn every_fault_is_recorded() {
    let recorded = recorded().faults;
    let mut found = Vec::new();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/practice");
    sites(&dir, "", &mut found);
    assert!(found.len() > 80, "the scan found {} faults", found.len());
    let mut excused: BTreeSet<&(i64, &str, &str)> = BTreeSet::new();
    let mut indirect = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut judge = |code: i64, template: &str, file: &str| {
        let excuse = UNRECORDED_FAULTS.iter().find(|(c, t, _)| (*c, *t) == (code, template));
        let known = recorded.iter().any(|(c, text)| {
            // The database adds the line of the query.
            let bare = text.split_once(">: ").map_or(&**text, |(_, text)| text).lines().next().unwrap_or_default();
            *c == code && (fits(template, text) || code == 1 && fits(template, bare))
        });
        match (known, excuse) {
            (false, None) => wrong.push(format!("{file}: {code} {template:?} is recorded nowhere")),
            (true, Some(excuse)) => wrong.push(format!("{excuse:?} is recorded")),
            (_, excuse) => excused.extend(excuse),
        }
    };
    for site in &found {
        match &site.template {
            Some(template) => judge(site.code, template, &site.file),
            None => {
                indirect.insert((site.file.clone(), site.code));
            }
        }
    }
    let listed: BTreeSet<(String, i64)> = INDIRECT.iter().map(|(file, code, _)| ((*file).to_owned(), *code)).collect();
    for (file, code, templates) in INDIRECT {
        for template in *templates {
            judge(*code, template, file);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(indirect, listed);
    let idle: Vec<_> = UNRECORDED_FAULTS.iter().filter(|e| !excused.contains(*e)).collect();
    assert!(idle.is_empty(), "excuse nothing: {idle:#?}");
}

#[test]
fn templates_fit_what_they_should() {
    assert!(fits("build {} not in tag {}", "build a-1-1 not in tag f43"));
    assert!(!fits("build {} not in tag {}", "build a-1-1 in tag f43"));
    assert!(!fits("No such task", "No such task: 3"));
    assert!(fits("No such task: {id}", "No such task: 3"));
    assert!(!fits("tag is {}", "the tag is locked"));
}
