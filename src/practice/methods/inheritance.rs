// SPDX-License-Identifier: GPL-3.0-or-later
//! Which tag inherits from which, and in what order.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// A child's link to a parent. `other` is the tag at the far end: the parent, or, looking the other
/// way, the child.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub other: i64,
    name: String,
    near: i64,
    priority: i64,
    maxdepth: Option<i64>,
    intransitive: bool,
    pub noconfig: bool,
    pkg_filter: String,
    nextdepth: Option<i64>,
    currdepth: i64,
    /// What counts for the part of the tree below, so that a tag met twice is looked at again only
    /// if that could show more.
    noconfig_above: bool,
}

impl Link {
    /// A link without conditions and with the highest priority.
    pub(super) fn plain(parent: i64) -> Self {
        Self {
            other: parent,
            name: String::new(),
            near: 0,
            priority: 0,
            maxdepth: None,
            intransitive: false,
            noconfig: false,
            pkg_filter: String::new(),
            nextdepth: None,
            currdepth: 0,
            noconfig_above: false,
        }
    }

    fn answer(&self, reverse: bool) -> Answer {
        let mut answer = record! {
            "intransitive" => self.intransitive, "maxdepth" => self.maxdepth,
            "name" => self.name.as_str(), "noconfig" => self.noconfig,
            "parent_id" => if reverse { self.near } else { self.other },
            "pkg_filter" => self.pkg_filter.as_str(), "priority" => self.priority,
        };
        if reverse {
            answer.push("tag_id", self.other);
        } else {
            answer.push("child_id", self.near);
        }
        answer
    }
}

/// The direct links of a tag: to its parents, or to its children.
fn links(call: &Call<'_>, tag: i64, event: Option<i64>, reverse: bool) -> Outcome<Vec<Link>> {
    let (far, near) = if reverse { ("tag_id", "parent_id") } else { ("parent_id", "tag_id") };
    let sql = format!(
        "SELECT {far}, name, priority, maxdepth, intransitive, noconfig, pkg_filter \
         FROM tag_inheritance JOIN tag ON tag.id = {far} WHERE {near} = ? AND {} \
         ORDER BY priority, {far}",
        at(event, "tag_inheritance")
    );
    call.rows(&sql, [tag], |row| {
        Ok(Link {
            other: row.get(0)?,
            name: row.get(1)?,
            near: tag,
            priority: row.get(2)?,
            maxdepth: row.get(3)?,
            intransitive: row.get(4)?,
            noconfig: row.get(5)?,
            pkg_filter: row.get(6)?,
            nextdepth: None,
            currdepth: 0,
            noconfig_above: false,
        })
    })
}

/// koji: `getInheritanceData(tag, event=)`.
pub(super) fn data(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let tag = lookups::some_named(call, "tag", args.get("tag"))?;
    let event = event_argument(args.get("event"))?;
    let links = links(call, tag.id, event, false)?;
    Ok(links.iter().map(|link| link.answer(false)).collect::<Vec<_>>().into())
}

/// koji: `getFullInheritance(tag, event=, reverse=)`.
pub(super) fn full(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    for (key, value) in &args.keywords {
        if key != "stops" && key != "jumps" {
            return fault::parameter(format!("getFullInheritance() got an unexpected keyword argument '{key}'"));
        }
        if python::truthy(value) {
            return fault::parameter(format!("{key} option has been removed since 1.26"));
        }
    }
    let info = args.get("tag");
    let tag = match python::int(info) {
        Some(id) => id,
        None => lookups::some_named(call, "tag", info)?.id,
    };
    let event = event_argument(args.get("event"))?;
    let reverse = args.truthy("reverse");
    let all = order(call, tag, event, reverse)?;
    let answers = all.iter().map(|link| {
        let mut answer = link.answer(reverse);
        answer.push("nextdepth", link.nextdepth);
        answer.push("currdepth", link.currdepth);
        answer.push("filter", Answer::List(vec![]));
        answer
    });
    Ok(answers.collect::<Vec<_>>().into())
}

