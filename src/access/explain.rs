// SPDX-License-Identifier: GPL-3.0-or-later
//! A grant as a page of plain sentences, for whoever has to approve it or to answer for it.
//!
//! It is made from the grant and the table alone, so that the page of today and that of next year
//! differ only where the grant does. One sentence is one line.

use super::grant::{Allow, Grant, Pattern, Values};
use super::table::{Class, Dimension, Effect};
use std::collections::BTreeSet;

impl Allow {
    /// Whether something can be changed by it. A plan that needs a yes has nobody to get it from.
    pub fn acts(&self) -> bool {
        self.command.class.changes() && self.confirm_not_needed && !self.dry_run_only
    }
}

/// The page, line by line.
pub fn page(grant: &Grant) -> Vec<String> {
    let user = &grant.user;
    let mut page = vec![
        format!("{user} may use flr on {}, through sudo, as the account {}.", and(&grant.hosts), grant.run_as),
        format!("It may do so until {}; then the grant ends by itself.", grant.expires),
        format!("The reason is: {}.", grant.ticket),
        format!("{} answers for it.", grant.owner),
    ];
    for clause in &grant.allow {
        page.push(String::new());
        page.push(format!("{}: flr {} ({})", clause.id, clause.command.name, clause.command.class));
        page.extend(of_clause(user, clause).into_iter().map(indented));
    }
    page.push(String::new());
    page.push(format!("What {user} cannot do"));
    page.extend(cannot(grant).into_iter().map(indented));
    page.push(String::new());
    page.push(format!("If {user} is taken over"));
    page.extend(worst_case(grant).into_iter().map(indented));
    page
}

/// What somebody who has taken over the user can do with the grant, in numbers.
pub fn worst_case(grant: &Grant) -> Vec<String> {
    let acting: Vec<&Allow> = acting(grant).filter(|clause| !all_effects(clause).is_empty()).collect();
    if acting.is_empty() {
        return vec!["Whoever does it can change nothing; he sees what the user may look at.".into()];
    }
    let mut lines = vec!["Until the grant ends or is taken away, whoever does it can".to_owned()];
    for clause in &acting {
        let mut does = vec![filled(clause.command.does, clause)];
        let more = granted_options(clause).filter(|option| !option.effects.is_empty());
        does.extend(more.map(|option| filled(option.does, clause)));
        let hours = match hours(clause) {
            None => String::new(),
            Some(hours) => format!(", only {hours}"),
        };
        lines.push(format!("- {}: {}{hours};", does.join(", and "), changes(clause)));
    }
    let per_day: Option<u64> = acting.iter().try_fold(0_u64, |sum, clause| Some(sum.saturating_add(clause.per_day?)));
    lines.push(match per_day {
        Some(most) => format!("all together at most {} a day (UTC).", counted(most)),
        None => "all together any number of changes a day.".into(),
    });
    lines
}

/// The clause in one line: the command, what is granted of it, and how much.
pub fn in_one_line(clause: &Allow) -> String {
    let mut parts: Vec<String> =
        clause.values.iter().map(|(dimension, values)| format!("{dimension} {values}")).collect();
    if !clause.options.is_empty() {
        let options: Vec<&str> = clause.options.iter().map(String::as_str).collect();
        parts.push(format!("options {}", options.join(", ")));
    }
    if clause.acts() {
        parts.extend((!all_effects(clause).is_empty()).then(|| changes(clause)));
    } else if clause.command.class.changes() {
        parts.push("plans only".into());
    }
    parts.extend(hours(clause).map(|hours| format!("only {hours}")));
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) };
    format!("{}{parts}", clause.command.name)
}

/// What a command does that way, in its own words.
pub fn effects(clause: &Allow) -> String {
    if clause.command.class == Class::Read {
        return "changes nothing".into();
    }
    if !clause.acts() {
        return "changes nothing: only plans are shown".into();
    }
    let verbs: Vec<&str> = all_effects(clause).into_iter().map(Effect::verb).collect();
    match verbs.as_slice() {
        [] if clause.command.has_effects() => "changes nothing: no option that does is granted".into(),
        [] => "goes on with an earlier run, by the clause of the run's command".into(),
        verbs => and(verbs),
    }
}

