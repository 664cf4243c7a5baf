// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::{Inherit, PackageEntry};
use crate::names::{PackageName, TagName, UserName};
use crate::ops::koji::ListPackages;
use crate::ops::koji::list_pkgs::Listed;
use crate::output::Rows;
use crate::pipeline::Question;

/// List the packages of a tag
///
/// The columns are package, the tag that has the entry, owner, and "blocked" or "-". JSON fields:
/// package, tag, owner, blocked, extra_arches.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-pkgs f43 --blocked\n  flr koji list-pkgs f43-updates --inherit --owner kim"))]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Also what the tag inherits
    #[arg(long)]
    pub inherit: bool,
    /// Only blocked packages
    #[arg(long, conflicts_with = "unblocked")]
    pub blocked: bool,
    /// Only packages that are not blocked
    #[arg(long)]
    pub unblocked: bool,
    /// Only packages of this owner
    #[arg(long, value_name = "USER")]
    pub owner: Option<UserName>,
    /// Only this package
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-pkgs",
        class: Class::Read,
        does: "look at the package lists of {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[
            CommandOption { name: "--inherit", does: "also what they inherit", dimension: None, effects: &[] },
            CommandOption { name: "--blocked", does: "only what is blocked", dimension: None, effects: &[] },
            CommandOption { name: "--unblocked", does: "only what is not blocked", dimension: None, effects: &[] },
            CommandOption { name: "--owner", does: "of {owners}", dimension: Some(Dimension::Owners), effects: &[] },
            CommandOption {
                name: "--package",
                does: "of {packages}",
                dimension: Some(Dimension::Packages),
                effects: &[],
            },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListPackages::from(self)))
    }
}

impl From<Args> for ListPackages {
    fn from(args: Args) -> Self {
        Self {
            tag: args.tag,
            inherit: if args.inherit { Inherit::Inherited } else { Inherit::Direct },
            listed: match (args.blocked, args.unblocked) {
                (true, _) => Listed::Blocked,
                (_, true) => Listed::Unblocked,
                _ => Listed::All,
            },
            owner: args.owner,
            package: args.package,
        }
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let entries = asking.ask(&ListPackages::from(self))?;
        let names = ["package", "tag", "owner", "blocked"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for entry in &entries {
            let PackageEntry { package, tag, owner, blocked, .. } = entry;
            let owner = owner.as_ref().map_or("", |owner| owner.as_str());
            let blocked = if *blocked { "blocked" } else { "" };
            rows.add(entry, [package.as_str(), tag.as_str(), owner, blocked]);
        }
        rows.end();
        Ok(0)
    }
}
