// SPDX-License-Identifier: GPL-3.0-or-later
use super::*;
use serde_json::{Value as Json, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn merged(texts: &[&str]) -> Result<Merged> {
    let mut files = Merged::default();
    for (number, text) in texts.iter().enumerate() {
        files.add_text(format!("{number}.conf").into(), text)?;
    }
    Ok(files)
}

fn value(text: &str, key: &str) -> Result<Option<String>> {
    Ok(merged(&[text])?.get("s", key)?.map(|value| value.text))
}

#[test]
fn values_as_python_reads_them() {
    for (text, is) in [
        ("[s]\nk=v", "v"),
        ("[s]\r\nk : v\r\n", "v"),
        ("[s]\rk=v\r", "v"),
        ("[s] # text behind a section\nk=v", "v"),
        ("[s]\nK = v = w: x", "v = w: x"),
        ("[s]\nk = v ; w # x", "v ; w # x"),
        ("[s]\n# k = no\n ; k = no\nk = v", "v"),
        ("[s]\nk =\n", ""),
        ("[s]\nk = a\n  b\n\t c\nl = d", "a\nb\nc"),
        ("[s]\nk = a\n # out\n\n  b\n\n", "a\n\nb"),
        ("[s]\n  k = a\n  l = b\n", "a"),
        ("[s]\nk = 50%%", "50%"),
        ("[s]\nk = %(a)s-%(B)s\na = 1\nb = %(a)s%%", "1-1%"),
        ("[DEFAULT]\nk = %(a)s\na = 1\n[s]\na = 2", "2"),
        ("[DEFAULT]\nk = v\n[s]\n[DEFAULT]\nl = w", "v"),
        ("[S]\nk = no\n[s]\nk = yes", "yes"),
        ("[s]\nk = \\t \"quoted\"", "\\t \"quoted\""),
    ] {
        assert_eq!(value(text, "k").unwrap().as_deref(), Some(is), "{text:?}");
    }
    assert_eq!(value("[s]\n", "k"), Ok(None));
}

#[test]
fn references_come_to_an_end() {
    let chain = |length: usize| {
        let links = (0..length).map(|link| format!("k{link} = %(k{})s\n", link + 1));
        format!("[s]\n{}k{length} = end\n", links.collect::<String>())
    };
    assert_eq!(value(&chain(9), "k0").unwrap().as_deref(), Some("end"));
    for (text, why) in [
        (chain(10), "references lead to references more than 10 times"),
        ("[s]\nk0 = %(k0)s".into(), "references lead to references more than 10 times"),
        ("[s]\nk0 = %(x)d\nx = 1".into(), "\"%(x)d\" is no reference of the form %(key)s"),
        ("[s]\nk0 = %()s".into(), "\"%()s\" is no reference of the form %(key)s"),
        ("[s]\nk0 = %(open".into(), "\"%(open\" is no reference of the form %(key)s"),
        ("[s]\nk0 = 5%".into(), "a single % in the value"),
        ("[s]\nk0 = %(x)s".into(), "it refers to x, which is not set"),
    ] {
        let error = value(&text, "k0").unwrap_err();
        assert_eq!(error.what, format!("0.conf line 2: k0 in section s: {why}"));
    }
    let laughs = (0..9).map(|n| format!("k{n} = {}\n", format!("%(k{})s", n + 1).repeat(40)));
    let laughs = format!("[s]\n{}k9 = ha\n", laughs.collect::<String>());
    assert!(value(&laughs, "k0").unwrap_err().what.contains("longer than 65536 bytes"));
}

#[test]
fn a_file_without_an_end_is_refused() {
    let error = Merged::default().add(Path::new("/dev/zero")).unwrap_err();
    assert_eq!(error.what, "cannot read /dev/zero: longer than 4194304 bytes");
}

/// Lines that Python, the crate and the checks above could each read in another way.
const LINES: &[&str] = &[
    "[koji]",
    "[DEFAULT]",
    "[Koji]",
    "[a] b]",
    "[x]#",
    "a = 1",
    "A: 2",
    "a=%(b)s",
    "b = %%x%%",
    "b = %(A)s %(c)s",
    "c = %",
    "c =",
    "c",
    "  deeper",
    "\tdeeper = yes",
    "",
    "   ",
    "# comment",
    "  ; comment",
    "d = [x]",
    "  d = 2",
    "  [in]",
    "d = x ; y # z",
    "e : f = g",
    "\u{a0}nb = 1",
    "ü = é",
    "İ = 1",
    "e f = %(d)s",
    "rem x = 1",
    "=",
    ": v",
    "%(a)s = 1",
    "\"q\" = 'q'",
    "a = %(a)s",
    "b = %(no)s",
    "c = %(a)",
];

/// What Python's parser makes of each list of files: null if it refuses one of them, else
/// section → key → value, null where the references cannot be resolved.
const PYTHON: &str = r"
import configparser, json, sys
answers = []
for texts in json.load(sys.stdin):
    parser = configparser.ConfigParser()
    try:
        for text in texts:
            parser.read_string(text)
    except configparser.Error:
        answers.append(None)
        continue
    answers.append({})
    for section in parser.sections():
        values = answers[-1][section] = {}
        for key in parser.options(section):
            try:
                values[key] = parser.get(section, key)
            except configparser.Error:
                values[key] = None
json.dump(answers, sys.stdout)
";

fn python(cases: &[Vec<String>]) -> Vec<Json> {
    let mut python = Command::new("python3")
        .args(["-c", PYTHON])
        .env_clear()
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test compares with Python's own parser and needs python3");
    let asked = serde_json::to_vec(cases).unwrap();
    python.stdin.take().unwrap().write_all(&asked).unwrap();
    let answered = python.wait_with_output().unwrap();
    assert!(answered.status.success());
    serde_json::from_slice(&answered.stdout).unwrap()
}

fn ours(texts: &[String]) -> Result<Json> {
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let files = merged(&texts)?;
    let mut all = serde_json::Map::new();
    for section in files.sections() {
        let own = files.sections.get(section).into_iter();
        let keys: BTreeMap<_, _> = own.chain(files.sections.get(DEFAULT)).flatten().collect();
        let values = keys
            .keys()
            .map(|key| (key.to_string(), json!(files.get(section, key).ok().flatten().map(|value| value.text))));
        all.insert(section.to_owned(), values.collect());
    }
    Ok(all.into())
}

#[test]
fn pythons_own_parser_agrees() {
    // A small generator of its own: the same cases in every run.
    let mut state = 20_261_121_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut file = |first: &str| {
        let ends = ["\n", "\n", "\r\n"][next(3)];
        let lines = (0..next(9)).map(|_| LINES[next(LINES.len())]);
        std::iter::once(first).chain(lines).collect::<Vec<_>>().join(ends)
    };
    let cases: Vec<Vec<String>> = (0..6000)
        .map(|case| match case % 3 {
            0 => vec![file("[koji]"), file("[DEFAULT]"), file("[koji]")],
            1 => vec![file("[koji]")],
            _ => vec![file("")],
        })
        .collect();
    let (mut read, mut refused, mut stricter) = (0, 0, 0);
    for (texts, theirs) in cases.iter().zip(python(&cases)) {
        match ours(texts) {
            Ok(ours) => {
                assert_eq!(ours, theirs, "{texts:#?}");
                read += 1;
            }
            // Refused here on purpose: Python and the crate would read it differently.
            Err(why) if why.what.contains("is indented, so that") => stricter += 1,
            Err(why) => {
                assert_eq!(theirs, Json::Null, "{texts:#?}: {why}");
                refused += 1;
            }
        }
    }
    // None of the three may be so rare that nothing was compared.
    assert!(read > 800 && refused > 800 && stricter > 0, "{read} {refused} {stricter}");
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(
        text in "(\\[|\\]|s|k|=|:|%|\\(|\\)|#|;| |\t|\n|\r|\u{a0}|é|\\PC){0,60}",
    ) {
        if let Ok(files) = merged(&["[s]\nk = %(s)s\n", &text]) {
            for section in files.sections() {
                for key in ["k", "s", ""] {
                    let _ = files.get(section, key);
                }
            }
        }
    }
}
