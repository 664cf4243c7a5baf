// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::read::{Answers, Asking};
use crate::ops::koji::CallMethod;
use crate::output::json;
use serde_json::Value;

/// Call any reading method of the hub and print its answer as JSON
///
/// Indented, or with --json on one line. The session is anonymous and stays so: login, sslLogin, subsession, exclusiveSession and logout
/// are refused, also inside a multiCall.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji call getTag f43\n  flr koji call listTagged f43 '{\"latest\": true, \"__starstar\": true}' --json"))]
pub struct Args {
    /// Method of the hub: getTag, listTagged …
    pub method: String,
    /// Arguments: JSON, or else a plain string; the last one may be {"__starstar": true, …}
    #[arg(value_name = "ARG", allow_negative_numbers = true)]
    pub args: Vec<String>,
}

impl From<Args> for CallMethod {
    fn from(Args { method, args }: Args) -> Self {
        let value = |arg: String| serde_json::from_str(&arg).unwrap_or(Value::String(arg));
        Self { method, args: args.into_iter().map(value).collect() }
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let answer = asking.ask(&CallMethod::from(self))?;
        let text = if asking.json { json::line(&answer) } else { json::pretty(&answer) };
        asking.out.line(text);
        Ok(0)
    }
}
