// SPDX-License-Identifier: GPL-3.0-or-later
//! The member of a struct as koji writes nearly all of them, recognised in one look.
//!
//! A list of builds is half a million members of one form: no attribute, no entity, a scalar of a named
//! type. Event by event each costs ten times more than to compare it with that form. Whatever is not
//! exactly of that form is left to the parser, so that nothing more is understood here than there, and
//! nothing else is refused.

use super::tokens::Tag;

/// More blanks than koji ever writes between two tags.
const BLANKS: usize = 16;

/// No tag of a [`Member`], and no blanks in it, have more bytes than this.
pub(super) const AROUND: u64 = 64;

/// A whole member.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    /// The type of its value, a scalar's.
    pub(super) tag: Tag,
    /// The value's text, as it stands.
    pub(super) text: &'a str,
    /// Bytes up to its end, the blanks before it included.
    pub(super) length: usize,
}

/// The member that `bytes` begin with; `None` if it is of another form or not all of it is there.
pub(super) fn member(bytes: &[u8]) -> Option<Member<'_>> {
    let rest = blanks(bytes).strip_prefix(b"<member>")?;
    let rest = blanks(rest).strip_prefix(b"<name>")?;
    let (name, rest) = text(rest)?;
    let rest = blanks(rest.strip_prefix(b"</name>")?).strip_prefix(b"<value>")?;
    let (tag, text, rest) = scalar(rest)?;
    let rest = blanks(rest.strip_prefix(b"</value>")?).strip_prefix(b"</member>")?;
    let name = std::str::from_utf8(name).ok()?;
    let text = std::str::from_utf8(text).ok()?;
    Some(Member { name, tag, text, length: bytes.len() - rest.len() })
}

fn scalar(bytes: &[u8]) -> Option<(Tag, &[u8], &[u8])> {
    let (tag, rest, end): (Tag, &[u8], &[u8]) = match bytes.get(1)? {
        b'n' => return Some((Tag::Nil, &[], bytes.strip_prefix(b"<nil/>")?)),
        b's' => (Tag::String, bytes.strip_prefix(b"<string>")?, b"</string>"),
        b'i' => match bytes.strip_prefix(b"<int>") {
            Some(rest) => (Tag::Int, rest, b"</int>"),
            None => (Tag::Int, bytes.strip_prefix(b"<i8>")?, b"</i8>"),
        },
        b'b' => (Tag::Boolean, bytes.strip_prefix(b"<boolean>")?, b"</boolean>"),
        b'd' => (Tag::Double, bytes.strip_prefix(b"<double>")?, b"</double>"),
        _ => return None,
    };
    let (text, rest) = text(rest)?;
    Some((tag, text, rest.strip_prefix(end)?))
}

/// Text up to the next tag, if it is what it says: an entity or the end of a line of another system
/// is not.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| matches!(byte, b'<' | b'&' | b'\r'))?;
    let (text, rest) = bytes.split_at_checked(end)?;
    rest.starts_with(b"<").then_some((text, rest))
}

fn blanks(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    for _ in 0..BLANKS {
        match rest {
            [b' ' | b'\t' | b'\n', behind @ ..] => rest = behind,
            _ => break,
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(text: &str) -> Option<(&str, Tag, &str, usize)> {
        member(text.as_bytes()).map(|m| (m.name, m.tag, m.text, m.length))
    }

    #[test]
    fn what_koji_writes() {
        let table = [
            ("<member>\n<name>id</name>\n<value><int>-7</int></value>\n</member>\n", ("id", Tag::Int, "-7", 63)),
            ("\n<member><name>a b</name><value><string> é </string></value></member>", ("a b", Tag::String, " é ", 70)),
            ("<member><name>x</name><value><nil/></value></member><", ("x", Tag::Nil, "", 52)),
            ("<member><name></name><value><string></string></value></member>", ("", Tag::String, "", 62)),
            ("<member><name>b</name><value><boolean>1</boolean></value></member>", ("b", Tag::Boolean, "1", 66)),
            ("<member><name>t</name><value><double>1.5</double></value></member>", ("t", Tag::Double, "1.5", 66)),
            ("<member><name>n</name><value><i8>5</i8></value></member>", ("n", Tag::Int, "5", 56)),
        ];
        for (xml, expected) in table {
            assert_eq!(met(xml), Some(expected), "{xml}");
        }
    }

    /// All of these the parser understands, or has a word to say about.
    #[test]
    fn what_is_left_to_the_parser() {
        let whole = "<member><name>id</name><value><int>7</int></value></member>";
        for end in 0..whole.len() {
            assert_eq!(met(&whole[..end]), None, "cut at {end}");
        }
        for xml in [
            "</struct>",
            "x<member><name>id</name><value><int>7</int></value></member>",
            "<member ><name>id</name><value><int>7</int></value></member>",
            "<member><name>id</name><name>id</name></member>",
            "<member><name>i&lt;d</name><value><int>7</int></value></member>",
            "<member><name>id</name><value>text</value></member>",
            "<member><name>id</name><value> <int>7</int></value></member>",
            "<member><name>id</name><value><int x='y'>7</int></value></member>",
            "<member><name>id</name><value><int>7</i8></value></member>",
            "<member><name>id</name><value><string>a&amp;b</string></value></member>",
            "<member><name>id</name><value><string>a\r\nb</string></value></member>",
            "<member><name>id</name><value><string><![CDATA[a]]></string></value></member>",
            "<member><name>id</name><value><base64>YQ==</base64></value></member>",
            "<member><name>id</name><value><ex:nil/></value></member>",
            "<member><name>id</name><value><struct></struct></value></member>",
            "<member><name>id</name><value><int>7</int></value>x</member>",
            "<member><name>id</name><value><int>7</int></value><value><int>7</int></value></member>",
            "                 <member><name>id</name><value><int>7</int></value></member>",
        ] {
            assert_eq!(met(xml), None, "{xml}");
        }
        assert_eq!(member(b"<member><name>id</name><value><string>\xff</string></value></member>"), None);
    }
}
