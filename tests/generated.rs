// SPDX-License-Identifier: GPL-3.0-or-later
//! `completions/` and `man/` are generated from the command line's own definition and committed.
//!
//! `FLR_BLESS=1 cargo test --test generated` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(clippy::disallowed_methods, reason = "the tests look for tools and for their own switches")]
#![cfg(feature = "practice")]

use clap_complete::aot::{Bash, Fish, Generator, Zsh};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// File name → content.
type Files = BTreeMap<String, Vec<u8>>;

const SPDX: &str = "SPDX-License-Identifier: GPL-3.0-or-later";

#[test]
fn completions_are_as_generated() {
    committed_is(&repository().join("completions"), &completions());
}

#[test]
fn man_pages_are_as_generated() {
    committed_is(&repository().join("man"), &man_pages());
}

/// The comparison above is worth something only if it sees each kind of difference.
#[test]
fn a_planted_difference_is_seen() {
    for files in [completions(), man_pages()] {
        let room = tempfile::tempdir().unwrap();
        let dir = room.path();
        write(dir, &files);
        assert_eq!(differences(dir, &files), Vec::<String>::new());
        let name = files.keys().nth(1).unwrap();

        let mut stale = files[name].clone();
        stale.extend(b"\n");
        fs::write(dir.join(name), stale).unwrap();
        assert_eq!(differences(dir, &files), [format!("{name} is stale")]);

        fs::remove_file(dir.join(name)).unwrap();
        assert_eq!(differences(dir, &files), [format!("{name} is missing")]);
        write(dir, &files);

        fs::write(dir.join("flr-koji-gone.1"), "x").unwrap();
        assert_eq!(differences(dir, &files), ["flr-koji-gone.1 is left over"]);
        fs::remove_file(dir.join("flr-koji-gone.1")).unwrap();

        fs::write(dir.join("flr-grants.5"), "x").unwrap();
        assert_eq!(differences(dir, &files), Vec::<String>::new());
        fs::write(dir.join("flr-grants.5.old"), "x").unwrap();
        assert_eq!(differences(dir, &files), ["flr-grants.5.old is left over"]);
        fs::remove_file(dir.join("flr-grants.5.old")).unwrap();

        fs::create_dir(dir.join("old")).unwrap();
        assert_eq!(differences(dir, &files), ["old is left over"]);

        fs::remove_dir_all(dir).unwrap();
        assert_eq!(differences(dir, &files).len(), files.len());
    }
}

/// Each page is readable by the real `man`, and `man` has nothing to complain about.
#[test]
fn man_pages_render_without_warnings() {
    if !there("man") {
        return;
    }
    let written = written_by_hand(&repository().join("man"));
    assert!(written.contains_key("flr-grants.5"));
    for (name, page) in man_pages().into_iter().chain(written) {
        let page = String::from_utf8(page).unwrap();
        let room = tempfile::tempdir().unwrap();
        let file = room.path().join(&name);
        fs::write(&file, &page).unwrap();
        let out = run(Command::new("man")
            .args(["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-P", "cat"])
            .arg(&file)
            .env("LC_ALL", "C.UTF-8")
            .env("MANROFFSEQ", "")
            .env("MANWIDTH", "80"));
        assert_eq!(text(&out.stderr), "", "{name}");
        assert!(out.status.success(), "{name}");
        let shown = plain(&text(&out.stdout));
        let (title, section) = name.rsplit_once('.').unwrap();
        assert!(shown.contains("NAME"), "{name}: {shown}");
        assert!(shown.contains(&format!("{title} - ")), "{name}: {shown}");
        if section == "1" {
            assert!(shown.contains("SYNOPSIS"), "{name}: {shown}");
            assert!(shown.contains("--help"), "{name}: {shown}");
        }
    }
}

/// The page about grants is written by hand, and its table is the one that judges.
#[test]
fn the_page_about_grants_has_every_command() {
    let page = fs::read_to_string(repository().join("man/flr-grants.5")).unwrap();
    let (_, table) = page.split_once(".SH COMMANDS\n").unwrap();
    let (table, _) = table.split_once(".SH ").unwrap();
    let commands = flr::cli::grantable();
    for command in &commands {
        let mut line = vec![command.class.to_string()];
        let dimensions: Vec<String> = command.dimensions.iter().map(ToString::to_string).collect();
        line.extend((!dimensions.is_empty()).then(|| dimensions.join(", ")));
        let options = command.options.iter().map(|option| match option.dimension {
            Some(dimension) => format!("[{}: {dimension}]", option.name),
            None => format!("[{}]", option.name),
        });
        let options: Vec<String> = options.collect();
        line.extend((!options.is_empty()).then(|| options.join(", ")));
        let entry = format!(".TP\n.B {}\n{}\n", command.name, line.join("; ")).replace('-', "\\-");
        assert!(table.contains(&entry), "man/flr-grants.5 lacks\n{entry}");
    }
    assert_eq!(table.matches(".TP\n").count(), commands.len());
}

