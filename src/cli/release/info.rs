// SPDX-License-Identifier: GPL-3.0-or-later
use super::list::{Line, role_word};
use super::{Sources, note};
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::bodhi::FIELDS;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::names::ReleaseAlias;
use crate::ops::release::ReleaseInfo;
use crate::output::{Rows, escape};

/// Show a release
///
/// A release goes by Bodhi's name in either case, with or without dashes (F43, f43, epel10.1, EPEL-9, eln,
/// f43f), by the branch of its packages (epel10), a Fedora also by its number (43); rawhide and branched are the
/// ones that are so now. A name that fits none or several is refused with those that may be meant.
///
/// Shows every field of Bodhi's record that flr knows, one a line, and the role and the source. With --field only the
/// value of one; one that is empty is a no (7).
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr release info rawhide\n  flr release info f43 --field stable_tag"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Print only this field
    #[arg(long, value_name = "NAME", value_parser = known_field)]
    pub field: Option<String>,
}

/// The fields that are not Bodhi's.
const OWN: [&str; 2] = ["role", "source"];

fn known_field(text: &str) -> Result<String, String> {
    let all = || FIELDS.iter().map(|field| field.name).chain(OWN);
    if all().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    Err(format!("the fields are {}", all().collect::<Vec<_>>().join(", ")))
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "release info",
        class: Class::Read,
        does: "look at {releases}",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[CommandOption { name: "--field", does: "one field of it", dimension: None, effects: &[] }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ReleaseInfo::about(&self.release, self.field.is_some()))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let question = ReleaseInfo {
            one_field: self.field.is_some(),
            alias: self.release,
            directory: &sources,
            layouts: &sources.layouts,
        };
        let shown = asking.ask(&question)?;
        note(&shown.known);
        let source = shown.known.source.as_str();
        let value = |name: &str| match name {
            "role" => Some(role_word(shown.role).to_owned()),
            "source" => Some(source.to_owned()),
            name => FIELDS.iter().find(|field| field.name == name).and_then(|field| (field.value)(&shown.release)),
        };
        if let Some(name) = &self.field {
            let empty = || Error::new(Kind::AnswerIsNo, format!("{} has no {name}", shown.release.name));
            let text = value(name).filter(|text| !text.is_empty()).ok_or_else(empty)?;
            match asking.json {
                true => asking.out.line(crate::output::json::line(&serde_json::json!({ name: text }))),
                false => asking.out.line(escape(&text)),
            }
            asking.out.flush();
            return Ok(0);
        }
        if asking.json {
            let line = Line { release: &shown.release, role: shown.role, source };
            asking.out.line(crate::output::json::line(&line));
            asking.out.flush();
            return Ok(0);
        }
        let mut rows = Rows::new(asking.out, false, ["field", "value"]);
        for name in FIELDS.iter().map(|field| field.name).chain(OWN) {
            rows.add(&(), [name, &value(name).unwrap_or_default()]);
        }
        rows.end();
        Ok(0)
    }
}
