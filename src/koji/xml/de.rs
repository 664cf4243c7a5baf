// SPDX-License-Identifier: GPL-3.0-or-later
//! serde over the elements of XML-RPC.

use super::XmlError;
use super::tokens::{Met, Tag, Token, Tokens};
use base64::Engine;
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::io::BufRead;
use std::marker::PhantomData;

/// A value whose first element has been read.
pub(super) struct ValueDe<'a, R> {
    tokens: &'a mut Tokens<R>,
    head: Head,
}

/// What a value turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Text without a type; the value has ended.
    Bare,
    /// The element is open.
    Typed(Tag),
    /// A scalar of this type; all of it has been read.
    Read(Tag),
}

impl<'a, R: BufRead> ValueDe<'a, R> {
    /// Gives the value that has just been opened to `seed` and passes over what that leaves.
    pub(super) fn feed<'de, S: DeserializeSeed<'de>>(tokens: &'a mut Tokens<R>, seed: S) -> Result<S::Value, XmlError> {
        let outside = tokens.open() - 1;
        let head = match tokens.next()? {
            Token::End => Head::Bare,
            Token::Start(tag) => {
                tokens.blank()?;
                Head::Typed(tag)
            }
            Token::Eof => return Err(XmlError("it ends too early".into())),
        };
        let value = seed.deserialize(ValueDe { tokens, head })?;
        tokens.skip_to(outside)?;
        Ok(value)
    }

    /// The text of a scalar, the value closed behind it.
    fn scalar(self) -> Result<&'a str, XmlError> {
        match self.head {
            Head::Bare => Ok(self.tokens.last_text()),
            Head::Typed(_) => self.tokens.text_and_close(),
            Head::Read(_) => Ok(self.tokens.last_scalar()),
        }
    }

    /// The bytes of a `base64`.
    fn bytes(self) -> Result<(Vec<u8>, &'a str), XmlError> {
        let text = self.scalar()?;
        let packed: String = text.split_ascii_whitespace().collect();
        base64::engine::general_purpose::STANDARD
            .decode(&packed)
            .map(|bytes| (bytes, text))
            .map_err(|_| XmlError("a base64 that is none".into()))
    }
}