/// A page that is named somewhere is there.
#[test]
fn every_page_that_is_named_is_there() {
    let mut named = BTreeSet::new();
    let texts = ["README.md", "man", "src"].iter().flat_map(|place| texts(&repository().join(place)));
    for text in texts.map(|text| text.replace("\\-", "-").replace(".BR ", "").replace(" (", "(")) {
        for (at, _) in text.match_indices("flr-") {
            let word: String = text[at..].chars().take_while(|&c| c.is_ascii_alphanumeric() || c == '-').collect();
            let section = text[at + word.len()..].strip_prefix('(').and_then(|rest| rest.chars().next());
            named.extend(section.filter(char::is_ascii_digit).map(|section| format!("{word}.{section}")));
        }
    }
    assert!(named.len() > 5, "{named:?}");
    let missing: Vec<_> = named.iter().filter(|page| !repository().join("man").join(page).is_file()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Every text at a place and below.
fn texts(place: &Path) -> Vec<String> {
    match fs::read_dir(place) {
        Ok(entries) => entries.flat_map(|entry| texts(&entry.unwrap().path())).collect(),
        Err(_) => fs::read(place).ok().and_then(|bytes| String::from_utf8(bytes).ok()).into_iter().collect(),
    }
}

/// The playbook that is run with a real Ansible is the one that the page shows.
#[test]
fn the_playbook_of_the_page_is_the_tested_one() {
    let playbook = fs::read_to_string(repository().join("tests/access/playbook.yml")).unwrap();
    let shown: Vec<&str> = playbook.lines().filter(|line| !line.contains("SPDX")).collect();
    let page = fs::read_to_string(repository().join("man/flr-playbooks.7")).unwrap();
    let page = page.replace("\\-", "-").replace("\\&", "").replace("\\e", "\\");
    let shown = shown.join("\n");
    assert!(
        page.contains(shown.trim_start_matches("#\n").trim()),
        "flr-playbooks(7) does not show tests/access/playbook.yml"
    );
}

/// What a person types, and what the line is after the completion key.
const COMPLETED: [(&str, &str); 4] = [
    ("flr koj", "flr koji"),
    ("flr koji untag-b", "flr koji untag-build"),
    ("flr koji tag-build --dry", "flr koji tag-build --dry-run"),
    ("flr run sh", "flr run show"),
];

#[test]
fn bash_completes() {
    if !there("bash") {
        return;
    }
    // What readline does: words and cursor in variables, the function bound to the command, and
    // its offers back in COMPREPLY.
    let script = r#"
        source "$1" || exit
        read -ra COMP_WORDS <<<"$2"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$2 COMP_POINT=${#2}
        bound=$(complete -p flr) || exit
        [[ $bound =~ -F\ ([^ ]+) ]] || exit
        "${BASH_REMATCH[1]}" flr "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let installed = installed();
    for (typed, line) in COMPLETED {
        let out = run(Command::new("bash")
            .args(["--norc", "--noprofile", "-u", "-c", script, "bash"])
            .arg(installed.path().join("flr.bash"))
            .arg(typed));
        assert_eq!(text(&out.stderr), "");
        assert_eq!(text(&out.stdout), format!("{}\n", last_word(line)));
    }
}

#[test]
fn fish_completes() {
    if !there("fish") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let installed = installed();
    for (typed, line) in COMPLETED {
        let out = run(Command::new("fish")
            .args(["--no-config", "-c", "source $argv[1]; and complete -C $argv[2]"])
            .arg(installed.path().join("flr.fish"))
            .arg(typed)
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_DATA_HOME", home.path()));
        assert_eq!(text(&out.stderr), "");
        let stdout = text(&out.stdout);
        let offers: Vec<_> = stdout.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(offers, [last_word(line)], "{typed}");
    }
}

/// A real interactive zsh on a pseudo-terminal, with the file found through `fpath` as installed.
#[test]
fn zsh_completes() {
    if !there("zsh") {
        return;
    }
    let script = r#"
        zmodload zsh/zpty || exit
        shell() { zpty -w shell "$1"; zpty -r shell answer '*READY*' || exit }
        zpty shell zsh -f -i
        shell "PS1= PS2=; stty -echo; fpath=(${(q)1} \$fpath); print REA''DY"
        shell "autoload -Uz compinit && compinit -u -D; print REA''DY"
        shell "show() { zle complete-word; print -r -- \"\$BUFFER\" >${(q)3}; BUFFER=; print REA''DY }; print REA''DY"
        shell "zle -N show; bindkey '^X' show; print REA''DY"
        zpty -n -w shell "$2"$'\C-X'
        zpty -r shell answer '*READY*' || exit
        zpty -d shell
    "#;
    let room = tempfile::tempdir().unwrap();
    let installed = installed();
    for (typed, line) in COMPLETED {
        let answer = room.path().join("answer");
        let out = run(Command::new("timeout")
            .args(["60", "zsh", "-f", "-c", script, "zsh"])
            .arg(installed.path())
            .arg(typed)
            .arg(&answer)
            .env("HOME", room.path())
            .env("TERM", "xterm")
            .env_remove("ZDOTDIR"));
        assert_eq!(text(&out.stderr), "", "{typed}");
        let completed = fs::read_to_string(&answer).unwrap_or_default();
        assert_eq!(completed.trim_end(), line, "{typed}");
        fs::remove_file(&answer).unwrap();
    }
}

/// The completions in a directory of their own.
fn installed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &completions());
    dir
}

fn completions() -> Files {
    fn one(shell: impl Generator) -> (String, Vec<u8>) {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut flr::cli::command(), "flr", &mut script);
        (String::new(), script)
    }
    let mut files = Files::new();
    for (name, (_, script)) in [("flr.bash", one(Bash)), ("_flr", one(Zsh)), ("flr.fish", one(Fish))] {
        let script = String::from_utf8(script).unwrap();
        // zsh wants its #compdef in the first line.
        let with_licence = match script.split_once('\n') {
            Some((first, rest)) if first.starts_with("#compdef") => {
                format!("{first}\n# {SPDX}\n{rest}")
            }
            _ => format!("# {SPDX}\n{script}"),
        };
        files.insert(name.to_owned(), with_licence.into_bytes());
    }
    files
}

fn man_pages() -> Files {
    fn add(command: &clap::Command, files: &mut Files) {
        let man = clap_mangen::Man::new(command.clone())
            .source(concat!("flr ", env!("CARGO_PKG_VERSION")))
            .manual("Release engineering");
        let mut page = format!(".\\\" {SPDX}\n").into_bytes();
        man.render(&mut page).unwrap();
        // Without quotes the empty date is no argument, and the next one would be taken for it.
        let page = String::from_utf8(page).unwrap().replacen(" 1  \"", " 1 \"\" \"", 1);
        assert!(page.contains(" 1 \"\" \"flr "), "{page}");
        files.insert(man.get_filename(), page.into_bytes());
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            add(sub, files);
        }
    }
    let mut command = flr::cli::command().disable_help_subcommand(true);
    command.build();
    let mut files = Files::new();
    add(&command, &mut files);
    files
}

