// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub's state in a directory.

use super::fault::{Outcome, Refusal};
use super::seed::{self, Grounds, Seed, SeedReport};
use super::store::Store;
use crate::{Error, Result};
use rusqlite::{Connection, OptionalExtension as _};
use std::path::{Path, PathBuf};

/// A hub's state in a directory.
#[derive(Debug)]
pub struct Site {
    dir: PathBuf,
    store: Store,
}

impl Site {
    /// Opens the state in `dir`; makes the directory (0700) and its files if they are missing.
    pub fn open(dir: &Path) -> Result<Site> {
        Ok(Site { dir: dir.to_owned(), store: Store::open(dir)? })
    }

    /// Removes the state in `dir`. There may be none; no hub may be serving it.
    pub fn reset(dir: &Path) -> Result<()> {
        Store::remove(dir)
    }

    /// Fills an empty state with packages, builds and tags. An error if there are some already.
    pub fn seed(&mut self, size: Seed) -> Result<SeedReport> {
        self.fill(|db| seed::plant(db, size))
    }

    /// Fills an empty state with releases and a few packages in them. An error if there is something already.
    pub fn seed_releases(&mut self, grounds: &Grounds) -> Result<SeedReport> {
        self.fill(|db| seed::plant_releases(db, grounds))
    }

    fn fill(&self, plant: impl FnOnce(&Connection) -> Outcome<SeedReport>) -> Result<SeedReport> {
        let done = self.store.hub(|db| {
            let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            if seeded(&tx)? {
                return Ok(None);
            }
            let report = plant(&tx)?;
            tx.commit()?;
            db.execute_batch("ANALYZE")?;
            Ok(Some(report))
        });
        match self.told(done)? {
            Some(report) => Ok(report),
            None => Err(Error::failed(format!("the practice hub in {} is seeded already", self.dir.display()))
                .hint("reset it first")),
        }
    }

    /// Whether there is something in it.
    pub fn is_seeded(&self) -> Result<bool> {
        let found = self.store.hub(|db| seeded(db));
        self.told(found)
    }

    fn told<T>(&self, outcome: Outcome<T>) -> Result<T> {
        outcome.map_err(|refusal| {
            let why = match refusal {
                Refusal::Broken(why) => why,
                fault @ Refusal::Fault(_) => fault.to_string(),
            };
            Error::failed(format!("the practice hub in {}: {why}", self.dir.display()))
        })
    }
}

fn seeded(db: &Connection) -> Outcome<bool> {
    let found: Option<String> =
        db.query_row("SELECT value FROM meta WHERE key = 'seed'", [], |r| r.get(0)).optional()?;
    Ok(found.is_some())
}