/// Every tag that `tag` inherits from, in the order koji looks through them (or, in reverse, every
/// tag that inherits from it).
pub(super) fn order(call: &Call<'_>, tag: i64, event: Option<i64>, reverse: bool) -> Outcome<Vec<Link>> {
    let mut walk = Walk { event, reverse, order: Vec::new(), met: HashMap::new(), above: Vec::new() };
    walk.descend(call, tag, 0, None, false)?;
    Ok(walk.order)
}

struct Walk {
    event: Option<i64>,
    reverse: bool,
    order: Vec<Link>,
    /// Under which conditions a tag was met: depth left, and whether its configuration was out.
    met: HashMap<i64, Vec<(Option<i64>, bool)>>,
    above: Vec<i64>,
}

impl Walk {
    fn descend(
        &mut self,
        call: &Call<'_>,
        tag: i64,
        depth: i64,
        maxdepth: Option<i64>,
        mut noconfig: bool,
    ) -> Outcome<()> {
        if maxdepth.is_some_and(|left| left < 1) {
            return Ok(());
        }
        let depth = depth + 1;
        self.above.push(tag);
        for mut link in links(call, tag, self.event, self.reverse)? {
            // A loop is cut, not reported: so koji does it.
            if self.above.contains(&link.other) {
                continue;
            }
            if link.intransitive && self.above.len() > 1 && !self.reverse {
                continue;
            }
            if self.reverse {
                if link.maxdepth.is_some_and(|most| most < depth - 1) {
                    continue;
                }
            } else {
                link.nextdepth = match (link.maxdepth, maxdepth) {
                    (own, None) => own,
                    (None, Some(left)) => Some(left - 1),
                    (Some(own), Some(left)) => Some(own.min(left) - 1),
                };
            }
            link.currdepth = depth;
            noconfig |= link.noconfig;
            link.noconfig_above = noconfig;
            if self.seen(&link) {
                continue;
            }
            let (other, next) = (link.other, link.nextdepth);
            let stop = link.intransitive && self.reverse;
            self.order.push(link);
            if !stop {
                self.descend(call, other, depth, next, noconfig)?;
            }
        }
        self.above.pop();
        Ok(())
    }

    /// Whether an earlier meeting covers this one; notes the meeting if not.
    fn seen(&mut self, link: &Link) -> bool {
        let met = self.met.entry(link.other).or_default();
        let covers = |(left, noconfig): &(Option<i64>, bool)| {
            let deep_enough = match (link.nextdepth, left) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(now), Some(then)) => *then >= now,
            };
            deep_enough && (!*noconfig || link.noconfig_above)
        };
        if met.iter().any(covers) {
            return true;
        }
        met.push((link.nextdepth, link.noconfig_above));
        false
    }
}

/// Adds a link without any check.
pub(super) fn insert(call: &mut Call<'_>, tag: i64, link: &Link) -> Outcome<()> {
    call.create(
        "tag_inheritance",
        "tag_id, parent_id, priority, maxdepth, intransitive, noconfig, pkg_filter",
        &[&tag, &link.other, &link.priority, &link.maxdepth, &link.intransitive, &link.noconfig, &link.pkg_filter],
    )
}

