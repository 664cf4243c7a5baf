// SPDX-License-Identifier: GPL-3.0-or-later
//! Changes what a tag is set to.

use crate::access::Dimensions;
use crate::koji::{Extra, TagConfig, TagHistory};
use crate::names::{Arches, PermissionName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a setting is to be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish<T> {
    /// As it is.
    #[default]
    Keep,
    /// Not set.
    Nothing,
    /// This.
    To(T),
}

/// `tag` has these settings; those that are not named stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditTag {
    /// The tag.
    pub tag: TagName,
    /// The permission that tagging needs besides the usual ones.
    pub perm: Wish<PermissionName>,
    /// What build roots and repositories are made for. The order counts for nothing.
    pub arches: Wish<Arches>,
    /// Further settings that have this value.
    pub extra: BTreeMap<String, Value>,
    /// Further settings that are not set.
    pub remove_extra: BTreeSet<String>,
}

/// How the tag is set up, and the permissions that the hub knows, if one is named.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: TagHistory,
    permissions: BTreeSet<String>,
}

impl EditTag {
    fn makes_sense(&self) -> Result<()> {
        let keeps = self.perm == Wish::Keep && self.arches == Wish::Keep;
        if keeps && self.extra.is_empty() && self.remove_extra.is_empty() {
            return Err(Error::usage("no setting is named"));
        }
        let both: Vec<&str> =
            self.remove_extra.iter().filter(|key| self.extra.contains_key(*key)).map(String::as_str).collect();
        if !both.is_empty() {
            return Err(Error::usage(format!("both set and removed: extra {}", both.join(", "))));
        }
        Ok(())
    }

    fn plan_perm(&self, plan: &mut Plan, now: &TagConfig, known: &BTreeSet<String>) {
        let wanted = match &self.perm {
            Wish::Keep => return,
            Wish::Nothing => None,
            Wish::To(perm) => Some(perm.to_string()),
        };
        match &wanted {
            _ if wanted == now.perm => plan.leave_out("permission", already(wanted.as_deref())),
            Some(perm) if !known.contains(perm) => {
                plan.refuse("permission", format!("the hub has no permission {perm}"))
            }
            _ => drop(plan.push(TagChange::SetTagPermission {
                tag: self.tag.clone(),
                perm: wanted,
                before: now.perm.clone(),
            })),
        }
    }

    fn plan_arches(&self, plan: &mut Plan, now: &TagConfig) {
        let stored = now.arches.as_deref();
        let wanted = match &self.arches {
            Wish::Keep => return,
            Wish::Nothing if stored.is_none_or(str::is_empty) => {
                return plan.leave_out("arches", already(None));
            }
            Wish::Nothing => None,
            Wish::To(arches) if stored.is_some_and(|stored| arches.are(stored)) => {
                return plan.leave_out("arches", already(stored));
            }
            Wish::To(arches) => Some(arches.to_string()),
        };
        plan.push(TagChange::SetTagArches { tag: self.tag.clone(), arches: wanted, before: now.arches.clone() });
    }

    fn plan_extra(&self, plan: &mut Plan, history: &TagHistory) {
        let set = self.extra.iter().map(|(key, value)| (key, Extra::Value(value.clone())));
        let removed = self.remove_extra.iter().map(|key| (key, Extra::Unset));
        for (key, to) in set.chain(removed) {
            let before = history.extra(key).value;
            let subject = format!("extra {key}");
            match (&before, &to) {
                _ if before == to => match &to {
                    Extra::Value(value) => plan.leave_out(subject, already(Some(&value.to_string()))),
                    Extra::Unset | Extra::Blocked => plan.leave_out(subject, already(None)),
                },
                // The hub takes only values away.
                (Extra::Blocked, Extra::Unset) => plan.refuse(
                    subject,
                    format!(
                        "it is blocked in {}, and a hub does not take a block away; set it to a value first",
                        self.tag
                    ),
                ),
                _ => drop(plan.push(TagChange::SetTagExtra { tag: self.tag.clone(), key: key.clone(), to, before })),
            }
        }
    }
}

fn already(value: Option<&str>) -> String {
    match value {
        Some(value) => format!("already {value}"),
        None => "not set".into(),
    }
}

