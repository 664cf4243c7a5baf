// SPDX-License-Identifier: GPL-3.0-or-later
//! Writing calls. The types of the crate that does it stay in here.

use super::{Call, Extra, GroupPackage, GroupSettings, ParentLink, TagEdit, TargetTags};
use crate::names::TargetName;
use crate::{Error, Result};
use serde_json::json;
use std::collections::BTreeMap;
use xmlrpc::{Request, Value};

/// A hub refuses longer requests.
pub(super) const MOST_BYTES: usize = 4 * 1024 * 1024;

/// One call: a method and what it is given.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    method: String,
    args: Vec<Value>,
    named: BTreeMap<String, Value>,
}

/// What a call can be given.
#[derive(Debug, Clone)]
pub(super) struct Arg(Value);

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self(Value::String(text.to_owned()))
    }
}

impl From<bool> for Arg {
    fn from(yes: bool) -> Self {
        Self(Value::Bool(yes))
    }
}

impl From<u64> for Arg {
    /// What is wider than koji's numbers goes as text, which is no build, task or event of anybody's;
    /// cut to size it would be somebody's.
    fn from(number: u64) -> Self {
        match i64::try_from(number) {
            Ok(number) => Self(integer(number)),
            Err(_) => Self(Value::String(number.to_string())),
        }
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self(integer(number))
    }
}

impl From<&[&str]> for Arg {
    fn from(texts: &[&str]) -> Self {
        let texts = texts.iter().map(|text| Value::String((*text).to_owned()));
        Self(Value::Array(texts.collect()))
    }
}

impl From<&[(&str, &serde_json::Value)]> for Arg {
    /// A struct.
    fn from(members: &[(&str, &serde_json::Value)]) -> Self {
        Self(Value::Struct(members.iter().map(|(name, value)| ((*name).to_owned(), lenient(value))).collect()))
    }
}

impl<T: Into<Arg>> From<Option<T>> for Arg {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self(Value::Nil), Into::into)
    }
}

/// koji's own client writes `int` where it fits, and older hubs may not know `i8`.
fn integer(number: i64) -> Value {
    i32::try_from(number).map_or(Value::Int64(number), Value::Int)
}

impl Ask {
    pub(super) fn new(method: &str) -> Self {
        Self { method: method.to_owned(), args: Vec::new(), named: BTreeMap::new() }
    }

    /// The next argument by place.
    pub(super) fn arg(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into().0);
        self
    }

    /// An argument by name.
    pub(super) fn named(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.named.insert(name.to_owned(), value.into().0);
        self
    }

    /// An argument by name, left out if there is nothing to say.
    pub(super) fn maybe(self, name: &str, value: Option<impl Into<Arg>>) -> Self {
        match value {
            Some(value) => self.named(name, value),
            None => self,
        }
    }

    /// An argument by place, as JSON.
    pub(super) fn json(mut self, value: &serde_json::Value) -> Result<Self> {
        let value = from_json(value)?;
        if let Some(bad) = unwritable(&value) {
            return Err(Error::usage(unsendable(&self.method, bad)));
        }
        self.args.push(value);
        Ok(self)
    }

    pub(super) fn method(&self) -> &str {
        &self.method
    }

    /// All calls as one. The hub answers with a list of the same length.
    pub(super) fn multicall(asks: Vec<Ask>) -> Self {
        let members = asks.into_iter().map(|ask| {
            let method = ("methodName".to_owned(), Value::String(ask.method.clone()));
            let params = ("params".to_owned(), Value::Array(ask.into_params()));
            Value::Struct([method, params].into())
        });
        let members = Value::Array(members.collect());
        Self { args: vec![members], ..Self::new("multiCall") }
    }

    /// koji's way to name arguments: one last struct with a mark in it.
    fn into_params(self) -> Vec<Value> {
        let mut params = self.args;
        if !self.named.is_empty() {
            let mut named = self.named;
            named.insert("__starstar".to_owned(), Value::Bool(true));
            params.push(Value::Struct(named));
        }
        params
    }

    /// The request's body.
    ///
    /// A text with a control character is an error: XML has no way to write one, and the hub would
    /// refuse the whole request. A carriage return would silently become a newline.
    pub(super) fn body(self) -> Result<Vec<u8>> {
        let method = self.method.clone();
        let params = self.into_params();
        if let Some(bad) = params.iter().find_map(unwritable) {
            return Err(Error::failed(unsendable(&method, bad)));
        }
        let request = params.into_iter().fold(Request::new(&method), Request::arg);
        let mut body = Vec::new();
        request.write_as_xml(&mut body).map_err(|e| Error::failed(format!("cannot write a call of {method}: {e}")))?;
        if body.len() > MOST_BYTES {
            return Err(Error::failed(format!(
                "a call of {method} has {} bytes, and a hub takes {MOST_BYTES}",
                body.len()
            )));
        }
        Ok(body)
    }
}

