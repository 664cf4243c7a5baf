// SPDX-License-Identifier: GPL-3.0-or-later
//! The rooms of the house: who may know whom, where each command lives, what may stand where.
//!
//! These are checks of text. They keep honest people honest; the types do the rest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room → rooms it may name. `error` is the one word that all share.
const MAY_KNOW: [(&str, &[&str]); 15] = [
    ("error", &[]),
    ("names", &[]),
    ("koji", &["names"]),
    ("rest", &[]),
    ("bodhi", &["names", "rest"]),
    ("distgit", &["names", "rest"]),
    ("release", &["names", "koji", "bodhi"]),
    ("plan", &["names", "koji"]),
    ("access", &["names", "plan"]),
    ("pipeline", &["names", "koji", "plan", "access", "ops", "output"]),
    ("ops", &["names", "koji", "bodhi", "distgit", "release", "plan", "access", "pipeline"]),
    ("output", &["names", "koji", "plan", "pipeline", "access"]),
    ("practice", &["names", "koji"]),
    (
        "cli",
        &[
            "names", "koji", "bodhi", "distgit", "rest", "release", "plan", "access", "pipeline", "ops", "output",
            "practice",
        ],
    ),
    ("main", &["cli"]),
];

/// The files that call into C, and nothing else does.
const UNSAFE: [&str; 2] = ["src/koji/gssapi.rs", "src/access/process.rs"];

#[test]
fn rooms_know_only_whom_they_may() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MAY_KNOW.iter().find(|(room, _)| *room == source.room) else {
            if source.room != "lib" {
                wrong.push(format!("{}: a room that rooms.rs does not know", source.path));
            }
            continue;
        };
        for known in source.knows() {
            if known != source.room && known != "error" && !allowed.contains(&known.as_str()) {
                wrong.push(format!("{} knows {known}", source.path));
            }
        }
    }
    none(&wrong);
}

/// `ops` decides; it neither writes to a service nor looks at the clock or the surroundings.
#[test]
fn operations_only_read_and_decide() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room == "ops") {
        for word in [
            "Writer",
            "Writers",
            "SendError",
            "Call",
            "Caller",
            "Permitted",
            "SystemTime",
            "Instant",
            "Timestamp",
            "reqwest",
            "rusqlite",
            "clap",
            "anyhow",
            "dry_run",
        ] {
            if source.has_word(word) {
                wrong.push(format!("{} says {word}", source.path));
            }
        }
        for path in ["std::env", "std::fs", "std::io", "std::net", "std::process", "std::thread"] {
            if source.code.contains(path) {
                wrong.push(format!("{} says {path}", source.path));
            }
        }
    }
    none(&wrong);
}

/// Every writing call at a service leaves from one place.
#[test]
fn one_place_sends_changes() {
    let mut wrong = Vec::new();
    let mut senders = Vec::new();
    for source in sources() {
        // koji is where sending is made of; practice is the other end.
        if matches!(source.room.as_str(), "koji" | "practice") {
            continue;
        }
        // Elsewhere it is the word of a channel between threads.
        let may_hold_a_session =
            source.room == "pipeline" || ["Writer", "Writers", "SendError"].iter().any(|word| source.has_word(word));
        for line in source.code.lines().filter(|line| line.contains(".send(")) {
            // A method of the sender's own is no call at a hub.
            if may_hold_a_session && !line.contains("self.send(") {
                senders.push(format!("{}: {}", source.path, line.trim()));
            }
        }
        for word in ["SendError", "TagBuildBypass", "UntagBuildBypass"] {
            if source.has_word(word) && source.room != "pipeline" {
                wrong.push(format!("{} says {word}", source.path));
            }
        }
    }
    none(&wrong);
    assert_eq!(senders.len(), 1, "one line sends changes: {senders:#?}");
    assert!(senders[0].starts_with("src/pipeline/"), "{senders:?}");
}

