// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading XML-RPC as koji writes it, without building a tree.
//!
//! koji's dialect: `nil` (also `ex:nil`), integers of any width up to 64 bits under any of the names
//! `int`, `i1` … `i8`, `biginteger`; strings in which blanks count; text without a type is a string.
//! Attributes are ignored. Control characters are taken as they are: the hub sends stored ones raw,
//! although XML forbids them. A document type, an unknown entity, anything after the end, deep
//! nesting and everything that is not XML-RPC is an error. Of two members of one name the first
//! counts.

mod de;
mod plain;
mod tokens;

use super::Fault;
use de::{Seed, ValueDe};
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::BufRead;
use tokens::{Tag, Tokens};

/// Why a document is not an answer: one short line. Foreign words in it are cut, not escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlError(pub String);

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for XmlError {}

impl serde::de::Error for XmlError {
    /// serde's messages quote the value they dislike, whole: a log of 50 MB is a value.
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(short(&message.to_string()))
    }
}

/// What a reader puts up with.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a whole document.
    pub document: u64,
    /// Bytes of one text.
    pub text: u64,
    /// Arrays and structs inside each other.
    pub depth: usize,
}

impl Default for Limits {
    /// 2 GiB, 64 MiB, 128.
    fn default() -> Self {
        Self { document: 1 << 31, text: 1 << 26, depth: 128 }
    }
}

/// Reads a whole `methodResponse` into `T`, streaming. A hub's fault is `Ok(Err(fault))`.
pub fn read_response<T: DeserializeOwned>(from: impl BufRead) -> Result<Result<T, Fault>, XmlError> {
    read_response_within(from, Limits::default())
}

/// [`read_response`] with other limits than the usual ones.
pub fn read_response_within<T: DeserializeOwned>(
    from: impl BufRead,
    limits: Limits,
) -> Result<Result<T, Fault>, XmlError> {
    let mut tokens = Tokens::new(from, limits);
    let answer = response(&mut tokens);
    answer.map_err(|e| tokens.locate(e))
}

fn response<T: DeserializeOwned, R: BufRead>(tokens: &mut Tokens<R>) -> Result<Result<T, Fault>, XmlError> {
    tokens.expect(Tag::MethodResponse)?;
    let answer = match tokens.element()? {
        Some(Tag::Params) => {
            tokens.expect(Tag::Param)?;
            let value = value_in(tokens)?;
            tokens.close()?;
            tokens.close()?;
            Ok(value)
        }
        Some(Tag::Fault) => {
            let fault = value_in(tokens)?;
            tokens.close()?;
            Err(fault)
        }
        _ => return Err(XmlError("neither an answer nor a fault".into())),
    };
    tokens.close()?;
    tokens.finish()?;
    Ok(answer)
}

/// Reads a `methodCall`: the method's name and its parameters as JSON (the practice hub's side).
pub fn read_call(from: impl BufRead) -> Result<(String, Vec<serde_json::Value>), XmlError> {
    let mut tokens = Tokens::new(from, Limits::default());
    let call = call(&mut tokens);
    call.map_err(|e| tokens.locate(e))
}

fn call<R: BufRead>(tokens: &mut Tokens<R>) -> Result<(String, Vec<serde_json::Value>), XmlError> {
    tokens.expect(Tag::MethodCall)?;
    tokens.expect(Tag::MethodName)?;
    let method = tokens.text()?.trim().to_owned();
    let mut params = Vec::new();
    match tokens.element()? {
        None => {}
        Some(Tag::Params) => {
            while let Some(tag) = tokens.element()? {
                if tag != Tag::Param {
                    return Err(XmlError("something that is no param among the params".into()));
                }
                params.push(value_in(tokens)?);
                tokens.close()?;
            }
            tokens.close()?;
        }
        Some(_) => return Err(XmlError("no params after the method's name".into())),
    }
    tokens.finish()?;
    Ok((method, params))
}

/// The one `value` of the open element.
fn value_in<T: DeserializeOwned, R: BufRead>(tokens: &mut Tokens<R>) -> Result<T, XmlError> {
    tokens.expect(Tag::Value)?;
    ValueDe::feed(tokens, Seed::<T>::new())
}

/// `text` cut to a length that fits a line of a log.
fn short(text: &str) -> String {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
