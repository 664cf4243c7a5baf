// SPDX-License-Identifier: GPL-3.0-or-later
//! The lists where they are: at an address or in a file.

use super::settings::{Pattern, Place, Settings};
use super::{Owners, Reader, lists};
use crate::names::PackageName;
use crate::rest::{Getter, Options, Wanted, host_of};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

/// The owners of all packages have about 3 MB.
const MOST_BYTES: u64 = 64 << 20;

/// What list it is, for messages.
#[derive(Clone, Copy)]
struct List {
    what: &'static str,
    option: &'static str,
    wanted: Wanted,
}

const RETIRED: List = List {
    what: "the list of retired packages",
    option: "--retired",
    wanted: wanted("retired packages", "with --retired URL or in distgit.toml"),
};

const OWNERS: List = List {
    what: "the list of owners",
    option: "--owners",
    wanted: wanted("owners", "with --owners URL or in distgit.toml"),
};

const fn wanted(what: &'static str, named: &'static str) -> Wanted {
    Wanted { what, who: "dist-git", named, says_json: false, refusal: |_| None }
}

/// dist-git's lists. Nothing is read before the first question.
#[derive(Debug)]
pub struct Files {
    settings: Settings,
    getter: Getter,
}

impl Files {
    /// Where `settings` say.
    pub fn new(settings: Settings, options: Options) -> Self {
        Self { getter: Getter::new(settings.timeout, options), settings }
    }

    /// What is in the list, and what to call it.
    fn read<T>(&self, list: List, place: &Place, parse: impl FnOnce(&[u8]) -> Result<T, String>) -> Result<T> {
        let List { what, wanted, .. } = list;
        let (bytes, shown) = match place {
            Place::Url(url) => (self.getter.get(url, &wanted)?, format!("{what} at {}{}", host_of(url), url.path())),
            Place::File(path) => {
                let shown = format!("{what} in {}", path.display());
                let mut bytes = Vec::new();
                let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
                read.map_err(|error| Error::failed(format!("cannot read {shown}: {error}")))?;
                if bytes.len() as u64 > MOST_BYTES {
                    return Err(Error::failed(format!("{shown} is longer than {MOST_BYTES} bytes")));
                }
                (bytes, shown)
            }
        };
        parse(&bytes).map_err(|why| Error::failed(format!("{shown} cannot be used: {why}")))
    }
}

fn known(list: List, pattern: Option<&Pattern>) -> Result<&Pattern> {
    pattern.ok_or_else(|| {
        let what = format!("nothing says where {} is", list.what);
        Error::failed(what).hint(format!("name it with {} URL|FILE or in distgit.toml", list.option))
    })
}

impl Reader for Files {
    fn retired(&self, branch: &str, namespace: &str) -> Result<BTreeSet<PackageName>> {
        let place = known(RETIRED, self.settings.retired.as_ref())?.of(branch)?;
        self.read(RETIRED, &place, |json| lists::retired(json, branch, namespace))
    }

    fn tells_branches_apart(&self) -> bool {
        self.settings.retired.as_ref().is_some_and(Pattern::tells_branches_apart)
    }

    fn owners(&self, namespace: &str) -> Result<Owners> {
        // One list for all branches.
        let place = known(OWNERS, self.settings.owners.as_ref())?.of("all")?;
        self.read(OWNERS, &place, |json| lists::owners(json, namespace))
    }
}
