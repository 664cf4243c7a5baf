// SPDX-License-Identifier: GPL-3.0-or-later
//! XML as elements and text, within limits.

use super::plain;
use super::{Limits, XmlError, short};
use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesRef, Event};
use std::io::{self, BufRead, Read};
use zeroize::Zeroize;

/// The elements of XML-RPC. Prefixes do not count: `ex:nil` is `nil`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    MethodResponse,
    MethodCall,
    MethodName,
    Params,
    Param,
    Fault,
    Value,
    Array,
    Data,
    Struct,
    Member,
    Name,
    Nil,
    Int,
    Boolean,
    Double,
    String,
    Base64,
    DateTime,
    Unknown,
}

impl Tag {
    fn of(local_name: &str) -> Self {
        match local_name {
            "value" => Self::Value,
            "member" => Self::Member,
            "name" => Self::Name,
            "string" => Self::String,
            "int" | "i4" | "i8" | "i1" | "i2" | "biginteger" => Self::Int,
            "nil" => Self::Nil,
            "struct" => Self::Struct,
            "array" => Self::Array,
            "data" => Self::Data,
            "boolean" => Self::Boolean,
            "double" => Self::Double,
            "base64" => Self::Base64,
            "dateTime.iso8601" => Self::DateTime,
            "param" => Self::Param,
            "params" => Self::Params,
            "fault" => Self::Fault,
            "methodResponse" => Self::MethodResponse,
            "methodCall" => Self::MethodCall,
            "methodName" => Self::MethodName,
            _ => Self::Unknown,
        }
    }

    /// Whether it counts for the depth of values.
    fn nests(self) -> bool {
        matches!(self, Self::Array | Self::Struct)
    }
}

/// What ends a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// An element begins.
    Start(Tag),
    /// The innermost open element ends.
    End,
    /// The document ends.
    Eof,
}

/// What [`Tokens::plain_member`] has met.
pub(super) enum Met<T> {
    /// Something else, of which nothing is read yet.
    Other,
    /// A member that is not wanted. It has been passed over.
    Unwanted,
    /// A member that is. It has been read; its value is a scalar of this type, see
    /// [`Tokens::last_scalar`].
    Wanted(T, Tag),
}

/// One pass over a document.
pub(super) struct Tokens<R> {
    xml: Reader<Bounded<R>>,
    event: Vec<u8>,
    /// The text before the last token.
    text: String,
    /// The last scalar, while the tokens behind it are read.
    scalar: String,
    /// The text is wanted. What is skipped is still checked.
    keep: bool,
    open: usize,
    nested: usize,
    limits: Limits,
    begun: bool,
    /// The parser stands behind a tag and has promised nothing else to come.
    between: bool,
    /// Bytes that the parser has not seen.
    aside: u64,
}

impl<R: BufRead> Tokens<R> {
    pub(super) fn new(from: R, limits: Limits) -> Self {
        let mut xml = Reader::from_reader(Bounded { inner: from, limits, document: 0, event: 0 });
        xml.config_mut().expand_empty_elements = true;
        Self {
            xml,
            event: Vec::new(),
            text: String::new(),
            scalar: String::new(),
            keep: true,
            open: 0,
            nested: 0,
            limits,
            begun: false,
            between: false,
            aside: 0,
        }
    }

    /// How many elements are open.
    pub(super) fn open(&self) -> usize {
        self.open
    }