fn of_clause(user: &str, clause: &Allow) -> Vec<String> {
    let mut lines = vec![format!("{user} may {}.", filled(clause.command.does, clause))];
    let more = granted_options(clause).filter(|option| !option.effects.is_empty());
    lines.extend(more.map(|option| format!("With {} it may also {}.", option.name, filled(option.does, clause))));
    if !clause.options.is_empty() {
        let options: Vec<String> = clause.options.iter().map(|name| told(name, clause)).collect();
        lines.push(format!("It may use {}.", and(&options)));
    }
    lines.push(how_much(clause));
    lines.push(match hours(clause) {
        None => "It may do so at any hour.".into(),
        Some(hours) => format!("It may do so only {hours}."),
    });
    let withheld = clause.command.options.iter().filter(|option| !clause.options.contains(option.name));
    let feared = withheld.filter(|option| !option.effects.is_empty());
    // What it would be about nobody has said.
    let does = |option: &super::table::CommandOption| option.does.replace(['{', '}'], "");
    lines.extend(feared.map(|option| format!("It may not use {}: it cannot {}.", option.name, does(option))));
    lines
}

/// How much may be changed, and whether it is.
fn how_much(clause: &Allow) -> String {
    if !clause.command.class.changes() {
        return "Nothing is changed by it.".into();
    }
    if clause.acts() {
        let counted_elsewhere = !clause.command.has_effects();
        return match counted_elsewhere {
            true => "Its changes are those of the run, as the clause of the run's command counts them.".into(),
            false => format!("It may make {}; nobody is asked before.", changes(clause)),
        };
    }
    let most = clause.per_run.map(|most| format!(", of {} at most", counted(most))).unwrap_or_default();
    let why = match clause.dry_run_only {
        true => "the grant says so",
        false => "a change would need a yes, and nobody is asked",
    };
    format!("It may only look at plans{most}, and change nothing: {why}.")
}

fn changes(clause: &Allow) -> String {
    match (clause.per_run, clause.per_day) {
        (Some(run), Some(day)) => format!("at most {} in a run and {day} in a day (UTC)", counted(run)),
        (Some(run), None) => format!("at most {} in a run, in any number of runs", counted(run)),
        (None, Some(day)) => format!("at most {} in a day (UTC), in any number of runs", counted(day)),
        (None, None) => "any number of changes".into(),
    }
}

fn cannot(grant: &Grant) -> Vec<String> {
    let can: BTreeSet<Effect> = acting(grant).flat_map(all_effects).collect();
    let mut lines = Vec::new();
    if can.is_empty() {
        lines.push("It cannot change anything.".into());
    } else {
        lines.extend(reach(grant, &can));
        // Whoever can do none of it need not read it one by one.
        let structure = can.iter().any(|effect| effect.is_of_structure());
        let told = |effect: &&Effect| !can.contains(effect) && (structure || !effect.is_of_structure());
        // Nobody has to fear a repository.
        let told = |effect: &&Effect| told(effect) && **effect != Effect::RequestRepo;
        let mut verbs: Vec<&str> = Effect::ALL.iter().filter(told).map(|effect| effect.verb()).collect();
        if !structure {
            verbs.push("change how tags and targets are set up");
        }
        if !verbs.is_empty() {
            lines.push(format!("It cannot {}.", listed(&verbs, "or")));
        }
    }
    lines.push("It cannot use other commands or options, another hub or login, or a shell as the account.".into());
    lines.push("It cannot see or take up the runs of others.".into());
    lines
}