impl<'de, R: BufRead> Deserializer<'de> for ValueDe<'_, R> {
    type Error = XmlError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        let tag = match self.head {
            Head::Bare => Tag::String,
            Head::Typed(tag) | Head::Read(tag) => tag,
        };
        match tag {
            Tag::String | Tag::DateTime => visitor.visit_str(self.scalar()?),
            Tag::Int => visitor.visit_i64(integer(self.scalar()?)?),
            Tag::Boolean => visitor.visit_bool(boolean(self.scalar()?)?),
            Tag::Double => visitor.visit_f64(double(self.scalar()?)?),
            Tag::Base64 => visitor.visit_str(self.bytes()?.1.trim()),
            Tag::Nil => {
                if self.head == Head::Typed(Tag::Nil) {
                    self.tokens.close()?;
                    self.tokens.close()?;
                }
                visitor.visit_unit()
            }
            Tag::Array => {
                self.tokens.expect(Tag::Data)?;
                let items = self.tokens.open();
                let tokens = self.tokens;
                let done = false;
                let value = visitor.visit_seq(Items { tokens: &mut *tokens, done })?;
                // What the visitor did not take, then the ends of data, array and value.
                tokens.skip_to(items - 1)?;
                tokens.close()?;
                tokens.close()?;
                Ok(value)
            }
            Tag::Struct => {
                let seen = Seen::Any(HashSet::new());
                members(self.tokens, seen, visitor)
            }
            _ => Err(XmlError("a value of no known type".into())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.head {
            Head::Typed(Tag::Nil) | Head::Read(Tag::Nil) => self.deserialize_any(visitor),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        match self.head {
            Head::Typed(Tag::Base64) => visitor.visit_byte_buf(self.bytes()?.0),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        visitor.visit_newtype_struct(self)
    }

    /// Members that the type does not have are passed over without a look.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        match self.head {
            Head::Typed(Tag::Struct) => {
                let seen = Seen::Fields(fields, vec![false; fields.len()]);
                members(self.tokens, seen, visitor)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, XmlError> {
        match self.head {
            Head::Bare | Head::Typed(Tag::String) | Head::Read(Tag::String) => {
                visitor.visit_enum(self.scalar()?.into_deserializer())
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, XmlError> {
        // The one who fed this value passes over it.
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// The items of an array.
struct Items<'a, R> {
    tokens: &'a mut Tokens<R>,
    done: bool,
}

impl<'de, R: BufRead> SeqAccess<'de> for Items<'_, R> {
    type Error = XmlError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, XmlError> {
        if self.done {
            return Ok(None);
        }
        match self.tokens.element()? {
            Some(Tag::Value) => ValueDe::feed(self.tokens, seed).map(Some),
            Some(_) => Err(XmlError("something that is no value in an array".into())),
            None => {
                self.done = true;
                Ok(None)
            }
        }
    }
}

/// The members of a struct that were there already.
enum Seen {
    /// All names are wanted.
    Any(HashSet<Box<str>>),
    /// Only these are.
    Fields(&'static [&'static str], Vec<bool>),
}

impl Seen {
    /// Whether the member of this name is wanted and was not there before.
    fn first(&mut self, name: &str) -> bool {
        match self {
            Self::Any(names) => names.insert(name.into()),
            Self::Fields(fields, seen) => fields
                .iter()
                .position(|field| *field == name)
                .and_then(|at| seen.get_mut(at))
                .is_some_and(|seen| !std::mem::replace(seen, true)),
        }
    }
}

/// The members of a struct.
struct Members<'a, R> {
    tokens: &'a mut Tokens<R>,
    seen: Seen,
    done: bool,
    /// The value to come has been read with its name.
    read: Option<Tag>,
}

impl<'de, R: BufRead> MapAccess<'de> for Members<'_, R> {
    type Error = XmlError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, XmlError> {
        let (mut seed, seen) = (Some(seed), &mut self.seen);
        while !self.done {
            let mut take = |name: &str| {
                let seed = if seen.first(name) { seed.take()? } else { return None };
                Some(seed.deserialize(StrDeserializer::<XmlError>::new(name)))
            };
            match self.tokens.plain_member(&mut take)? {
                Met::Wanted(key, tag) => {
                    self.read = Some(tag);
                    return key.map(Some);
                }
                Met::Unwanted => continue,
                Met::Other => {}
            }
            match self.tokens.element()? {
                Some(Tag::Member) => {}
                Some(_) => return Err(XmlError("something that is no member in a struct".into())),
                None => {
                    self.done = true;
                    break;
                }
            }
            self.tokens.expect(Tag::Name)?;
            let outside = self.tokens.open() - 1;
            let name = self.tokens.text()?;
            if let Some(key) = take(name) {
                return key.map(Some);
            }
            self.tokens.expect(Tag::Value)?;
            self.tokens.skip_to(outside)?;
            self.tokens.close()?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, XmlError> {
        if let Some(tag) = self.read.take() {
            return seed.deserialize(ValueDe { tokens: &mut *self.tokens, head: Head::Read(tag) });
        }
        self.tokens.expect(Tag::Value)?;
        let value = ValueDe::feed(self.tokens, seed)?;
        self.tokens.close()?;
        Ok(value)
    }
}

fn members<'de, R: BufRead, V: Visitor<'de>>(
    tokens: &mut Tokens<R>,
    seen: Seen,
    visitor: V,
) -> Result<V::Value, XmlError> {
    let inside = tokens.open();
    let done = false;
    let value = visitor.visit_map(Members { tokens: &mut *tokens, seen, done, read: None })?;
    // What the visitor did not take, then the ends of struct and value.
    tokens.skip_to(inside - 1)?;
    tokens.close()?;
    Ok(value)
}

/// XML-RPC's own types say nothing of blanks; koji's Python takes them around a number.
fn number(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

fn integer(text: &str) -> Result<i64, XmlError> {
    let error = || de::Error::custom(format_args!("\"{text}\" is not an integer of 64 bits"));
    number(text).parse().map_err(|_| error())
}

fn boolean(text: &str) -> Result<bool, XmlError> {
    match number(text) {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(de::Error::custom(format_args!("\"{text}\" is not a boolean"))),
    }
}

fn double(text: &str) -> Result<f64, XmlError> {
    let error = || de::Error::custom(format_args!("\"{text}\" is not a double"));
    number(text).parse().map_err(|_| error())
}

/// A type, as the seed it is.
pub(super) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::deserialize(from)
    }
}