    /// The next token; the text before it is in `self.text`.
    pub(super) fn next(&mut self) -> Result<Token, XmlError> {
        self.text.clear();
        loop {
            self.event.clear();
            self.xml.get_mut().event = 0;
            let event = self.xml.read_event_into(&mut self.event).map_err(unread)?;
            let begun = std::mem::replace(&mut self.begun, true);
            match event {
                Event::Text(part) if self.keep => self.text.push_str(&part.xml10_content()),
                Event::CData(part) if self.keep => self.text.push_str(&part.xml10_content()),
                Event::Text(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::GeneralRef(reference) => self.text.push(referred(&reference)?),
                Event::Start(start) => {
                    let tag = Tag::of(start.local_name().as_ref());
                    // Of an empty element the parser has the end in hand.
                    self.between = !self.event.ends_with(b"/>");
                    self.open += 1;
                    self.nested += usize::from(tag.nests());
                    if self.nested > self.limits.depth || self.open > most_open(&self.limits) {
                        return Err(XmlError(format!("values are nested deeper than {}", self.limits.depth)));
                    }
                    return Ok(Token::Start(tag));
                }
                Event::End(end) => {
                    self.open = self.open.saturating_sub(1);
                    let nests = Tag::of(end.local_name().as_ref()).nests();
                    self.nested = self.nested.saturating_sub(usize::from(nests));
                    self.between = true;
                    return Ok(Token::End);
                }
                Event::Eof => return Ok(Token::Eof),
                Event::Decl(decl) => declared(&decl, begun)?,
                Event::DocType(_) => return Err(XmlError("it has a document type".into())),
                Event::Empty(_) => return Err(XmlError("an element that is not expanded".into())),
            }
            if !self.keep {
                self.text.clear();
            } else if self.text.len() as u64 > self.limits.text {
                return Err(XmlError(too_long("a text", self.limits.text)));
            }
        }
    }

    /// The element that begins here, or `None` if the open one ends; blanks only before it.
    pub(super) fn element(&mut self) -> Result<Option<Tag>, XmlError> {
        match self.next()? {
            Token::Start(tag) => self.blank().map(|()| Some(tag)),
            Token::End => self.blank().map(|()| None),
            Token::Eof => Err(cut_short()),
        }
    }

    /// The beginning of this element and nothing else.
    pub(super) fn expect(&mut self, wanted: Tag) -> Result<(), XmlError> {
        if self.element()? == Some(wanted) {
            return Ok(());
        }
        Err(XmlError(format!("no {} where there must be one", wanted.noun())))
    }

    /// The end of the open element and nothing else.
    pub(super) fn close(&mut self) -> Result<(), XmlError> {
        match self.element()? {
            None => Ok(()),
            Some(_) => Err(XmlError("one element more than there can be".into())),
        }
    }

    /// The text of the open element, which ends with it.
    pub(super) fn text(&mut self) -> Result<&str, XmlError> {
        match self.next()? {
            Token::End => Ok(&self.text),
            Token::Start(_) => Err(XmlError("an element inside a text".into())),
            Token::Eof => Err(cut_short()),
        }
    }

    /// The text of the open element, which ends with it and with the element around it.
    pub(super) fn text_and_close(&mut self) -> Result<&str, XmlError> {
        self.text()?;
        std::mem::swap(&mut self.text, &mut self.scalar);
        self.close()?;
        Ok(&self.scalar)
    }

    /// The text before the last token.
    pub(super) fn last_text(&self) -> &str {
        &self.text
    }

    /// Reads a whole member of a struct if it is of the plainest form. `take` is given its name and
    /// says whether it is wanted.
    ///
    /// Between a tag and the next a whole element can be taken from under the parser's nose: what is
    /// open stays what it was.
    pub(super) fn plain_member<T>(&mut self, take: impl FnOnce(&str) -> Option<T>) -> Result<Met<T>, XmlError> {
        // A member's value is two elements further in.
        if !self.between || self.open + 3 > most_open(&self.limits) {
            return Ok(Met::Other);
        }
        let source = self.xml.get_mut();
        source.event = 0;
        let bytes = match source.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(Met::Other),
            Err(error) => return Err(XmlError(short(&error.to_string()))),
        };
        let Some(member) = plain::member(bytes) else {
            return Ok(Met::Other);
        };
        let longest = member.name.len().max(member.text.len()) as u64;
        if longest + plain::AROUND > self.limits.text {
            return Ok(Met::Other);
        }
        let (tag, length) = (member.tag, member.length);
        let met = match take(member.name) {
            None => Met::Unwanted,
            Some(name) => {
                self.scalar.clear();
                self.scalar.push_str(member.text);
                Met::Wanted(name, tag)
            }
        };
        source.consume(length);
        self.aside += length as u64;
        Ok(met)
    }

    /// The text of the last scalar.
    pub(super) fn last_scalar(&self) -> &str {
        &self.scalar
    }