/// The pages about files and about the whole, which nothing is generated from: of other sections
/// than the commands'.
fn written_by_hand(dir: &Path) -> Files {
    let mut files = Files::new();
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file() && is_by_hand(&name) {
            files.insert(name, fs::read(path).unwrap());
        }
    }
    files
}

fn is_by_hand(name: &str) -> bool {
    name.starts_with("flr-") && (name.ends_with(".5") || name.ends_with(".7"))
}

/// Compares, or writes if asked to.
fn committed_is(dir: &Path, files: &Files) {
    if std::env::var_os("FLR_BLESS").is_some() {
        let by_hand = written_by_hand(dir);
        if dir.exists() {
            fs::remove_dir_all(dir).unwrap();
        }
        write(dir, files);
        write(dir, &by_hand);
    }
    let found = differences(dir, files);
    assert!(
        found.is_empty(),
        "{}: {}\nFLR_BLESS=1 cargo test --test generated writes them anew; read what changed",
        dir.display(),
        found.join(", ")
    );
}

fn write(dir: &Path, files: &Files) {
    fs::create_dir_all(dir).unwrap();
    for (name, content) in files {
        fs::write(dir.join(name), content).unwrap();
    }
}

/// What is stale, missing or left over in `dir`.
fn differences(dir: &Path, files: &Files) -> Vec<String> {
    let mut found = Vec::new();
    for (name, content) in files {
        match fs::read(dir.join(name)) {
            Ok(there) if there == *content => {}
            Ok(_) => found.push(format!("{name} is stale")),
            Err(_) => found.push(format!("{name} is missing")),
        }
    }
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !files.contains_key(&name) && !is_by_hand(&name) {
            found.push(format!("{name} is left over"));
        }
    }
    found
}

/// Whether a tool is installed. In CI it must be.
fn there(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|dir| dir.join(tool).is_file());
    let ci = std::env::var_os("CI").is_some_and(|ci| ci == OsStr::new("true"));
    assert!(found || !ci, "{tool} is missing, and CI must not skip");
    if !found {
        eprintln!("skipped: {tool} is not installed");
    }
    found
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Without terminal attributes and typographic hyphens, lines joined.
fn plain(shown: &str) -> String {
    let mut out = String::new();
    let mut rest = shown.chars();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => while rest.next().is_some_and(|c| c != 'm') {},
            '\u{8}' => drop(out.pop()),
            '\u{2010}' | '\u{2212}' => out.push('-'),
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn last_word(line: &str) -> &str {
    line.rsplit(' ').next().unwrap()
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