/// koji: `setInheritanceData(tag, data, clear=)`: merges by parent; `delete link` removes.
pub(super) fn set(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let tag = lookups::some_named(call, "tag", args.get("tag"))?;
    call.assert_perm("tag")?;
    let given = match args.get("data") {
        Value::Array(links) => links.clone(),
        one @ Value::Object(_) => vec![one.clone()],
        _ => vec![],
    };
    let mut asked: Vec<(i64, Option<Link>)> = Vec::new();
    for link in &given {
        let Value::Object(link) = link else {
            return required(&Map::new(), "parent_id").map(|_| Answer::Nil);
        };
        let parent = required(link, "parent_id")?.clone();
        let delete = link.get("delete link").is_some_and(python::truthy);
        let wanted = if delete { None } else { Some(read_link(link)?) };
        let name = parent.as_str().map(str::to_owned);
        let parent = lookups::some_tag(call, &parent)?;
        // koji looks a name up and then writes it where a number belongs.
        if let Some(name) = name {
            let text = format!("invalid input syntax for type integer: \"{name}\"");
            return Err(fault::Fault::unexpected("InvalidTextRepresentation", &text, &text).into());
        }
        asked.push((parent.id, wanted.map(|l| Link { other: parent.id, ..l })));
    }
    let present: BTreeMap<i64, Link> =
        links(call, tag.id, None, false)?.into_iter().map(|link| (link.other, link)).collect();
    let clear = args.truthy("clear");
    let mut changes: Vec<(i64, Option<Link>)> = Vec::new();
    for (parent, wanted) in asked {
        let same = match (present.get(&parent), &wanted) {
            (None, None) => true,
            (Some(old), Some(new)) => !clear && same_link(old, new),
            _ => false,
        };
        if !same {
            changes.retain(|(known, _)| *known != parent);
            changes.push((parent, wanted));
        }
    }
    if clear {
        for parent in present.keys() {
            if !changes.iter().any(|(known, _)| known == parent) {
                changes.push((*parent, None));
            }
        }
    }
    check_priorities(tag.id, &present, &changes)?;
    for (parent, _) in &changes {
        call.revoke("tag_inheritance", "tag_id = ? AND parent_id = ?", &[&tag.id, parent])?;
    }
    for link in changes.iter().filter_map(|(_, link)| link.as_ref()) {
        insert(call, tag.id, link)?;
    }
    Ok(Answer::Nil)
}

fn check_priorities(tag: i64, present: &BTreeMap<i64, Link>, changes: &[(i64, Option<Link>)]) -> Outcome<()> {
    let kept = present.values().filter(|link| !changes.iter().any(|(parent, _)| *parent == link.other));
    let new = changes.iter().filter_map(|(_, link)| link.as_ref());
    let mut by_priority: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for link in kept.chain(new) {
        by_priority.entry(link.priority).or_default().push(link.other);
    }
    for (priority, parents) in by_priority {
        if parents.len() > 1 {
            let parents: Vec<_> = parents.iter().map(i64::to_string).collect();
            return fault::generic(format!(
                "Multiple parent tags ([{}]) cannot have the same priority value ({priority}) on child tag {tag}",
                parents.join(", ")
            ));
        }
    }
    Ok(())
}

fn required<'l>(link: &'l Map<String, Value>, field: &str) -> Outcome<&'l Value> {
    match link.get(field) {
        Some(value) => Ok(value),
        None => fault::generic(format!("No value for {field}")),
    }
}

/// koji's own client sends some numbers as text, and the database takes them.
fn number(value: &Value) -> Option<i64> {
    python::int(value).or_else(|| value.as_str()?.trim().parse().ok())
}

fn read_link(link: &Map<String, Value>) -> Outcome<Link> {
    let priority = number(required(link, "priority")?).unwrap_or(0);
    let maxdepth = number(required(link, "maxdepth")?);
    let intransitive = python::truthy(required(link, "intransitive")?);
    let noconfig = python::truthy(required(link, "noconfig")?);
    let pkg_filter = required(link, "pkg_filter")?;
    if python::truthy(pkg_filter) {
        return fault::generic("this practice hub knows no package filters in inheritance");
    }
    Ok(Link { priority, maxdepth, intransitive, noconfig, ..Link::plain(0) })
}

fn same_link(a: &Link, b: &Link) -> bool {
    (a.priority, a.maxdepth, a.intransitive, a.noconfig) == (b.priority, b.maxdepth, b.intransitive, b.noconfig)
}
