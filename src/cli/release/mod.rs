// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr release`: one file for each command.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod check;
pub mod info;
pub mod list;

use super::Context;
use super::options::{Applies, Asks, Grantable, Shows};
use super::read::{self, Answers, Asking, read};
use crate::access::{Caller, Dimensions, guarded, table};
use crate::bodhi::{self, Bodhi, Settings};
use crate::error::Kind;
use crate::koji;
use crate::output::{Complaint, complain};
use crate::pipeline::Stop;
use crate::release::layout::{self, Layout};
use crate::release::{Cache, Directory, Known, Lookup};
use crate::rest;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(Shows<Own<list::Args>>),
    Info(Shows<Own<info::Args>>),
    Check(Shows<Own<check::OwnArgs>>),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::List(words) => read(words, context),
        Command::Info(words) => read(words, context),
        Command::Check(words) => read(words, context),
    }
}

/// What an administrator can grant of it: neither another Bodhi nor a file of the caller's.
#[derive(Debug, clap::Subcommand)]
pub enum Granted {
    List(Asks<list::Args>),
    Info(Asks<info::Args>),
    Check(Asks<check::Args>),
}

/// The commands of [`Granted`], for whoever grants them.
pub const GRANTABLE: &[table::Command] = &[list::Args::GRANT, info::Args::GRANT, check::Args::GRANT];

/// Runs the command in privileged mode; its exit code.
pub fn granted(command: Granted, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Granted::List(words) => read::granted(words, context),
        Granted::Info(words) => read::granted(words, context),
        Granted::Check(words) => read::granted(words, context),
    }
}

/// What the words are about, for judging.
pub fn about(command: Granted) -> anyhow::Result<Dimensions> {
    match command {
        Granted::List(words) => words.args.dimensions(),
        Granted::Info(words) => words.args.dimensions(),
        Granted::Check(words) => words.args.dimensions(),
    }
}

// A command for those who act for themselves: they may say whom to ask. No doc comment: clap would
// print it as the help of every command.
#[derive(Debug, clap::Args)]
pub struct Own<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    /// Ask the Bodhi at this address; else bodhi.toml says, or it is the public one
    #[arg(long, value_name = "URL")]
    pub bodhi: Option<String>,
}

impl<A: Answers> Answers for Own<A> {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        asking.bodhi = self.bodhi;
        self.args.answer(asking)
    }
}

// A changing command that names a release. No doc comment, as above.
#[derive(Debug, clap::Args)]
pub struct AppliesOfRelease<A: clap::Args> {
    #[command(flatten)]
    pub words: Applies<Own<A>>,
}

// A command for those who act for themselves: they may bring a layout. No doc comment, as above.
#[derive(Debug, clap::Args)]
pub struct WithLayout<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    /// Read the layout from this file, see flr-layout(5)
    #[arg(long = "layout", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl<A: clap::Args> WithLayout<A> {
    /// The layout that was brought.
    ///
    /// # Errors
    /// The file cannot be read or is no layout, with its lines.
    pub fn layout(&self) -> Result<Option<Layout>> {
        self.file.as_deref().map(layout::load).transpose()
    }
}

/// Who asks what releases there are, and at which hub.
#[derive(Debug)]
pub struct Whose<'a> {
    /// Who started flr.
    pub caller: &'a Caller,
    /// The hub's profile.
    pub profile: &'a str,
    /// The Bodhi to ask, if it was named.
    pub bodhi: Option<&'a str>,
    /// With a service account's credentials: then nothing of the caller's own counts.
    pub granted: bool,
    /// Somebody wishes to stop.
    pub stop: &'a Stop,
}

impl<'a> Whose<'a> {
    /// Who asks by a reading command.
    pub fn of(asking: &'a Asking<'_>) -> Self {
        Self {
            caller: asking.caller,
            profile: asking.profile,
            bodhi: asking.bodhi.as_deref(),
            granted: asking.is_granted(),
            stop: &asking.stop,
        }
    }

    /// What the configuration files of this name say, root's and then, of those who act for themselves, their
    /// own.
    pub(super) fn configured<T>(
        &self,
        name: &str,
        load: impl FnOnce(&[&Path], rest::ReadFile<'_>) -> Result<T>,
    ) -> Result<T> {
        let home = self.caller.home.as_ref().map(|home| home.join(".config/flr").join(name));
        let etc = Path::new("/etc/flr").join(name);
        let files: Vec<&Path> =
            std::iter::once(&etc).chain(home.iter().filter(|_| !self.granted)).map(PathBuf::as_path).collect();
        let of_root = |path: &Path| guarded::read(path, &guarded::Rules::of_root());
        if !self.granted {
            return load(&files, &rest::read_file);
        }
        // Neither chosen nor written by the caller: whatever is wrong with it is the machine's.
        load(&files, &of_root).map_err(|error| match error.kind {
            Kind::Unsafe => error,
            _ => Error::new(Kind::Unsafe, format!("refused: {}", error.what))
                .hint(format!("an administrator must mend {}", etc.display())),
        })
    }

    /// How a service is asked.
    pub(super) fn options(&self) -> rest::Options {
        rest::Options {
            notices: Arc::new(|text| complain(Complaint::Note(text))),
            stop: self.stop.flag(),
            ..rest::Options::default()
        }
    }
}

/// Everything that knows releases, but for the hub.
#[derive(Debug)]
pub struct Sources {
    bodhi: Option<Bodhi>,
    cache: Option<Cache>,
    /// The layouts that flr brings.
    pub layouts: Vec<Layout>,
}

impl Sources {
    /// The sources for a reading command; see [`Sources::of`].
    ///
    /// # Errors
    /// Those of [`Sources::of`].
    pub fn open(asking: &Asking<'_>) -> Result<Self> {
        Self::of(&Whose::of(asking))
    }

    /// What the command line and the configuration say. Nothing is asked yet.
    ///
    /// # Errors
    /// A configuration file or an address makes no sense.
    pub fn of(whose: &Whose<'_>) -> Result<Self> {
        let settings =
            whose.configured("bodhi.toml", |files, read| Settings::load(whose.profile, whose.bodhi, files, read))?;
        // Without a place to keep anything, nothing is kept.
        let cache = settings.as_ref().zip(whose.caller.state_dir().ok()).map(|(settings, state)| {
            Cache::new(state, settings.url.as_str(), settings.cache_limit, crate::pipeline::timestamp())
        });
        let bodhi = settings.map(|settings| Bodhi::new(settings, whose.options()));
        Ok(Self { bodhi, cache, layouts: layout::built_in()? })
    }

    /// Whether there is a Bodhi to ask.
    pub fn has_bodhi(&self) -> bool {
        self.bodhi.is_some()
    }
}

impl Lookup for Sources {
    fn releases(&self, koji: &dyn koji::Reader) -> Result<Known> {
        let bodhi = self.bodhi.as_ref().map(|bodhi| bodhi as &dyn bodhi::Reader);
        Directory { bodhi, cache: self.cache.clone(), layouts: &self.layouts }.releases(koji)
    }
}

/// Says what people should know about where the releases are known from.
pub fn note(known: &Known) {
    for note in &known.notes {
        complain(Complaint::Note(note));
    }
}
