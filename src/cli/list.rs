// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists of builds, packages, tasks: from the command line, or from standard input for `-`.
//!
//! On standard input: one item a line, or several with commas between, where a draft's own comma is none;
//! blank lines and lines that begin with `#` are passed over; lines may end in CRLF. Every item that cannot be used is named
//! at once.

use crate::Error;
use crate::access::input::{self, short};
use crate::names::goes_on_as_draft;
use crate::output::{Complaint, complain};
use std::fmt;
use std::io::{IsTerminal, Read};
use std::marker::PhantomData;
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

/// What a list on standard input may be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// So long at the most.
    pub bytes: u64,
    /// All of it has come after so long; `None`: whoever writes it has all the time.
    pub patience: Option<Duration>,
}

/// 32 MiB: more is not a list of names; 100,000 of the longest fit.
const WIDE: Bounds = Bounds { bytes: 32 * 1024 * 1024, patience: None };

/// Narrower ones, where somebody else writes the list than answers for the process.
static NARROW: OnceLock<Bounds> = OnceLock::new();

/// Whether lists on standard input are left alone: nobody waits for words that are only looked at.
static LEFT_ALONE: OnceLock<()> = OnceLock::new();

/// From now on standard input is not read: a `-` in a list adds nothing.
pub fn leave_alone() {
    let _ = LEFT_ALONE.set(());
}

/// From now on lists on standard input are no longer and no later than that.
pub fn narrow(bounds: Bounds) {
    // Whoever came first has said it already.
    let _ = NARROW.set(bounds);
}

/// One word of a list as it stands on the command line, not parsed yet: clap would name only the
/// first bad one. A command declares `Vec<Entry<Nvr>>` and calls [`read`].
#[derive(Debug, Clone)]
pub struct Entry<T>(String, PhantomData<fn() -> T>);

impl<T> From<String> for Entry<T> {
    fn from(word: String) -> Self {
        Self(word, PhantomData)
    }
}

impl<T> Entry<T> {
    /// Whether it stands for standard input.
    pub fn is_standard_input(&self) -> bool {
        self.0 == "-"
    }
}

/// Everything in a list that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadItems {
    items: Vec<String>,
    of: usize,
    /// Some are rows with more than an item in them.
    rows: bool,
}

impl BadItems {
    /// One line for each: where it stands, what it is, why it cannot be used. Foreign text.
    pub fn items(&self) -> &[String] {
        &self.items
    }

    /// What to do, where a listing was given as it is shown.
    pub fn hint(&self) -> Option<&'static str> {
        self.rows.then_some(
            "a listing shows more than the items: of its --json rows, `jq -r .nvr` (.build, .package) takes them out",
        )
    }

    /// All of it in one sentence.
    pub fn sentence(&self) -> String {
        format!("{self}: {}", self.items.join("; "))
    }
}

impl fmt::Display for BadItems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.of == 1 { "item" } else { "items" };
        write!(f, "{} of {} {noun} cannot be used", self.items.len(), self.of)
    }
}

impl std::error::Error for BadItems {}

/// The items, in the order given; repeated ones are kept. A single `-` is replaced by what
/// standard input holds.
///
/// # Errors
/// [`BadItems`]; a list that is empty, too long, or holds `-` twice.
pub fn read<T>(entries: Vec<Entry<T>>) -> anyhow::Result<Vec<T>>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    if LEFT_ALONE.get().is_some() {
        return read_typed(entries);
    }
    let bounds = *NARROW.get().unwrap_or(&WIDE);
    if entries.iter().any(Entry::is_standard_input) && std::io::stdin().is_terminal() {
        complain(Complaint::Note("reading the list from the terminal: one item a line, Ctrl-D ends it"));
    }
    match bounds.patience {
        None => read_from(entries, &mut std::io::stdin().lock(), bounds.bytes),
        Some(time) => {
            // One more than is read: that it is too long is said by whoever reads it.
            let within = input::Bounds { bytes: bounds.bytes + 2, time };
            read_from(entries, &mut input::Bounded::standard_input(within), bounds.bytes)
        }
    }
}

/// The names with commas between.
pub fn names<T: fmt::Display>(items: &[T]) -> String {
    let names: Vec<_> = items.iter().map(T::to_string).collect();
    names.join(", ")
}