fn unsendable(method: &str, bad: char) -> String {
    format!("an argument of {method} holds the control character U+{:04X}, which cannot be sent", u32::from(bad))
}

/// The first character in it that XML cannot carry.
fn unwritable(value: &Value) -> Option<char> {
    let in_text = |text: &str| {
        text.chars().find(|c| {
            (c.is_control() && u32::from(*c) < 0x20 && !matches!(c, '\t' | '\n'))
                || matches!(c, '\u{fffe}' | '\u{ffff}')
        })
    };
    match value {
        Value::String(text) => in_text(text),
        Value::Array(items) => items.iter().find_map(unwritable),
        Value::Struct(members) => members.iter().find_map(|(name, value)| in_text(name).or_else(|| unwritable(value))),
        _ => None,
    }
}

fn from_json(json: &serde_json::Value) -> Result<Value> {
    use serde_json::Value as Json;
    Ok(match json {
        Json::Null => Value::Nil,
        Json::Bool(yes) => Value::Bool(*yes),
        Json::Number(number) => match (number.as_i64(), number.is_u64(), number.as_f64()) {
            (Some(number), _, _) => integer(number),
            (None, false, Some(number)) => Value::Double(number),
            _ => {
                return Err(Error::usage(format!("{number} does not fit in 64 bits with a sign")));
            }
        },
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Array(items.iter().map(from_json).collect::<Result<_>>()?),
        Json::Object(members) => Value::Struct(
            members.iter().map(|(name, value)| Ok((name.clone(), from_json(value)?))).collect::<Result<_>>()?,
        ),
    })
}

/// A number wider than koji's goes as text, as everywhere.
fn lenient(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Array(items) => Value::Array(items.iter().map(lenient).collect()),
        Json::Object(members) => {
            Value::Struct(members.iter().map(|(name, value)| (name.clone(), lenient(value))).collect())
        }
        plain => from_json(plain).unwrap_or_else(|_| Value::String(plain.to_string())),
    }
}

impl From<&Call> for Ask {
    fn from(call: &Call) -> Self {
        match call {
            Call::TagBuildBypass { tag, build, force } => {
                let ask = Ask::new("tagBuildBypass").arg(tag.as_str()).arg(build.0);
                let ask = ask.named("notify", false);
                ask.maybe("force", force.then_some(true))
            }
            Call::UntagBuildBypass { tag, build } => {
                let ask = Ask::new("untagBuildBypass").arg(tag.as_str()).arg(build.0);
                ask.named("notify", false)
            }
            Call::TagBuild { tag, build } => Ask::new("tagBuild").arg(tag.as_str()).arg(build.0),
            Call::MoveBuild { from, to, build } => {
                Ask::new("moveBuild").arg(from.as_str()).arg(to.as_str()).arg(build.0)
            }
            Call::UntagBuild { tag, build } => Ask::new("untagBuild").arg(tag.as_str()).arg(build.0),
            Call::PackageListAdd { tag, package, owner, block, extra_arches, force } => Ask::new("packageListAdd")
                .arg(tag.as_str())
                .arg(package.as_str())
                .maybe("owner", owner.as_ref().map(|o| o.as_str()))
                .maybe("block", *block)
                .maybe("extra_arches", extra_arches.as_deref())
                .maybe("force", force.then_some(true)),
            Call::PackageListSetOwner { tag, package, owner } => {
                package_list("SetOwner", tag, package).arg(owner.as_str())
            }
            Call::PackageListBlock { tag, package } => package_list("Block", tag, package),
            Call::PackageListUnblock { tag, package } => package_list("Unblock", tag, package),
            Call::PackageListRemove { tag, package } => package_list("Remove", tag, package),
            Call::EditTag { tag, edit } => edit_tag(Ask::new("editTag2").arg(tag.as_str()), edit),
            Call::CreateTag { tag, perm, arches, extra } => {
                let members: Vec<_> = extra.iter().map(|(key, value)| (key.as_str(), value)).collect();
                Ask::new("createTag")
                    .arg(tag.as_str())
                    .maybe("perm", perm.as_deref())
                    .maybe("arches", arches.as_deref())
                    .maybe("extra", (!members.is_empty()).then_some(members.as_slice()))
            }
            Call::SnapshotTag { tag, source, event, force } => Ask::new("snapshotTag")
                .arg(source.as_str())
                .arg(tag.as_str())
                .named("latest_only", true)
                .named("inherit_builds", false)
                .maybe("event", event.map(|event| event.0))
                .maybe("force", force.then_some(true)),
            Call::DeleteTag { tag } => Ask::new("deleteTag").arg(tag.as_str()),
            Call::RemoveSideTag { tag } => Ask::new("removeSideTag").arg(tag.as_str()),
            Call::SetInheritance { tag, unlink, link } => {
                let gone = unlink.iter().map(|parent| json!({"parent_id": parent, "delete link": true}));
                let links: serde_json::Value = gone.chain(link.iter().map(parent_link)).collect();
                Ask::new("setInheritanceData").arg(tag.as_str()).arg(Arg(lenient(&links)))
            }
            Call::GroupListAdd { tag, group, settings } => {
                group_settings(Ask::new("groupListAdd").arg(tag.as_str()).arg(group.as_str()), settings)
            }
            Call::GroupListRemove { tag, group } => Ask::new("groupListRemove").arg(tag.as_str()).arg(group.as_str()),
            Call::GroupPackageListAdd { tag, group, package } => {
                group_package(Ask::new("groupPackageListAdd").arg(tag.as_str()).arg(group.as_str()), package)
            }
            Call::GroupPackageListRemove { tag, group, package } => {
                Ask::new("groupPackageListRemove").arg(tag.as_str()).arg(group.as_str()).arg(package.as_str())
            }
            Call::AddExternalRepoToTag { tag, repo } => {
                let ask = Ask::new("addExternalRepoToTag").arg(tag.as_str()).arg(repo.name.as_str());
                ask.arg(repo.priority)
                    .named("merge_mode", repo.merge_mode.as_str())
                    .maybe("arches", repo.arches.as_deref())
            }
            Call::EditTagExternalRepo { tag, repo } => Ask::new("editTagExternalRepo")
                .arg(tag.as_str())
                .arg(repo.name.as_str())
                .named("priority", repo.priority)
                .named("merge_mode", repo.merge_mode.as_str())
                .maybe("arches", repo.arches.as_deref()),
            Call::RemoveExternalRepoFromTag { tag, repo } => {
                Ask::new("removeExternalRepoFromTag").arg(tag.as_str()).arg(repo.as_str())
            }
            Call::CreateTarget { target, tags } => target_tags(Ask::new("createBuildTarget"), target, tags),
            Call::EditTarget { target, tags } => {
                target_tags(Ask::new("editBuildTarget").arg(target.as_str()), target, tags)
            }
            Call::DeleteTarget { target } => Ask::new("deleteBuildTarget").arg(target.as_str()),
            Call::WriteSigned { rpm, key } => Ask::new("writeSignedRPM").arg(rpm.0).arg(key.as_str()),
        }
    }
}

