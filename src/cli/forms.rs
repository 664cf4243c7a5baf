// SPDX-License-Identifier: GPL-3.0-or-later
//! What each granted command looks like, taken from the parser that will read it.

use super::list::Entry;
use super::privileged;
use crate::access::sudoers::{Argument, Form, Word};
use crate::access::table::{Command, Dimension};
use crate::names::{
    BuildType, EventId, Nvr, PackageName, ReleaseAlias, RunId, SigKey, TagName, TagOrBuild, TargetName, TaskId,
    UserName,
};
use clap::Arg;
use clap::builder::ArgAction;
use std::any::TypeId;

/// The form of every command that can be granted.
pub fn forms() -> Vec<Form> {
    let mut tree = privileged::command();
    tree.build();
    let table = privileged::grantable();
    let leaf = |command: &Command| {
        let (group, name) = command.name.split_once(' ')?;
        Some(form(command, tree.find_subcommand(group)?.find_subcommand(name)?))
    };
    table.iter().filter_map(leaf).collect()
}

fn form(command: &Command, tree: &clap::Command) -> Form {
    let has = |dimension: Dimension| command.dimensions.contains(&dimension);
    let tags = |place: usize| match has(Dimension::Tags) {
        true if place == 0 || !has(Dimension::To) => Dimension::Tags,
        false if place == 0 => Dimension::From,
        true | false => Dimension::To,
    };
    let arguments = tree
        .get_positionals()
        .enumerate()
        .map(|(place, arg)| Argument {
            word: match is::<TagName>(arg) {
                true => Word::Of(tags(place)),
                false => word(arg),
            },
            many: matches!(arg.get_action(), ArgAction::Append),
            required: arg.is_required_set(),
        })
        .collect();
    let options = tree
        .get_arguments()
        .filter(|arg| !matches!(arg.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong))
        .filter_map(|arg| {
            let name = format!("--{}", arg.get_long()?);
            let listed = command.option(&name).and_then(|option| option.dimension);
            let value = arg.get_action().takes_values().then(|| match listed {
                Some(Dimension::Packages) if is::<Nvr>(arg) => Word::Build,
                Some(dimension) => Word::Of(dimension),
                None => word(arg),
            });
            Some((name, value))
        })
        .collect();
    let long = |arg: &Arg| arg.get_long().map(|long| format!("--{long}"));
    let required = tree.get_arguments().filter(|arg| arg.is_required_set()).filter_map(long).collect();
    Form { command: command.name.to_owned(), arguments, options, required }
}

/// Whether the parser makes a `T` of it, alone or as an entry of a list.
fn is<T: 'static>(arg: &Arg) -> bool {
    let made = arg.get_value_parser().type_id();
    made == TypeId::of::<T>() || made == TypeId::of::<Entry<T>>()
}

fn word(arg: &Arg) -> Word {
    if is::<Nvr>(arg) {
        Word::Build
    } else if is::<PackageName>(arg) {
        Word::Of(Dimension::Packages)
    } else if is::<UserName>(arg) {
        Word::Of(Dimension::Owners)
    } else if is::<TaskId>(arg) {
        Word::Of(Dimension::Tasks)
    } else if is::<EventId>(arg) {
        Word::Of(Dimension::Events)
    } else if is::<BuildType>(arg) {
        Word::Of(Dimension::Types)
    } else if is::<TargetName>(arg) {
        Word::Of(Dimension::Targets)
    } else if is::<ReleaseAlias>(arg) {
        Word::Of(Dimension::Releases)
    } else if is::<TagOrBuild>(arg) {
        Word::TagOrBuild
    } else if is::<SigKey>(arg) {
        Word::Of(Dimension::Keys)
    } else if is::<RunId>(arg) {
        Word::Run
    } else {
        Word::Free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_what_the_parser_reads() {
        let forms = forms();
        assert_eq!(forms.len(), privileged::grantable().len());
        let form = |name: &str| forms.iter().find(|form| form.command == name).unwrap();
        let tag = Argument { word: Word::Of(Dimension::Tags), many: false, required: true };
        let block = form("koji block-pkg");
        assert_eq!(
            block.arguments,
            [tag, Argument { word: Word::Of(Dimension::Packages), many: true, required: true }]
        );
        let options: Vec<_> = block.options.keys().map(String::as_str).collect();
        assert_eq!(options, ["--dry-run", "--json", "--unblock-in", "--untag"]);
        let moved: Vec<_> = form("koji move-builds").arguments.iter().map(|argument| argument.word).collect();
        assert_eq!(moved, [Word::Of(Dimension::From), Word::Of(Dimension::To), Word::Build]);
        let mass: Vec<_> = form("koji mass-tag").arguments.iter().map(|argument| argument.word).collect();
        assert_eq!(mass, [Word::Of(Dimension::From), Word::Of(Dimension::To)]);
        let copied: Vec<_> = form("koji clone-tag").arguments.iter().map(|argument| argument.word).collect();
        assert_eq!(copied, [Word::Of(Dimension::Tags), Word::Of(Dimension::To)]);
        assert_eq!(form("koji mass-tag").options["--also-newer-in"], Some(Word::Of(Dimension::Tags)));
        // Nobody writes files as an account.
        for list in ["koji list-failures", "koji list-ftbfs", "koji list-unbuilt"] {
            assert!(!form(list).options.contains_key("--html"), "{list}");
        }
        assert_eq!(form("koji list-failures").options["--target"], Some(Word::Of(Dimension::Targets)));
        assert_eq!(form("koji list-history").options["--build"], Some(Word::Build));
        assert_eq!(form("koji add-pkg").options["--owner"], Some(Word::Of(Dimension::Owners)));
        assert_eq!(form("run list").options["--since"], Some(Word::Free));
        assert_eq!(form("run undo").arguments, [Argument { word: Word::Run, many: false, required: true }]);
        let release = Argument { word: Word::Of(Dimension::Releases), many: false, required: true };
        assert_eq!(form("koji sync-owners").arguments, [release]);
        assert_eq!(form("koji list-signing-queue").arguments, [Argument { required: false, ..release }]);
        assert_eq!(form("koji cancel-builds").required, ["--target".to_owned()].into());
    }
}
