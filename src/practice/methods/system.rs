// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub about itself, and its events.

use super::super::answer::{Answer, record};
use super::super::call::Call;
use super::super::clock;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::{self, Args};

/// The version the hub says it is.
pub(in crate::practice) const VERSION: &str = "1.35.3";

/// Stands in the table for what is dispatched elsewhere.
pub(super) fn nothing(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    Ok(Answer::Nil)
}

pub(super) fn api_version(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    Ok(Answer::Int(1))
}

pub(super) fn koji_version(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    Ok(VERSION.into())
}

pub(super) fn hello(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    Ok("Hello World".into())
}

pub(super) fn echo(_: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    Ok(args.rest.clone().into())
}

pub(super) fn disabled(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    Ok(Answer::Bool(false))
}

pub(super) fn list_methods(_: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    let mut names: Vec<&str> = signatures::all().keys().map(String::as_str).collect();
    names.extend(["multiCall", "system.multicall"]);
    names.sort_unstable();
    Ok(names.into())
}

fn answer(row: &rusqlite::Row<'_>) -> rusqlite::Result<Answer> {
    Ok(record! {
        "id" => row.get::<_, i64>(0)?,
        "ts" => Answer::Double(clock::seconds(row.get(1)?)),
    })
}

/// koji: `getLastEvent(before=, strict=)`; `before` in seconds since 1970.
pub(super) fn last_event(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let before = match args.given("before") {
        None => i64::MAX,
        Some(value) => match value.as_f64() {
            #[allow(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
            Some(seconds) => (seconds * 1e6) as i64,
            None => {
                return fault::generic(format!("Invalid type for before: <class '{}'>", python::type_name(value)));
            }
        },
    };
    let found = call.row("SELECT id, time FROM events WHERE time < ? ORDER BY id DESC LIMIT 1", [before], answer)?;
    missing(found, args.truthy("strict"))
}

/// koji: `getEvent(id, strict=)`.
pub(super) fn event(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let Some(id) = python::int(args.get("id")) else {
        return super::tasks::not_a_number(args.get("id"));
    };
    let found = call.row("SELECT id, time FROM events WHERE id = ?", [id], answer)?;
    missing(found, args.truthy("strict"))
}

/// A missing row is a fault if the caller is strict.
pub(super) fn missing(found: Option<Answer>, strict: bool) -> Outcome<Answer> {
    match found {
        Some(answer) => Ok(answer),
        None if strict => fault::generic("query returned no rows"),
        None => Ok(Answer::Nil),
    }
}
