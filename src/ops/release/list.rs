// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists releases.

use crate::access::Dimensions;
use crate::bodhi::{Record, State};
use crate::pipeline::{Question, Readers};
use crate::release::{Known, Lookup, Role, Source, role};
use crate::{Error, Result};

/// The releases in these states.
pub struct ListReleases<'a> {
    /// Who knows them.
    pub directory: &'a dyn Lookup,
    /// Only those in one of these states; empty: all but archived and disabled ones.
    pub states: Vec<State>,
    /// All states.
    pub all: bool,
    /// Only those whose updates' names begin so: `FEDORA-EPEL`.
    pub prefix: Option<String>,
}

/// What was found.
#[derive(Debug)]
pub struct Listed {
    /// The releases with their roles, in the order of names.
    pub releases: Vec<(Record, Role)>,
    /// Where they are known from, and what people should know about that.
    pub known: Known,
}

impl ListReleases<'_> {
    /// What such a request is about: it names nothing but options.
    pub fn about(states: bool, all: bool, prefix: bool) -> Dimensions {
        Dimensions::new().option("--state", states).option("--all", all).option("--prefix", prefix)
    }
}

impl ListReleases<'_> {
    /// A state that is neither one of those that flr knows nor any release's is a slip of the pen: an empty list
    /// would say that there is nothing.
    fn has_heard_of(&self, known: &Known) -> Result<()> {
        if !self.states.is_empty() && known.source == Source::Koji {
            return Err(Error::not_now("only Bodhi can say in which state a release is"));
        }
        let unheard = |state: &&State| {
            matches!(state, State::Other(_))
                && !known.releases.iter().any(|release| release.state.as_ref() == Some(*state))
        };
        let unheard: Vec<&str> = self.states.iter().filter(unheard).map(State::as_str).collect();
        match unheard.is_empty() {
            true => Ok(()),
            false => Err(Error::usage(format!("no release is in the state {}", unheard.join(", ")))
                .hint("states: disabled, pending, frozen, current, archived")),
        }
    }
}

impl Question for ListReleases<'_> {
    const NAME: &'static str = "release list";
    type Answer = Listed;

    fn dimensions(&self) -> Dimensions {
        Self::about(!self.states.is_empty(), self.all, self.prefix.is_some())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Listed> {
        let known = self.directory.releases(services.koji)?;
        self.has_heard_of(&known)?;
        let wanted = |release: &&Record| {
            let state = match (&release.state, self.states.as_slice()) {
                _ if self.all => true,
                (None, states) => states.is_empty(),
                (Some(state), []) => !matches!(state, State::Archived | State::Disabled),
                (Some(state), states) => states.contains(state),
            };
            state && self.prefix.as_ref().is_none_or(|prefix| *prefix == release.id_prefix)
        };
        let all = &known.releases;
        let releases = all.iter().filter(wanted).map(|release| (release.clone(), role(release, all))).collect();
        Ok(Listed { releases, known })
    }
}