/// Fine, unless the hub did not know something: the error names all of it.
pub fn unknown<T: fmt::Display>(noun: &str, items: &[T]) -> anyhow::Result<u8> {
    if items.is_empty() {
        return Ok(0);
    }
    Err(Error::failed(format!("the hub has no {noun} {}", names(items))).into())
}

/// The items on the command line; none, if all of them are on standard input.
fn read_typed<T>(entries: Vec<Entry<T>>) -> anyhow::Result<Vec<T>>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    let (dashes, typed): (Vec<_>, Vec<_>) = entries.into_iter().partition(|Entry(word, _)| word == "-");
    match (dashes.len(), typed.is_empty()) {
        (1, true) => Ok(Vec::new()),
        // There is nothing to read, and twice is told as always.
        (0 | 1, false) => read_from(typed, &mut std::io::empty(), 0),
        _ => read_from(dashes, &mut std::io::empty(), 0),
    }
}

/// The items of a file, which may hold none; `-` is standard input.
///
/// # Errors
/// [`BadItems`]; the file cannot be read or is too long.
pub fn of_file<T>(path: &Path) -> anyhow::Result<Vec<T>>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    if path == Path::new("-") {
        return read(vec![Entry::from("-".to_owned())]);
    }
    let unreadable = |e: std::io::Error| Error::usage(format!("cannot read {}: {e}", path.display()));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(WIDE.bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > WIDE.bytes {
        return Err(Error::usage(format!("{} is longer than {} MiB", path.display(), WIDE.bytes >> 20)).into());
    }
    let mut reading = Reading::new();
    reading.lines(&bytes);
    reading.end()
}

fn read_from<T>(entries: Vec<Entry<T>>, stdin: &mut dyn Read, most: u64) -> anyhow::Result<Vec<T>>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    let (mut reading, mut seen_dash) = (Reading::new(), false);
    for Entry(word, _) in entries {
        if word != "-" {
            reading.item(&word, "");
            continue;
        }
        if std::mem::replace(&mut seen_dash, true) {
            return Err(Error::usage("- stands for standard input and is given twice").into());
        }
        reading.lines(&lines(stdin, most)?);
    }
    let items = reading.end()?;
    if items.is_empty() {
        return Err(Error::usage("the list on standard input is empty")
            .hint("one item a line; blank lines and lines that begin with # do not count")
            .into());
    }
    Ok(items)
}

fn lines(stdin: &mut dyn Read, most: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stdin
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::failed(format!("cannot read the list from standard input: {e}")))?;
    if bytes.len() as u64 > most {
        return Err(Error::usage(format!("the list on standard input is longer than {} MiB", most >> 20)).into());
    }
    Ok(bytes)
}

/// What has been read so far.
struct Reading<T> {
    items: Vec<T>,
    bad: Vec<String>,
    of: usize,
    rows: bool,
}

impl<T> Reading<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    fn new() -> Self {
        Self { items: Vec::new(), bad: Vec::new(), of: 0, rows: false }
    }

    /// `place`: where it stands, to be told before what is wrong with it.
    fn item(&mut self, word: &str, place: &str) {
        self.of += 1;
        match word.parse() {
            Ok(item) => self.items.push(item),
            Err(why) => self.bad.push(format!("{place}{why}")),
        }
    }

    fn lines(&mut self, bytes: &[u8]) {
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            self.line(at + 1, line);
        }
    }

    fn line(&mut self, number: usize, line: &[u8]) {
        let Ok(line) = std::str::from_utf8(line) else {
            self.of += 1;
            let shown: String = String::from_utf8_lossy(line).chars().take(60).collect();
            return self.bad.push(format!("line {number}: not UTF-8: \"{shown}\""));
        };
        // An editor on another system may have put a byte order mark in front.
        let line = match number {
            1 => line.strip_prefix('\u{feff}').unwrap_or(line),
            _ => line,
        };
        let line = line.trim();
        if line.starts_with('#') {
            return;
        }
        // One complaint about it, not one for each of its fields.
        if line.starts_with('{') {
            (self.of, self.rows) = (self.of + 1, true);
            return self.bad.push(format!("line {number}: {} is JSON", short(line)));
        }
        for word in words(line) {
            let known_bad = self.bad.len();
            self.item(word, &format!("line {number}: "));
            self.rows |= self.bad.len() > known_bad && word.contains("  ");
        }
    }

    fn end(self) -> anyhow::Result<Vec<T>> {
        let Self { items, bad, of, rows } = self;
        if bad.is_empty() { Ok(items) } else { Err(BadItems { items: bad, of, rows }.into()) }
    }
}