/// What the lints forbid stays forbidden: nobody allows himself what the whole house may not do.
#[test]
fn walls_have_no_private_doors() {
    let mut wrong = Vec::new();
    for source in sources() {
        let path = source.path.as_str();
        for lint in [
            "print_stdout",
            "print_stderr",
            "clippy::exit",
            "unwrap_used",
            "expect_used",
            "clippy::panic",
            "dbg_macro",
            "clippy::todo",
            "clippy::all",
            "warnings",
        ] {
            if source.allowed().iter().any(|what| what.contains(lint)) {
                wrong.push(format!("{path} allows {lint}"));
            }
        }
        let env = path == "src/access/caller.rs";
        let clock = matches!(source.room.as_str(), "pipeline" | "practice") || path == "src/access/clock.rs";
        if source.code.contains("disallowed_methods") && !env && !clock {
            wrong.push(format!("{path} allows disallowed methods"));
        }
        for (what, fine) in [
            ("std::env", env || matches!(path, "src/main.rs" | "src/access/process.rs")),
            ("env::args(", false),
            ("println!", false),
            ("print!", false),
            ("process::exit", false),
            ("process::abort", false),
            ("SystemTime::now", clock),
            ("Timestamp::now", clock),
        ] {
            if source.code.contains(what) && !fine {
                wrong.push(format!("{path} says {what}"));
            }
        }
        if source.has_word("unsafe") && !UNSAFE.contains(&path) {
            wrong.push(format!("{path} is unsafe"));
        }
    }
    none(&wrong);
}

/// Know the command, know every path.
#[cfg(feature = "practice")]
#[test]
fn every_command_is_where_its_name_says() {
    let mut wrong = Vec::new();
    let mut cli = BTreeSet::new();
    let tests = fs::read_to_string(repository().join("tests/cmd/main.rs")).unwrap_or_default();
    let root = flr::cli::command();
    for group in root.get_subcommands() {
        let room = group.get_name();
        for command in group.get_subcommands() {
            let (name, file) = (command.get_name(), command.get_name().replace('-', "_"));
            let writes = command.get_arguments().any(|arg| arg.get_id() == "dry_run");
            let mut needed = vec![
                format!("src/cli/{room}/{file}.rs"),
                format!("tests/cmd/{room}_{file}.rs"),
                format!("man/flr-{room}-{name}.1"),
            ];
            if writes && room != "run" {
                needed.push(format!("src/ops/{room}/{file}.rs"));
            }
            for path in needed {
                if !repository().join(&path).is_file() {
                    wrong.push(format!("flr {room} {name} needs {path}"));
                }
            }
            // A file that no target names is never compiled.
            if !tests.contains(&format!("mod {room}_{file};")) {
                wrong.push(format!("tests/cmd/main.rs lacks mod {room}_{file}"));
            }
            cli.insert(format!("src/cli/{room}/{file}.rs"));
        }
    }
    for path in files(&repository().join("src/cli")) {
        let left_over = path.matches('/').count() > 2 && !path.ends_with("/mod.rs");
        if left_over && !cli.contains(&path) {
            wrong.push(format!("{path} is no command"));
        }
    }
    none(&wrong);
}

/// Every source file says its licence.
#[test]
fn every_source_file_says_its_licence() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for dir in ["src", "tests", "fuzz", ".ci", "completions", "man"] {
        for path in files(&repository().join(dir)) {
            let name = path.rsplit('/').next().unwrap();
            let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
            let bytes = fs::read(repository().join(&path)).unwrap();
            let source = matches!(kind, "rs" | "py" | "sh" | "sql" | "toml" | "bash" | "zsh" | "fish" | "1")
                || bytes.starts_with(b"#!")
                || matches!(dir, "completions" | "man");
            if source && !path.contains("/fixtures/") && !path.contains("fuzz/target/") {
                seen += 1;
                let head = String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned();
                if !head.contains("SPDX-License-Identifier: GPL-3.0-or-later") {
                    wrong.push(format!("{path} has no SPDX line"));
                }
            }
        }
    }
    for name in ["Cargo.toml", "clippy.toml"] {
        let text = fs::read_to_string(repository().join(name)).unwrap();
        if !text.starts_with("# SPDX-License-Identifier: GPL-3.0-or-later\n") {
            wrong.push(format!("{name} has no SPDX line"));
        }
    }
    none(&wrong);
    assert!(seen > 30, "only {seen} source files were looked at");
    let licence = fs::read_to_string(repository().join("LICENSE")).unwrap();
    assert!(licence.contains("GNU GENERAL PUBLIC LICENSE"));
    assert!(licence.contains("Version 3, 29 June 2007"));
    assert!(licence.contains("END OF TERMS AND CONDITIONS"));
}

