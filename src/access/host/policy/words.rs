// SPDX-License-Identifier: GPL-3.0-or-later
//! The words and signs of which a line of a sudoers file is made.

/// A line, as far as it is not read yet.
pub struct Reader<'a> {
    pub rest: &'a str,
}

impl Reader<'_> {
    pub fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
    }

    /// Whether only a comment is left.
    pub fn at_end(&mut self) -> bool {
        self.blanks();
        let id = |text: &str| text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
        self.rest.is_empty() || self.rest.strip_prefix('#').is_some_and(|rest| !id(rest))
    }

    pub fn eat(&mut self, c: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) { Ok(()) } else { Err(format!("no '{c}' before \"{}\"", short(self.rest))) }
    }

    pub fn ended(&mut self) -> Result<(), String> {
        if self.at_end() { Ok(()) } else { Err(format!("\"{}\" is not understood", short(self.rest))) }
    }

    /// A word, quoted or not, up to a blank or a sign. `also`: characters that are part of it.
    pub fn word(&mut self, also: &str) -> Option<String> {
        self.blanks();
        let mut text = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        let mut quoted = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => quoted = !quoted,
                '\\' => match chars.next() {
                    Some((_, next)) => text.push(next),
                    None => text.push('\\'),
                },
                _ if quoted => text.push(c),
                // A number's sign, not a comment.
                '#' if text.is_empty() || text == "%" => text.push(c),
                ' ' | '\t' | ',' | '=' | ':' | '(' | ')' | '!' | '#' if !also.contains(c) => {
                    end = at;
                    break;
                }
                _ => text.push(c),
            }
        }
        if quoted || text.is_empty() {
            return None;
        }
        self.rest = &self.rest[end..];
        Some(text)
    }

    /// A member of a list of users or machines, with its `!`.
    pub fn member(&mut self) -> Result<String, String> {
        let mut negated = false;
        while self.eat('!') {
            negated = !negated;
        }
        self.blanks();
        let word = match self.address() {
            Some(address) => Some(address),
            // Groups of other directories: %:name
            None if self.rest.starts_with("%:") => self.word(":"),
            None => self.word(""),
        };
        let word = word.ok_or_else(|| format!("no name before \"{}\"", short(self.rest)))?;
        Ok(if negated { format!("!{word}") } else { word })
    }

    /// An address with colons in it, which otherwise end a word.
    fn address(&mut self) -> Option<String> {
        let end = self.rest.find(|c: char| !(c.is_ascii_hexdigit() || ":./".contains(c))).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        let address = text.split('/').next().unwrap_or_default();
        address.parse::<std::net::Ipv6Addr>().ok()?;
        self.rest = rest;
        Some(text.to_owned())
    }

    pub fn members(&mut self) -> Result<Vec<String>, String> {
        let mut list = vec![self.member()?];
        while self.eat(',') {
            list.push(self.member()?);
        }
        Ok(list)
    }

    /// An expression as the whole command.
    pub fn pattern(&mut self) -> Option<String> {
        let end = self.rest.find("$").map(|at| at + 1)?;
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(text.to_owned())
    }

    /// Everything up to the sign that ends a command; blanks that follow each other are one.
    pub fn arguments(&mut self) -> String {
        self.blanks();
        let expression = self.rest.starts_with('^');
        let mut text = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        let mut quoted = false;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    let next = chars.next().map(|(_, next)| next);
                    // sudo's own signs lose their backslash; those of patterns keep it.
                    let plain = next.is_some_and(|next| ":\\,= \t#".contains(next));
                    if !plain || expression {
                        text.push('\\');
                    }
                    text.extend(next);
                }
                '"' => {
                    quoted = !quoted;
                    text.push(c);
                }
                '#' => {
                    end = at;
                    break;
                }
                // Inside of an expression sudo ends at the last dollar before a sign.
                ',' | ':' | '=' if !quoted && (!expression || text.ends_with('$')) => {
                    end = at;
                    break;
                }
                ' ' | '\t' if expression && text.ends_with('$') => {
                    end = at;
                    break;
                }
                ' ' | '\t' if !expression && text.ends_with(' ') => {}
                '\t' if !expression => text.push(' '),
                _ => text.push(c),
            }
        }
        self.rest = &self.rest[end..];
        text.trim_end_matches(' ').to_owned()
    }
}

/// Whether `word` could be the name of an alias.
pub fn is_alias(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && word != "ALL"
}

/// The beginning of what is not understood.
pub fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
