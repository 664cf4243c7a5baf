// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::names::{Arches, PermissionName, TagName};
use crate::ops::koji::EditTag;
use crate::ops::koji::edit_tag::Wish;
use serde_json::Value;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Change the settings of a tag
///
/// Settings that are not named stay as they are. VALUE is JSON (a number, true, a list, a text in
/// quotes) or, if it is none, a text as it stands. The order of architectures counts for nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji edit-tag f43 --perm autosign\n  flr koji edit-tag eln-build --extra rpm.macro.eln=150 --remove-extra rpm.macro.rhel"))]
pub struct Args {
    /// Tag to change
    pub tag: TagName,
    /// Permission that tagging into the tag needs
    #[arg(long, value_name = "PERM", conflicts_with = "no_perm")]
    pub perm: Option<PermissionName>,
    /// No permission of the tag's own
    #[arg(long)]
    pub no_perm: bool,
    /// Architectures, with blanks or commas between
    #[arg(long, value_name = "ARCHES", conflicts_with = "no_arches")]
    pub arches: Option<Arches>,
    /// No architectures of the tag's own
    #[arg(long)]
    pub no_arches: bool,
    /// Set a further setting (can be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    pub extra: Vec<Member>,
    /// Take a further setting away (can be repeated)
    #[arg(long, value_name = "KEY", value_parser = key)]
    pub remove_extra: Vec<String>,
}

/// A further setting and its value.
#[derive(Debug, Clone)]
pub struct Member {
    key: String,
    value: Value,
}

impl FromStr for Member {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((key, value)) = text.split_once('=') else {
            return Err(Error::usage("it has no ="));
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        if value.is_null() {
            return Err(Error::usage("null is no value; --remove-extra takes a setting away"));
        }
        if let Some(why) = unsendable(&value) {
            return Err(Error::usage(why));
        }
        Ok(Self { key: self::key(key)?, value })
    }
}

/// The name of a further setting.
fn key(text: &str) -> Result<String, Error> {
    match text {
        "" => Err(Error::usage("a setting has a name")),
        text if text.chars().any(char::is_control) => Err(Error::usage("a name holds no control characters")),
        text => Ok(text.to_owned()),
    }
}

/// Why a hub could not be told a value.
fn unsendable(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(text) if text.chars().any(char::is_control) => Some("a value holds no control characters"),
        Value::Number(number) if number.is_u64() && number.as_i64().is_none() => Some("the number is too large"),
        Value::Array(items) => items.iter().find_map(unsendable),
        Value::Object(members) => members.iter().find_map(|(name, value)| match name {
            name if name.chars().any(char::is_control) => Some("a name holds no control characters"),
            _ => unsendable(value),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn wish<T>(value: Option<T>, nothing: bool) -> Wish<T> {
    match (value, nothing) {
        (Some(value), _) => Wish::To(value),
        (None, true) => Wish::Nothing,
        (None, false) => Wish::Keep,
    }
}

pub const GRANT: Command = Command {
    name: "koji edit-tag",
    class: Class::Destroy,
    does: "change settings of {tags}",
    dimensions: &[Dimension::Tags],
    effects: &[],
    options: &[
        CommandOption {
            name: "--perm",
            does: "let tagging into {tags} need {permissions}",
            dimension: Some(Dimension::Permissions),
            effects: &[Effect::SetTagPermission],
        },
        CommandOption {
            name: "--no-perm",
            does: "take the permission of {tags} away",
            dimension: None,
            effects: &[Effect::SetTagPermission],
        },
        CommandOption {
            name: "--arches",
            does: "set what {tags} are for, to {arches}",
            dimension: Some(Dimension::Arches),
            effects: &[Effect::SetTagArches],
        },
        CommandOption {
            name: "--no-arches",
            does: "take the architectures of {tags} away",
            dimension: None,
            effects: &[Effect::SetTagArches],
        },
        CommandOption {
            name: "--extra",
            does: "set {settings} of {tags}",
            dimension: Some(Dimension::Settings),
            effects: &[Effect::SetTagExtra],
        },
        CommandOption {
            name: "--remove-extra",
            does: "take {settings} of {tags} away",
            dimension: Some(Dimension::Settings),
            effects: &[Effect::SetTagExtra],
        },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for EditTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let mut extra = BTreeMap::new();
        let mut again = Vec::new();
        for Member { key, value } in args.extra {
            if extra.insert(key.clone(), value).is_some() {
                again.push(key);
            }
        }
        if !again.is_empty() {
            return Err(Error::usage(format!("set more than once: extra {}", again.join(", "))).into());
        }
        Ok(Self {
            tag: args.tag,
            perm: wish(args.perm, args.no_perm),
            arches: wish(args.arches, args.no_arches),
            extra,
            remove_extra: args.remove_extra.into_iter().collect(),
        })
    }
}