/// Without one of its six fields a hub refuses a link.
fn parent_link(link: &ParentLink) -> serde_json::Value {
    json!({
        "parent_id": link.parent_id, "priority": link.priority, "maxdepth": link.maxdepth,
        "intransitive": link.intransitive, "noconfig": link.noconfig, "pkg_filter": link.pkg_filter,
    })
}

/// All of them: what is left out the hub takes from where the tag inherits from.
fn group_settings(ask: Ask, settings: &GroupSettings) -> Ask {
    ask.named("display_name", settings.display_name.as_str())
        .named("description", settings.description.as_deref())
        .named("exported", settings.exported)
        .named("is_default", settings.is_default)
        .named("uservisible", settings.uservisible)
        .named("langonly", settings.langonly.as_deref())
        .named("biarchonly", settings.biarchonly)
}

fn group_package(ask: Ask, package: &GroupPackage) -> Ask {
    ask.arg(package.name.as_str())
        .named("type", package.kind.as_str())
        .named("basearchonly", package.basearchonly)
        .named("requires", package.requires.as_deref())
}

fn target_tags(ask: Ask, target: &TargetName, tags: &TargetTags) -> Ask {
    ask.arg(target.as_str()).arg(tags.build_tag.as_str()).arg(tags.dest_tag.as_str())
}

fn edit_tag(ask: Ask, edit: &TagEdit) -> Ask {
    match edit {
        TagEdit::Locked(locked) => ask.named("locked", *locked),
        TagEdit::Perm(perm) => ask.named("perm", perm.as_deref()),
        TagEdit::Arches(arches) => ask.named("arches", arches.as_deref()),
        TagEdit::Extra(key, Extra::Value(value)) => ask.named("extra", Arg::from([(key.as_str(), value)].as_slice())),
        TagEdit::Extra(key, Extra::Unset) => ask.named("remove_extra", [key.as_str()].as_slice()),
        TagEdit::Extra(key, Extra::Blocked) => ask.named("block_extra", [key.as_str()].as_slice()),
    }
}

fn package_list(what: &str, tag: &crate::names::TagName, package: &crate::names::PackageName) -> Ask {
    Ask::new(&format!("packageList{what}")).arg(tag.as_str()).arg(package.as_str())
}
