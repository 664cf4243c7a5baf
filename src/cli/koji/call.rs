// SPDX-License-Identifier: GPL-3.0-or-later

/// Call any reading method of the hub and print its answer as JSON
///
/// The session is anonymous and stays so: login, sslLogin, subsession, exclusiveSession and logout
/// are refused, also inside a multiCall.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Method of the hub: getTag, listTagged …
    pub method: String,
    /// Arguments: JSON, or else a plain string; the last one may be {"__starstar": true, …}
    #[arg(value_name = "ARG", allow_negative_numbers = true)]
    pub args: Vec<String>,
}