impl Operation for EditTag {
    const NAME: &'static str = "koji edit-tag";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new().tag(&self.tag).settings(self.extra.keys().chain(&self.remove_extra));
        let about = match &self.perm {
            Wish::To(permission) => about.permission(permission),
            Wish::Keep | Wish::Nothing => about,
        };
        let about = match &self.arches {
            Wish::To(arches) => about.arches(arches),
            Wish::Keep | Wish::Nothing => about,
        };
        about
            .option("--perm", matches!(self.perm, Wish::To(_)))
            .option("--no-perm", self.perm == Wish::Nothing)
            .option("--arches", matches!(self.arches, Wish::To(_)))
            .option("--no-arches", self.arches == Wish::Nothing)
            .option("--extra", !self.extra.is_empty())
            .option("--remove-extra", !self.remove_extra.is_empty())
    }

    /// Asks for the tag's rows: they alone tell a setting that is blocked from one that is not there.
    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let tag = koji.tag_histories(std::slice::from_ref(&self.tag))?.pop().unwrap_or_default();
        let permissions = match self.perm {
            Wish::To(_) => koji.permissions()?,
            Wish::Keep | Wish::Nothing => BTreeSet::new(),
        };
        Ok(Seen { tag, permissions })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let mut plan = Plan::default();
        let Some(now) = seen.tag.now() else {
            plan.refuse(&self.tag, "the hub has no such tag");
            return Ok(plan);
        };
        self.plan_perm(&mut plan, now, &seen.permissions);
        self.plan_arches(&mut plan, now);
        self.plan_extra(&mut plan, &seen.tag);
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;
    use serde_json::json;

    fn hub() -> Hub {
        Hub::new().tag("f43").permission("autosign").extra("f43", "rpm.macro.dist", Extra::Value(json!(".fc43"))).extra(
            "f43",
            "repo.auto",
            Extra::Blocked,
        )
    }

    fn edit(tag: &str) -> EditTag {
        EditTag {
            tag: tag.parse().unwrap(),
            perm: Wish::Keep,
            arches: Wish::Keep,
            extra: BTreeMap::new(),
            remove_extra: BTreeSet::new(),
        }
    }

    fn extra(members: &[(&str, Value)]) -> BTreeMap<String, Value> {
        members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    #[test]
    fn what_is_planned() {
        let perm = |perm: &str| Wish::To(perm.parse().unwrap());
        let arches = |arches: &str| Wish::To(arches.parse().unwrap());
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
        let table = [
            (
                "one of each",
                EditTag {
                    perm: perm("autosign"),
                    arches: arches("x86_64 i686"),
                    extra: extra(&[("rpm.macro.dist", json!(".fc44")), ("repo.auto", json!(true)), ("n", json!(1))]),
                    remove_extra: keys(&["gone"]),
                    ..edit("f43")
                },
                "0 set the permission of f43 to autosign
                 1 set the arches of f43 to \"x86_64 i686\"
                 2 set extra n of f43 to 1
                 3 set extra repo.auto of f43 to true
                 4 set extra rpm.macro.dist of f43 to \".fc44\"
                 - extra gone: not set",
            ),
            (
                "as it is",
                EditTag {
                    perm: Wish::Nothing,
                    arches: arches("x86_64"),
                    extra: extra(&[("rpm.macro.dist", json!(".fc43"))]),
                    ..edit("f43")
                },
                "- permission: not set
                 - arches: already x86_64
                 - extra rpm.macro.dist: already \".fc43\"",
            ),
            ("arches away", EditTag { arches: Wish::Nothing, ..edit("f43") }, "0 take the arches of f43 away"),
            (
                "what cannot be",
                EditTag { perm: perm("autosgin"), remove_extra: keys(&["repo.auto", "rpm.macro.dist"]), ..edit("f43") },
                "0 remove extra rpm.macro.dist from f43
                 ! permission: the hub has no permission autosgin
                 ! extra repo.auto: it is blocked in f43, and a hub does not take a block away; set it to a value first",
            ),
            ("no such tag", EditTag { perm: Wish::Nothing, ..edit("f99") }, "! f99: the hub has no such tag"),
            ("nothing", edit("f43"), "error: no setting is named"),
            (
                "a contradiction",
                EditTag { extra: extra(&[("a", json!(1))]), remove_extra: keys(&["a"]), ..edit("f43") },
                "error: both set and removed: extra a",
            ),
        ];
        for (what, request, expected) in table {
            same(what, &hub().text(&request), expected);
        }
    }

    #[test]
    fn permissions_are_looked_up_if_one_is_named() {
        let hub = hub();
        let _ = hub.text(&EditTag { perm: Wish::Nothing, ..edit("f43") });
        let _ = hub.text(&EditTag { perm: Wish::To("autosign".parse().unwrap()), ..edit("f43") });
        assert_eq!(hub.calls(), ["queryHistory of f43", "queryHistory of f43", "getAllPerms"]);
    }
}
