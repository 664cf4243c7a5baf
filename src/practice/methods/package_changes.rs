// SPDX-License-Identifier: GPL-3.0-or-later
//! Changing package lists, with koji's exact rules.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups::{self, Named};
use super::packages::{self, Entry};
use super::tag_changes;
use serde_json::Value;

/// The policy of this hub, modelled on Fedora's: releng changes package lists, but nobody takes an
/// entry away; administrators pass with `force`.
fn policy(call: &Call<'_>, action: &str, force: bool) -> Outcome<()> {
    let admin = call.has_perm("admin")?;
    if force && admin {
        return Ok(());
    }
    let reason = if action == "remove" {
        "packages are blocked, not removed"
    } else if admin || call.has_perm("tag")? {
        return Ok(());
    } else {
        "Only admin/tag can do this via default policy"
    };
    fault::not_allowed(format!("policy violation (package_list): {reason}"))
}

/// What `packageListAdd` and its relatives want.
#[derive(Debug)]
pub(super) struct Addition<'a> {
    pub tag: &'a Value,
    pub package: &'a Value,
    pub owner: &'a Value,
    pub block: Option<bool>,
    pub extra_arches: Option<String>,
    pub force: bool,
    pub update: bool,
}

impl<'a> Addition<'a> {
    fn new(tag: &'a Value, package: &'a Value, force: bool) -> Self {
        Self { tag, package, owner: &Value::Null, block: None, extra_arches: None, force, update: false }
    }

    fn action(&self) -> &'static str {
        match (self.update, self.block) {
            (true, _) => "update",
            (false, Some(true)) => "block",
            _ => "add",
        }
    }

    /// Adds or changes the entry. The same data again is not a change.
    pub(super) fn apply(self, call: &mut Call<'_>) -> Outcome<Answer> {
        let tag = lookups::some_tag(call, self.tag)?;
        let known = lookups::named(call, "package", self.package, false)?;
        if known.is_none() && !self.package.is_string() {
            return fault::generic(format!("No such package: {}", python::shown(self.package)));
        }
        let mut owner = match self.owner {
            Value::Null => None,
            owner => Some(lookups::some_user(call, owner)?.id),
        };
        call.assert_login()?;
        policy(call, self.action(), self.force)?;
        let package = match known {
            Some(package) => package,
            None => new_package(call, &python::shown(self.package))?,
        };
        let mut arches = self.extra_arches.as_deref().map(tag_changes::check_arches);
        let mut arches = arches.take().transpose()?;
        let previous = packages::entry(call, tag.id, package.id, None)?;
        let mut block = self.block.unwrap_or(false);
        let (mut changed, mut changed_owner) = (false, false);
        match &previous {
            None if self.update && !self.force => {
                return fault::generic(format!(
                    "cannot update: tag {} has no data for package {}",
                    tag.name, package.name
                ));
            }
            None => {}
            Some(previous) => {
                let old_owner = previous.owner.as_ref().map(|(id, _)| *id);
                owner = owner.or(old_owner);
                changed_owner = owner != old_owner;
                block = self.block.unwrap_or(previous.blocked);
                arches = arches.or_else(|| previous.extra_arches.clone());
                changed = (block, &arches) != (previous.blocked, &previous.extra_arches);
                if !changed && !changed_owner && !self.force {
                    return Ok(Answer::Nil);
                }
                if previous.blocked && !block && !self.force {
                    return fault::generic(format!("package {} is blocked in tag {}", package.name, tag.name));
                }
            }
        }
        let owner = match owner {
            Some(owner) => owner,
            None if self.force => call.user_id()?,
            None => return fault::generic("owner not specified"),
        };
        if previous.is_none() || changed {
            put(call, tag.id, package.id, owner, block, arches.as_deref())?;
        } else if changed_owner {
            put_owner(call, tag.id, package.id, owner)?;
        }
        Ok(Answer::Nil)
    }
}

fn new_package(call: &mut Call<'_>, name: &str) -> Outcome<Named> {
    call.db.execute("INSERT INTO package (name) VALUES (?)", [name])?;
    call.dml = true;
    Ok(Named { id: call.db.last_insert_rowid(), name: name.to_owned() })
}

/// Replaces the tag's own entry and owner.
fn put(call: &mut Call<'_>, tag: i64, package: i64, owner: i64, blocked: bool, arches: Option<&str>) -> Outcome<()> {
    take_away(call, tag, package)?;
    call.create("tag_packages", "tag_id, package_id, blocked, extra_arches", &[&tag, &package, &blocked, &arches])?;
    put_owner(call, tag, package, owner)
}