/// A file is small enough to read, and its name is a word of the field.
#[test]
fn files_are_small_and_named_for_what_they_hold() {
    let mut wrong = Vec::new();
    for path in files(&repository().join("src")) {
        let text = fs::read_to_string(repository().join(&path)).unwrap();
        let lines = Source::new(&path, &text).code.lines().filter(|line| !line.trim().is_empty()).count();
        // All unsafe code of a kind is in one file, however long that makes it.
        let most = if UNSAFE.contains(&path.as_str()) { 550 } else { 450 };
        if path.ends_with(".rs") && lines > most {
            wrong.push(format!("{path} has {lines} lines of code"));
        }
        let stem = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
        for part in path.split('/').chain([stem.as_str()]) {
            if matches!(part, "util" | "utils" | "common" | "helpers" | "misc" | "prelude") {
                wrong.push(format!("{path}: \"{part}\" is the name of no thing"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_top_level_holds_what_is_expected() {
    let expected = [
        ".ci",
        ".gitignore",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "clippy.toml",
        "rustfmt.toml",
        "completions",
        "man",
        "src",
        "tests",
    ];
    let optional = [".git", "fuzz", "target"];
    let mut wrong = Vec::new();
    for name in expected {
        if !repository().join(name).exists() {
            wrong.push(format!("{name} is missing"));
        }
    }
    for entry in fs::read_dir(repository()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !expected.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
            wrong.push(format!("{name} has no business at the top level"));
        }
    }
    none(&wrong);
}

/// `rust-version` in Cargo.toml is a promise about every dependency as well.
#[test]
fn dependencies_build_with_the_oldest_rust_we_promise() {
    let out = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version=1"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let used: BTreeSet<_> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    let packages = metadata["packages"].as_array().unwrap();
    let promised = packages
        .iter()
        .find(|package| package["name"] == "flr")
        .map(|flr| version(flr["rust_version"].as_str().unwrap()))
        .unwrap();
    let mut wrong = Vec::new();
    for package in packages {
        if !used.contains(package["id"].as_str().unwrap()) {
            continue;
        }
        if let Some(needs) = package["rust_version"].as_str()
            && version(needs) > promised
        {
            wrong.push(format!("{} {} needs Rust {needs}", package["name"], package["version"]));
        }
    }
    none(&wrong);
}

fn version(text: &str) -> Vec<u64> {
    let mut parts: Vec<u64> = text.split('.').map(|part| part.parse().unwrap()).collect();
    parts.resize(3, 0);
    parts
}

/// The checks above see nothing if this reads wrongly.
#[test]
fn code_is_told_from_comments_and_tests() {
    let source = Source::new(
        "src/ops/koji/x.rs",
        "//! `crate::cli` is far away.\n\
         use crate::{Error, koji::{self, Reader}, names::Nvr};\n\
         #[cfg(test)]\nmod hub;\n\
         const URL: &str = \"https://localhost\"; // crate::output\n\
         fn f() -> crate::plan::Plan { let a = '\"'; crate::access::f(a) }\n\
         #[allow(\n    clippy::unwrap_used, reason = \"x\"\n)]\n\
         #[cfg(test)]\nmod tests {\n    use crate::practice;\n}\n\
         type Late = crate::error::Kind;\n",
    );
    assert_eq!(source.room, "ops");
    let known: Vec<_> = source.knows().into_iter().collect();
    assert_eq!(known, ["access", "error", "koji", "names", "plan"]);
    assert!(source.has_word("Reader") && !source.has_word("Read"));
    assert_eq!(source.allowed().len(), 1);
    assert!(source.allowed()[0].contains("unwrap_used"));
}

/// A source file without its comments and its tests.
struct Source {
    path: String,
    room: String,
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let inside = path.trim_start_matches("src/");
        let room = inside.split('/').next().unwrap().trim_end_matches(".rs");
        let mut code = String::new();
        for line in text.lines() {
            let comment = line.match_indices("//").map(|(at, _)| at).find(|&at| {
                // Not the slashes of a URL.
                at == 0 || !line[..at].ends_with(':')
            });
            code.push_str(&line[..comment.unwrap_or(line.len())]);
            code.push('\n');
        }
        while let Some(at) = code.find("#[cfg(test)]\nmod tests {") {
            let end = code[at..].find("\n}\n").map_or(code.len(), |end| at + end + 3);
            code.replace_range(at..end, "");
        }
        Self { path: path.to_owned(), room: room.to_owned(), code }
    }

    /// The rooms that the code names.
    fn knows(&self) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for (at, _) in self.code.match_indices("crate::") {
            let rest = &self.code[at + "crate::".len()..];
            if let Some(list) = rest.strip_prefix('{') {
                let mut depth = 0;
                let mut word = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => known.extend([first_word(&std::mem::take(&mut word))]),
                        _ if depth == 0 => word.push(c),
                        _ => {}
                    }
                }
                known.insert(first_word(&word));
            } else {
                known.insert(first_word(rest));
            }
        }
        if self.room == "main" {
            for (at, _) in self.code.match_indices("flr::") {
                known.insert(first_word(&self.code[at + "flr::".len()..]));
            }
        }
        // Rooms are lower case; `Error`, `Result` and macros are everybody's.
        known.retain(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
        known
    }

    fn has_word(&self, word: &str) -> bool {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.code
            .match_indices(word)
            .any(|(at, _)| !self.code[..at].ends_with(part) && !self.code[at + word.len()..].starts_with(part))
    }

    /// What `allow` and `expect` attributes allow.
    fn allowed(&self) -> Vec<&str> {
        ["allow(", "expect("]
            .iter()
            .flat_map(|attribute| self.code.match_indices(attribute))
            .filter(|(at, _)| self.code[..*at].ends_with(['[', ' ', '\n']))
            .map(|(at, _)| self.code[at..].split(')').next().unwrap_or_default())
            .collect()
    }
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|&c| c.is_alphanumeric() || c == '_').collect()
}

/// All of `src`, test-only modules left out.
fn sources() -> Vec<Source> {
    let texts: BTreeMap<String, String> = files(&repository().join("src"))
        .into_iter()
        .filter(|path| path.ends_with(".rs"))
        .map(|path| (path.clone(), fs::read_to_string(repository().join(&path)).unwrap()))
        .collect();
    assert!(texts.len() > 20, "only {} files in src", texts.len());
    let mut test_only = BTreeSet::new();
    for (path, text) in &texts {
        let dir = match path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix("/lib.rs")) {
            Some(dir) => dir.to_owned(),
            None => path.trim_end_matches(".rs").to_owned(),
        };
        for (at, found) in text.match_indices("#[cfg(test)]\nmod ") {
            let name = first_word(&text[at + found.len()..]);
            test_only.extend([format!("{dir}/{name}.rs"), format!("{dir}/{name}/")]);
        }
    }
    let is_test =
        |path: &str| test_only.iter().any(|at: &String| path == at || at.ends_with('/') && path.starts_with(at));
    texts.iter().filter(|(path, _)| !is_test(path)).map(|(path, text)| Source::new(path, text)).collect()
}

/// Every file below, as a path from the repository's root.
fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("target") && !path.ends_with("__pycache__") {
                    dirs.push(path);
                }
            } else {
                let path = path.strip_prefix(repository()).unwrap();
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