/// Tags, targets and packages beyond which nothing happens.
fn reach(grant: &Grant, can: &BTreeSet<Effect>) -> Vec<String> {
    let (mut tags, mut targets, mut packages) = (Vec::new(), Vec::new(), Vec::new());
    for clause in acting(grant) {
        let effects = all_effects(clause);
        tags.extend(
            effects.iter().filter_map(|effect| effect.tags().iter().find_map(|dimension| clause.values.get(dimension))),
        );
        targets.extend(clause.values.get(&Dimension::Targets));
        packages.extend(clause.values.get(&Dimension::Packages).filter(|_| !effects.is_empty()));
    }
    // Taking a run back neither builds anything nor ends a side tag or a build of another's.
    let own = |effect| {
        acting(grant).any(|clause| clause.command.effects != Effect::ALL && all_effects(clause).contains(effect))
    };
    let no_tags = can.iter().all(|effect| effect.tags().is_empty());
    let mut lines = vec![match among(&tags) {
        Some(_) if no_tags => "It cannot change any tag.".into(),
        Some(those) => format!("It cannot change any tag but {those}."),
        None => "Every tag is within its reach.".into(),
    }];
    if !targets.is_empty() {
        let more = if own(&Effect::RemoveSideTag) { " and those of side tags" } else { "" };
        lines.push(match among(&targets) {
            Some(those) => format!("It cannot use or change any target but {those}{more}."),
            None => "Every target is within its reach.".into(),
        });
    }
    if own(&Effect::SubmitBuild) {
        lines.push("What is built for a target enters the tag that the target leads to.".into());
    }
    let in_them = if can.iter().any(|effect| effect.tags().is_empty()) { "" } else { " in them" };
    lines.push(match among(&packages) {
        Some(_) if packages.is_empty() => "It cannot change anything about any package.".into(),
        Some(those) => format!("It cannot change anything about any package but {those}."),
        None => format!("Every package{in_them} is within its reach."),
    });
    if own(&Effect::CancelTask) {
        lines.push("Builds that it may cancel are of any package.".into());
    }
    lines
}

fn acting(grant: &Grant) -> impl Iterator<Item = &Allow> {
    grant.allow.iter().filter(|clause| clause.acts())
}

/// Everything that it can do with all of its options.
fn all_effects(clause: &Allow) -> BTreeSet<Effect> {
    clause.effects(&clause.options)
}

fn granted_options(clause: &Allow) -> impl Iterator<Item = &super::table::CommandOption> {
    clause.command.options.iter().filter(|option| clause.options.contains(option.name))
}

/// An option with what it is for, if that was not said already.
fn told(name: &str, clause: &Allow) -> String {
    let what = match (name, clause.command.option(name)) {
        ("--dry-run", _) => "shows the plan and changes nothing".to_owned(),
        ("--json", _) => "answers as JSON".to_owned(),
        (_, Some(option)) if option.effects.is_empty() => filled(option.does, clause),
        _ => return name.to_owned(),
    };
    format!("{name} ({what})")
}

fn hours(clause: &Allow) -> Option<String> {
    let windows: Vec<String> = clause.windows.iter().map(ToString::to_string).collect();
    (!windows.is_empty()).then(|| format!("{} UTC", and(&windows)))
}

/// The template with what is granted in the place of each dimension.
fn filled(template: &str, clause: &Allow) -> String {
    Dimension::ALL.iter().fold(template.to_owned(), |text, dimension| {
        let holder = format!("{{{dimension}}}");
        match clause.values.get(dimension) {
            Some(values) if text.contains(&holder) => text.replace(&holder, &phrase(*dimension, values)),
            _ => text,
        }
    })
}

/// `any tag`, `the tags f43 and f44`, `packages that begin with rust-`.
fn phrase(dimension: Dimension, values: &Values) -> String {
    let noun = dimension.noun();
    let patterns = match values {
        Values::Any => return format!("any {noun}"),
        Values::These(patterns) => patterns,
    };
    let (names, beginnings) = parted(patterns.iter());
    let named = match names.as_slice() {
        [] => String::new(),
        [name] => format!("the {noun} {name}"),
        names => format!("the {noun}s {}", and(names)),
    };
    match (named.as_str(), beginnings.as_slice()) {
        ("", []) => format!("no {noun}"),
        (_, []) => named,
        ("", beginnings) => format!("any {noun} that begins with {}", listed(beginnings, "or")),
        (_, beginnings) => format!("{named} and any that begins with {}", listed(beginnings, "or")),
    }
}

