// SPDX-License-Identifier: GPL-3.0-or-later
//! Sorting, cutting and counting of lists: `queryOpts` and its relatives.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::fault::{self, Outcome, Refusal};
use super::super::python;
use super::super::signatures::{self, Args};
use super::Kind;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Applies `queryOpts` to rows: `order`, `offset`, `limit`, `countOnly`.
pub(super) fn apply(mut rows: Vec<Answer>, opts: &Value) -> Answer {
    let Value::Object(opts) = opts else {
        return Answer::List(rows);
    };
    if let Some(order) = opts.get("order").and_then(Value::as_str) {
        sort(&mut rows, order);
    }
    let rows = cut(rows, opts);
    if opts.get("countOnly").is_some_and(python::truthy) {
        return Answer::Int(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    }
    Answer::List(rows)
}

fn cut(rows: Vec<Answer>, opts: &Map<String, Value>) -> Vec<Answer> {
    let number = |key: &str| opts.get(key).and_then(python::int).and_then(|n| usize::try_from(n).ok());
    let rows = rows.into_iter().skip(number("offset").unwrap_or(0));
    match number("limit") {
        Some(limit) => rows.take(limit).collect(),
        None => rows.collect(),
    }
}

/// Sorts by `a,-b`: a minus turns the order round. Nil is the greatest, as in PostgreSQL.
fn sort(rows: &mut [Answer], order: &str) {
    let keys: Vec<(&str, bool)> = order
        .split(',')
        .map(|key| match key.trim().strip_prefix('-') {
            Some(key) => (key, true),
            None => (key.trim(), false),
        })
        .collect();
    rows.sort_by(|a, b| {
        keys.iter().fold(Ordering::Equal, |so_far, (key, reverse)| {
            so_far.then_with(|| {
                let ordering = compare(a.get(key), b.get(key));
                if *reverse { ordering.reverse() } else { ordering }
            })
        })
    });
}

fn compare(a: Option<&Answer>, b: Option<&Answer>) -> Ordering {
    match (a, b) {
        (None | Some(Answer::Nil), None | Some(Answer::Nil)) => Ordering::Equal,
        (None | Some(Answer::Nil), _) => Ordering::Greater,
        (_, None | Some(Answer::Nil)) => Ordering::Less,
        (Some(Answer::Int(a)), Some(Answer::Int(b))) => a.cmp(b),
        (Some(Answer::Double(a)), Some(Answer::Double(b))) => a.total_cmp(b),
        (Some(Answer::Text(a)), Some(Answer::Text(b))) => a.cmp(b),
        (Some(Answer::Bool(a)), Some(Answer::Bool(b))) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

/// Runs the method named first in `args`; only reading ones, as a filter of a change makes no sense.
fn inner(call: &mut Call<'_>, args: &Args, keywords: Map<String, Value>) -> Outcome<Answer> {
    let name = python::shown(args.get("methodName"));
    let (Some(method), Some(signature)) = (super::find(&name), signatures::of(&name)) else {
        return fault::generic(format!("Invalid method: {name}"));
    };
    if method.kind != Kind::Read {
        return fault::generic(format!("{name}() did not return a list"));
    }
    let mut params = args.rest.clone();
    let mut named = keywords;
    named.insert("__starstar".into(), Value::Bool(true));
    params.push(Value::Object(named));
    let bound = signature.bind(params)?;
    (method.run)(call, &bound)
}

/// koji: `count(methodName, *args, **kw)`.
pub(super) fn count(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    match inner(call, args, args.keywords.clone())? {
        Answer::List(rows) => Ok(Answer::Int(i64::try_from(rows.len()).unwrap_or(i64::MAX))),
        Answer::Nil => Ok(Answer::Int(0)),
        _ => Ok(Answer::Int(1)),
    }
}

/// koji: `countAndFilterResults(methodName, *args, filterOpts=, **kw)`.
pub(super) fn count_and_filter(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let name = python::shown(args.get("methodName"));
    let mut keywords = args.keywords.clone();
    let opts = keywords.remove("filterOpts").unwrap_or(Value::Null);
    let result = match inner(call, args, keywords) {
        Err(Refusal::Fault(f)) if !f.text.starts_with("Invalid method: ") => {
            return fault::generic(format!("method {name} raised an exception ({})", f.bare));
        }
        result => result?,
    };
    match result {
        Answer::Nil => Ok(Answer::List(vec![Answer::Int(0), Answer::Nil])),
        Answer::List(mut rows) => {
            let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if let Value::Object(opts) = &opts {
                if let Some(order) = opts.get("order").and_then(Value::as_str) {
                    sort(&mut rows, order);
                }
                rows = cut(rows, opts);
            }
            Ok(Answer::List(vec![Answer::Int(total), Answer::List(rows)]))
        }
        _ => fault::generic(format!("{name}() did not return a list")),
    }
}

/// koji: `filterResults(methodName, *args, filterOpts=, **kw)`.
pub(super) fn filter(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    match count_and_filter(call, args)? {
        Answer::List(mut both) => Ok(both.pop().unwrap_or(Answer::Nil)),
        other => Ok(other),
    }
}