fn put_owner(call: &mut Call<'_>, tag: i64, package: i64, owner: i64) -> Outcome<()> {
    call.revoke("tag_package_owners", "tag_id = ? AND package_id = ?", &[&tag, &package])?;
    call.create("tag_package_owners", "tag_id, package_id, owner", &[&tag, &package, &owner])
}

/// Revokes the tag's own entry. The owner's row stays, unseen: so it is at koji.
fn take_away(call: &mut Call<'_>, tag: i64, package: i64) -> Outcome<()> {
    call.revoke("tag_packages", "tag_id = ? AND package_id = ?", &[&tag, &package])?;
    Ok(())
}

/// koji: `packageListAdd(taginfo, pkginfo, owner=, block=, extra_arches=, force=, update=)`.
pub(super) fn add(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let addition = Addition {
        owner: args.get("owner"),
        block: args.given("block").map(python::truthy),
        extra_arches: args.given("extra_arches").map(python::shown),
        update: args.truthy("update"),
        ..Addition::new(args.get("taginfo"), args.get("pkginfo"), args.truthy("force"))
    };
    addition.apply(call)
}

/// koji: `packageListSetOwner(taginfo, pkginfo, owner, force=)`.
pub(super) fn set_owner(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let addition = Addition {
        owner: args.get("owner"),
        update: true,
        ..Addition::new(args.get("taginfo"), args.get("pkginfo"), args.truthy("force"))
    };
    addition.apply(call)
}

/// koji: `packageListSetArches(taginfo, pkginfo, arches, force=)`; nil changes nothing.
pub(super) fn set_arches(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let addition = Addition {
        extra_arches: args.given("arches").map(python::shown),
        update: true,
        ..Addition::new(args.get("taginfo"), args.get("pkginfo"), args.truthy("force"))
    };
    addition.apply(call)
}

fn both(call: &Call<'_>, args: &Args) -> Outcome<(lookups::Tag, Named)> {
    let tag = lookups::some_tag(call, args.get("taginfo"))?;
    let package = lookups::some_named(call, "package", args.get("pkginfo"))?;
    Ok((tag, package))
}

/// koji: `packageListBlock(taginfo, pkginfo, force=)`.
pub(super) fn block(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, package) = both(call, args)?;
    if packages::entry(call, tag.id, package.id, None)?.is_none() {
        return fault::generic(format!("Package {} is not in tag listing for {}", package.name, tag.name));
    }
    let addition =
        Addition { block: Some(true), ..Addition::new(args.get("taginfo"), args.get("pkginfo"), args.truthy("force")) };
    addition.apply(call)
}

/// koji: `packageListUnblock(taginfo, pkginfo, force=)`: takes the tag's own block away, or puts an
/// unblocked entry over an inherited one.
pub(super) fn unblock(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, package) = both(call, args)?;
    call.assert_login()?;
    policy(call, "unblock", args.truthy("force"))?;
    let Some(previous) = packages::entry(call, tag.id, package.id, None)? else {
        return fault::generic(format!(
            "no data (blocked or otherwise) for package {} in tag {}",
            package.name, tag.name
        ));
    };
    if !previous.blocked {
        return fault::generic(format!("package {} NOT blocked in tag {}", package.name, tag.name));
    }
    if previous.tag_id == tag.id {
        take_away(call, tag.id, package.id)?;
        let below = packages::entry(call, tag.id, package.id, None)?;
        if below.is_some_and(|entry| !entry.blocked) {
            return Ok(Answer::Nil);
        }
    }
    put_unblocked(call, tag.id, &previous)?;
    Ok(Answer::Nil)
}

fn put_unblocked(call: &mut Call<'_>, tag: i64, previous: &Entry) -> Outcome<()> {
    let owner = match &previous.owner {
        Some((id, _)) => *id,
        None => call.user_id()?,
    };
    put(call, tag, previous.package_id, owner, false, previous.extra_arches.as_deref())
}

/// koji: `packageListRemove(taginfo, pkginfo, force=)`: nothing to remove is no fault.
pub(super) fn remove(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, package) = both(call, args)?;
    call.assert_login()?;
    policy(call, "remove", args.truthy("force"))?;
    take_away(call, tag.id, package.id)?;
    Ok(Answer::Nil)
}

/// Puts a package on a tag's list because an administrator forces a build in.
pub(super) fn force_in(call: &mut Call<'_>, tag: i64, package: i64) -> Outcome<()> {
    let (tag, package) = (Value::from(tag), Value::from(package));
    let addition = Addition { block: Some(false), ..Addition::new(&tag, &package, true) };
    addition.apply(call).map(drop)
}