/// All that is in one of `values`; `None`: everything.
fn among(values: &[&Values]) -> Option<String> {
    let mut patterns: Vec<&Pattern> = Vec::new();
    for values in values {
        match values {
            Values::Any => return None,
            Values::These(these) => patterns.extend(these),
        }
    }
    let mut seen = BTreeSet::new();
    patterns.retain(|pattern| seen.insert(pattern.to_string()));
    let (mut words, beginnings) = parted(patterns.into_iter());
    words.extend(beginnings.iter().map(|beginning| format!("what begins with {beginning}")));
    Some(if words.is_empty() { "none".into() } else { and(&words) })
}

fn parted<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> (Vec<String>, Vec<String>) {
    let (mut names, mut beginnings) = (Vec::new(), Vec::new());
    for pattern in patterns {
        match pattern {
            Pattern::Exactly(name) => names.push(name.clone()),
            Pattern::Beginning(beginning) => beginnings.push(beginning.clone()),
        }
    }
    (names, beginnings)
}

fn counted(changes: u64) -> String {
    let s = if changes == 1 { "" } else { "s" };
    format!("{changes} change{s}")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn and<T: AsRef<str>>(words: &[T]) -> String {
    listed(words, "and")
}

fn listed<T: AsRef<str>>(words: &[T], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [word] => word.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} {conjunction} {}", head.join(", "), last.as_ref())
        }
    }
}

fn indented(line: String) -> String {
    format!("  {line}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::grant::example;

    fn values(text: &str) -> Values {
        Values::typed(Dimension::Packages, text).unwrap()
    }

    #[test]
    fn values_in_words() {
        for (typed, said) in [
            ("any", "any package"),
            ("bash", "the package bash"),
            ("bash, zsh,dash", "the packages bash, zsh and dash"),
            ("rust-*", "any package that begins with rust-"),
            ("rust-*, bash, go-*", "the package bash and any that begins with rust- or go-"),
        ] {
            assert_eq!(phrase(Dimension::Packages, &values(typed)), said);
        }
        assert_eq!(phrase(Dimension::Tags, &Values::These(Vec::new())), "no tag");
        assert_eq!(among(&[&values("a, b"), &values("b, c-*")]).unwrap(), "a, b and what begins with c-");
        assert_eq!(among(&[&values("a"), &Values::Any]), None);
    }

    /// Every template of the table can be filled, and says nothing that stands in no dimension.
    #[test]
    fn templates_are_filled() {
        for clause in &example().allow {
            assert!(!of_clause("x", clause).concat().contains(['{', '}']), "{}", clause.id);
        }
        for command in crate::cli::grantable() {
            let mut clause = Allow::of(command);
            clause.options = command.options.iter().map(|option| option.name.to_owned()).collect();
            let of_options = command.options.iter().filter_map(|option| option.dimension);
            let needed = command.dimensions.iter().copied().chain(of_options);
            clause.values = needed.map(|dimension| (dimension, Values::Any)).collect();
            let text = of_clause("x", &clause).concat();
            assert!(!text.contains(['{', '}']), "{}: {text}", command.name);
            for dimension in command.dimensions {
                let holder = format!("{{{dimension}}}");
                assert!(command.does.contains(&holder), "{}: {holder}", command.name);
            }
        }
    }

    /// Numbers of clauses are added, and one without a number makes the sum endless.
    #[test]
    fn the_worst_case_is_a_sum() {
        let mut grant = example();
        assert_eq!(worst_case(&grant).last().unwrap(), "all together at most 15 changes a day (UTC).");
        grant.allow[0].per_day = None;
        assert_eq!(worst_case(&grant).last().unwrap(), "all together any number of changes a day.");
        grant.allow.truncate(1);
        grant.allow[0].confirm_not_needed = false;
        assert_eq!(worst_case(&grant).len(), 1);
    }
}
