// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::Parent;
use crate::names::TagName;
use crate::ops::koji::ListInheritance;
use crate::ops::koji::list_inheritance::Look;
use crate::output::{escape, json};
use crate::pipeline::Question;

/// Show what a tag inherits from, as a tree
///
/// The order is the one in which koji looks for builds and settings, from top to bottom. A tag that is
/// met again further down is not shown again. With --reverse, what inherits from the tag. JSON
/// fields: name, depth, priority, maxdepth, intransitive, noconfig, pkg_filter.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-inheritance f43-build\n  flr koji list-inheritance f43 --reverse"))]
pub struct Args {
    /// Tag to begin with
    pub tag: TagName,
    /// What inherits from the tag
    #[arg(long)]
    pub reverse: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-inheritance",
        class: Class::Read,
        does: "look at what {tags} inherit from",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[CommandOption { name: "--reverse", does: "what inherits from them", dimension: None, effects: &[] }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListInheritance {
            tag: self.tag,
            look: if self.reverse { Look::Down } else { Look::Up },
        }))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let look = if self.reverse { Look::Down } else { Look::Up };
        let steps = asking.ask(&ListInheritance { tag: self.tag.clone(), look })?;
        if asking.json {
            steps.iter().for_each(|step| asking.out.line(json::line(step)));
        } else {
            asking.out.line(&self.tag);
            drawn(&steps).iter().for_each(|line| asking.out.line(line));
        }
        asking.out.flush();
        Ok(0)
    }
}

/// One line for each step, with the branches it hangs on.
fn drawn(steps: &[Parent]) -> Vec<String> {
    // From the bottom up: which depths have something further down on the same branch.
    let mut goes_on: Vec<bool> = Vec::new();
    let mut lines: Vec<String> = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let depth = usize::try_from(step.depth.max(1)).unwrap_or(1);
        goes_on.resize(depth.max(goes_on.len()), false);
        let above = goes_on.iter().take(depth - 1).map(|more| if *more { "│  " } else { "   " });
        let last = !goes_on.get(depth - 1).copied().unwrap_or_default();
        let branch = if last { "└─ " } else { "├─ " };
        let conditions = conditions(step.maxdepth, step.intransitive, step.noconfig, &step.pkg_filter);
        let priority = if step.priority == 0 { String::new() } else { format!(", priority {}", step.priority) };
        let told = format!("{priority}{conditions}");
        let told = told.strip_prefix(", ").map_or(String::new(), |told| format!(" ({told})"));
        lines.push(format!("{}{branch}{}{}", above.collect::<String>(), step.name, escape(&told)));
        // Deeper branches end here; this one goes on above.
        goes_on.truncate(depth);
        if let Some(here) = goes_on.get_mut(depth - 1) {
            *here = true;
        }
    }
    lines.reverse();
    lines
}

/// What is unusual about a link, each with a comma before it.
pub(super) fn conditions(maxdepth: Option<i64>, intransitive: bool, noconfig: bool, pkg_filter: &str) -> String {
    let depth = maxdepth.map(|depth| format!(", at most {depth} deep")).unwrap_or_default();
    let intransitive = if intransitive { ", intransitive" } else { "" };
    let noconfig = if noconfig { ", without settings" } else { "" };
    let filter = if pkg_filter.is_empty() { String::new() } else { format!(", packages {pkg_filter}") };
    format!("{depth}{intransitive}{noconfig}{filter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &str, depth: u32, priority: i64) -> Parent {
        Parent {
            name: name.parse().unwrap(),
            depth,
            priority,
            maxdepth: None,
            intransitive: false,
            noconfig: false,
            pkg_filter: String::new(),
        }
    }

    #[test]
    fn a_tree_is_drawn() {
        let steps = [
            step("a", 1, 0),
            step("a-a", 2, 0),
            step("a-a-a", 3, 5),
            step("a-b", 2, 10),
            step("a-b-a", 3, 0),
            Parent { intransitive: true, maxdepth: Some(1), ..step("b", 1, 20) },
            step("b-a", 2, 0),
        ];
        let expected = [
            "├─ a",
            "│  ├─ a-a",
            "│  │  └─ a-a-a (priority 5)",
            "│  └─ a-b (priority 10)",
            "│     └─ a-b-a",
            "└─ b (priority 20, at most 1 deep, intransitive)",
            "   └─ b-a",
        ];
        assert_eq!(drawn(&steps), expected);
        assert!(drawn(&[]).is_empty());
    }
}
