// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists of builds, packages, tasks: from the command line, or from standard input for `-`.
//!
//! On standard input: one item a line, or several with commas between, where a draft's own comma is none;
//! blank lines and lines that begin with `#` are passed over; lines may end in CRLF. Every item that cannot be used is named
//! at once.

use crate::Error;
use crate::access::input;
use std::fmt;
use std::io::Read;
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
}

impl BadItems {
    /// One line for each: where it stands, what it is, why it cannot be used. Foreign text.
    pub fn items(&self) -> &[String] {
        &self.items
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
    let (mut items, mut bad, mut of) = (Vec::new(), Vec::new(), 0);
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        of += parse_line(number + 1, line, &mut items, &mut bad);
    }
    if bad.is_empty() { Ok(items) } else { Err(BadItems { items: bad, of }.into()) }
}

fn read_from<T>(entries: Vec<Entry<T>>, stdin: &mut dyn Read, most: u64) -> anyhow::Result<Vec<T>>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    let mut items = Vec::with_capacity(entries.len());
    let (mut bad, mut of, mut seen_dash) = (Vec::new(), 0, false);
    for Entry(word, _) in entries {
        if word != "-" {
            of += 1;
            match word.parse::<T>() {
                Ok(item) => items.push(item),
                Err(why) => bad.push(why.to_string()),
            }
            continue;
        }
        if std::mem::replace(&mut seen_dash, true) {
            return Err(Error::usage("- stands for standard input and is given twice").into());
        }
        for (number, line) in lines(stdin, most)?.split(|byte| *byte == b'\n').enumerate() {
            of += parse_line(number + 1, line, &mut items, &mut bad);
        }
    }
    if !bad.is_empty() {
        return Err(BadItems { items: bad, of }.into());
    }
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

/// Adds what one line holds; how many items that was, good and bad.
fn parse_line<T>(number: usize, line: &[u8], items: &mut Vec<T>, bad: &mut Vec<String>) -> usize
where
    T: FromStr,
    T::Err: fmt::Display,
{
    let Ok(line) = std::str::from_utf8(line) else {
        let shown: String = String::from_utf8_lossy(line).chars().take(60).collect();
        bad.push(format!("line {number}: not UTF-8: \"{shown}\""));
        return 1;
    };
    // An editor on another system may have put a byte order mark in front.
    let line = match number {
        1 => line.strip_prefix('\u{feff}').unwrap_or(line),
        _ => line,
    };
    if line.trim_start().starts_with('#') {
        return 0;
    }
    let mut of = 0;
    for word in words(line) {
        of += 1;
        match word.parse::<T>() {
            Ok(item) => items.push(item),
            Err(why) => bad.push(format!("line {number}: {why}")),
        }
    }
    of
}

/// What stands between commas; the comma in the name of a draft, `bash-5.3-1.fc43,draft_7`, is none of them.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let is_draft = |behind: &str| {
        let number = behind.strip_prefix(",draft_");
        number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
    };
    let mut rest = Some(line);
    let next = move || {
        let line = rest?;
        let mut commas = line.match_indices(',').map(|(at, _)| line.split_at(at));
        let end = commas.find(|(_, comma)| !is_draft(comma));
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