    /// Passes over everything until only `open` elements are open; limits and entities are checked.
    pub(super) fn skip_to(&mut self, open: usize) -> Result<(), XmlError> {
        self.keep = false;
        while self.open > open {
            if self.next()? == Token::Eof {
                return Err(cut_short());
            }
        }
        self.keep = true;
        Ok(())
    }

    /// Nothing but blanks until the end.
    pub(super) fn finish(&mut self) -> Result<(), XmlError> {
        match self.next()? {
            Token::Eof => self.blank(),
            _ => Err(XmlError("something after the end".into())),
        }
    }

    /// Refuses text where only elements belong.
    pub(super) fn blank(&self) -> Result<(), XmlError> {
        let text = self.text.trim_matches([' ', '\t', '\r', '\n']);
        if text.is_empty() {
            return Ok(());
        }
        Err(XmlError("text between elements".into()))
    }

    /// `error` with the place where it was noticed.
    pub(super) fn locate(&self, error: XmlError) -> XmlError {
        XmlError(format!("{} (at byte {})", error.0, self.xml.buffer_position() + self.aside))
    }
}

/// The answer to a login holds a session's key, and this is where it was read.
impl<R> Drop for Tokens<R> {
    fn drop(&mut self) {
        self.event.zeroize();
        self.text.zeroize();
        self.scalar.zeroize();
    }
}

impl Tag {
    fn noun(self) -> &'static str {
        match self {
            Self::MethodResponse => "methodResponse",
            Self::MethodCall => "methodCall",
            Self::MethodName => "methodName",
            Self::Params => "params",
            Self::Param => "param",
            Self::Value => "value",
            Self::Data => "data",
            Self::Name => "name",
            Self::Member => "member",
            _ => "such element",
        }
    }
}

/// How many elements can be open: a value needs at most three, `struct`, `member` and `value`.
fn most_open(limits: &Limits) -> usize {
    3 * limits.depth + 16
}

fn cut_short() -> XmlError {
    XmlError("it ends too early".into())
}

fn too_long(what: &str, limit: u64) -> String {
    format!("{what} is longer than {limit} bytes")
}

fn unread(error: quick_xml::Error) -> XmlError {
    XmlError(match error {
        quick_xml::Error::Io(error) => short(&error.to_string()),
        error => short(&error.to_string()),
    })
}

fn declared(decl: &BytesDecl<'_>, begun: bool) -> Result<(), XmlError> {
    if begun {
        return Err(XmlError("an XML declaration in the middle".into()));
    }
    let utf8 = |name: &str| ["utf-8", "utf8", "us-ascii"].contains(&&*name.to_ascii_lowercase());
    match decl.encoding() {
        None => Ok(()),
        Some(Ok(name)) if utf8(&name) => Ok(()),
        Some(_) => Err(XmlError("its encoding is not UTF-8".into())),
    }
}

/// The five entities that XML has without a document type, and characters by number.
fn referred(reference: &BytesRef<'_>) -> Result<char, XmlError> {
    let unknown = || XmlError(short(&format!("the entity &{};", &**reference)));
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => match reference.resolve_char_ref() {
            Ok(Some(c)) => Ok(c),
            Ok(None) | Err(_) => Err(unknown()),
        },
    }
}

/// A reader that refuses to go beyond the limits instead of filling the memory.
struct Bounded<R> {
    inner: R,
    limits: Limits,
    /// Bytes taken so far.
    document: u64,
    /// Bytes taken since the last event of the parser, which holds each event whole.
    event: u64,
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let (document, event) = (self.document, self.event);
        let bytes = self.inner.fill_buf()?;
        if bytes.is_empty() {
            return Ok(bytes);
        }
        if document >= self.limits.document {
            return Err(io::Error::other(too_long("it", self.limits.document)));
        }
        if event > self.limits.text {
            return Err(io::Error::other(too_long("a text", self.limits.text)));
        }
        let left = (self.limits.document - document).min(self.limits.text - event + 1);
        let end = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.get(..end).unwrap_or(bytes))
    }

    fn consume(&mut self, amount: usize) {
        self.document += amount as u64;
        self.event += amount as u64;
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}