/// What stands between commas; the comma in the name of a draft, `bash-5.3-1.fc43,draft_7`, is none of them.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    let next = move || {
        let line = rest?;
        let mut commas = line.match_indices(',').map(|(at, _)| line.split_at(at));
        let end = commas.find(|(_, comma)| !goes_on_as_draft(comma));
        rest = end.and_then(|(_, comma)| comma.strip_prefix(','));
        Some(end.map_or(line, |(word, _)| word))
    };
    std::iter::from_fn(next).map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Nvr;

    fn list(words: &[&str], stdin: &[u8]) -> anyhow::Result<Vec<String>> {
        let entries: Vec<Entry<Nvr>> = words.iter().map(|w| Entry::from(w.to_string())).collect();
        let items = read_from(entries, &mut { stdin }, WIDE.bytes)?;
        Ok(items.iter().map(Nvr::to_string).collect())
    }

    #[test]
    fn standard_input_is_read_as_people_write_it() {
        let stdin = b"\xef\xbb\xbfa-1-1\r\n\n# a note, b-1-1\n  b-2-1 , c-3-1,\n\td-4-1";
        assert_eq!(list(&["x-1-1", "-"], stdin).unwrap(), ["x-1-1", "a-1-1", "b-2-1", "c-3-1", "d-4-1"]);
        let drafts = b"a-1-1,draft_7,b-1-1 , c-1-1,draft_8\nd-1-1";
        assert_eq!(list(&["-"], drafts).unwrap(), ["a-1-1,draft_7", "b-1-1", "c-1-1,draft_8", "d-1-1"]);
    }

    #[test]
    fn every_bad_item_is_named_with_its_line() {
        let said = list(&["flat", "-"], b"a-1-1\nb 2\n\xff\n#\nc,d-1-1\n\x1b[31m-1-1").unwrap_err();
        let bad = said.downcast_ref::<BadItems>().unwrap();
        assert_eq!(bad.to_string(), "5 of 7 items cannot be used");
        let starts =
            ["\"flat\"", "line 2: \"b 2\"", "line 3: not UTF-8", "line 5: \"c\"", "line 6: \"\u{1b}[31m-1-1\""];
        for (item, start) in bad.items().iter().zip(starts) {
            assert!(item.starts_with(start), "{item}");
        }
        assert_eq!(bad.items().len(), starts.len());
    }

    /// A listing is not a list: one complaint a row, and what to do about it.
    #[test]
    fn the_rows_of_a_listing_are_told_how_to_become_items() {
        let said = |stdin: &[u8]| {
            let said = list(&["-"], stdin).unwrap_err();
            let bad = said.downcast_ref::<BadItems>().unwrap();
            (bad.items().to_vec(), bad.hint())
        };
        let hint = Some(
            "a listing shows more than the items: of its --json rows, `jq -r .nvr` (.build, .package) takes them out",
        );
        let row = br#"{"nvr":"a-1-1","tag":"f43"}"#;
        assert_eq!(said(row), (vec![r#"line 1: "{"nvr":"a-1-1","tag":"f43"}" is JSON"#.to_owned()], hint));
        assert_eq!(said(b"a-1-1  f43  kim\n").1, hint);
        assert_eq!(said(b"b 2\nflat").1, None);
    }

    #[test]
    fn an_empty_list_is_not_everything() {
        let said = list(&["-"], b"\n# nothing\n , ,\n").unwrap_err();
        assert_eq!(said.to_string(), "the list on standard input is empty");
    }

    #[test]
    fn standard_input_is_read_once() {
        let said = list(&["-", "-"], b"a-1-1").unwrap_err();
        assert_eq!(said.to_string(), "- stands for standard input and is given twice");
    }

    #[test]
    fn a_list_without_end_is_refused() {
        let entries: Vec<Entry<Nvr>> = vec![Entry::from("-".to_owned())];
        let said = read_from(entries, &mut std::io::repeat(b'a'), WIDE.bytes).unwrap_err();
        assert_eq!(said.to_string(), "the list on standard input is longer than 32 MiB");
    }

    #[test]
    fn a_hundred_thousand_items_fit() {
        let text: String = (0..100_000).map(|n| format!("package-{n}-1.0-1.fc43\n")).collect();
        assert_eq!(list(&["-"], text.as_bytes()).unwrap().len(), 100_000);
    }
}
