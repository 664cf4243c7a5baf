// SPDX-License-Identifier: GPL-3.0-or-later
//! Tag layouts: what tags, links, groups, repositories and targets a release is to have, as data.
//!
//! A layout is a TOML file. Those of Fedora, EPEL and ELN are built in ([`built_in`]); any other can be
//! read from a file. This is the whole language, which `flr-layout(5)` describes for those who write one:
//!
//! ```toml
//! format = 1
//! family = "fedora"                # the layout's name
//! parts = ["rpm", "infra"]         # what can be asked for by itself
//!
//! [release]                        # which releases it is for
//! id-prefix = "FEDORA"             # Bodhi's
//! name = "F{n}"                    # Bodhi's name of a release
//! base = "f{n}"                    # the tag that says that the release exists
//! version = "number"               # what {n} may be: number, dotted (9 or 10.1) or none
//! tags = ["f??"]                   # koji patterns that find the base tags
//! rawhide-tag = "rawhide"          # the tag whose first parent is the base of the newest (optional)
//!
//! [values]                         # words of the file's own
//! arches = "x86_64 aarch64"
//!
//! [[phase]]                        # in the order of time; a release is in the last that fits
//! name = "before-activation"
//! [[phase]]
//! name = "after-activation"
//! composed-by-bodhi = true         # what Bodhi's record must say; nothing: it always fits
//! states = ["pending", "frozen"]
//!
//! [bodhi]                          # what Bodhi's record must say, field by field
//! stable_tag = "f{n}"
//! [[bodhi-change]]                 # and from a phase on
//! from = "after-activation"
//! composed_by_bodhi = true
//!
//! [[tag]]
//! name = "f{n}-build"
//! part = "rpm"
//! arches = "{arches}"              # else: none
//! perm = "autosign"                # else: none
//! locked = false
//! parents = ["f{n}-override"]      # all of them: a name is { tag = name, priority = 0 }
//! groups = ["build"]               # that must be there or be inherited, whatever is in them; or with packages that
//!                                  # must be in one: { name = "build", packages = ["bash"] }
//! extra = { "repo.auto" = true }   # that must be there; others may be as well
//! external-repos = []              # { name, priority, url, merge-mode }; else: whatever is there
//! use = "gating"                   # builds wait in it to be tested or pushed; signing: to be signed; compose: candidates
//!                                  # are made of it (optional)
//! role = "rawhide"                 # only looked at for the newest release (optional)
//! from = "before-activation"       # the first phase that has it (optional)
//! until = "archived"               # the first phase that does not (optional)
//! minor = false                    # true: only minor releases (10.1) have it, false: only others (optional)
//! [[tag.change]]                   # what is otherwise from a phase on
//! from = "after-activation"
//! perm = "admin"                   # "" takes it away
//! parents = [{ tag = "f{n}-updates", priority = 5, intransitive = true, noconfig = true, maxdepth = 1 }]
//!
//! [[target]]
//! name = "f{n}-candidate"
//! part = "rpm"
//! build = "f{n}-build"
//! dest = "f{n}-updates-candidate"  # role, from, until and minor as for tags
//! ```
//!
//! In every text `{n}` is the release's version, `{prev}` the number before it (where versions are
//! numbers), `{rawhide}` the version of the newest Fedora, and `{word}` a value of the file's own; `{{` is a brace.
//! Everything that is wrong is named at once, with file and line.

mod expand;
mod file;
mod guess;
mod phase;
mod purpose;
mod tree;
mod wire;

#[cfg(test)]
mod tests;

pub use expand::Wanted;
pub use file::Layout;
pub(super) use guess::tags_of;
pub use phase::Phase;
pub use purpose::Purpose;
pub use tree::{LinkShape, RepoShape, TagShape, TargetShape, Tree};

use crate::bodhi::Record;
use crate::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// No layout is longer.
const MOST_BYTES: u64 = 1 << 20;

/// The layouts that flr brings, by file name.
const BUILT_IN: [(&str, &str); 3] = [
    ("fedora.toml", include_str!("../layouts/fedora.toml")),
    ("epel.toml", include_str!("../layouts/epel.toml")),
    ("eln.toml", include_str!("../layouts/eln.toml")),
];

/// The layouts that flr brings.
///
/// # Errors
/// One of them makes no sense; a test sees to it that none does.
pub fn built_in() -> Result<Vec<Layout>> {
    BUILT_IN.iter().map(|(name, text)| Layout::parse(name, text)).collect()
}

/// The layout in a file.
///
/// # Errors
/// The file cannot be read or makes no sense, with its line.
pub fn load(path: &Path) -> Result<Layout> {
    let shown = path.display().to_string();
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text));
    read.map_err(|error| Error::failed(format!("cannot read the layout {shown}: {error}")))?;
    if text.len() as u64 > MOST_BYTES {
        return Err(Error::failed(format!("the layout {shown} is longer than {MOST_BYTES} bytes")));
    }
    Layout::parse(&shown, &text)
}

/// The layout that is for this release; `None`: a variant or a family that none describes.
pub fn of<'l>(layouts: &'l [Layout], release: &Record) -> Option<&'l Layout> {
    layouts.iter().find(|layout| layout.fits(release))
}
