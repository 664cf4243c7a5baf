// SPDX-License-Identifier: GPL-3.0-or-later
//! Files of the hub, which no call removes: removed in their turn, settled and taken back like the rest.

use super::Outcome;
use super::apply::Apply;
use super::journal::Record;
use super::settle::{Found, Settler};
use super::undo::{Back, UndoRun};
use crate::Result;
use crate::koji::{Reader, SignedCopy, Writer};
use crate::plan::{Change, SigningChange, Step, StepId};
use std::collections::BTreeSet;

/// The file that a change removes, if it does.
fn removed(change: &SigningChange) -> Option<SignedCopy> {
    match change {
        SigningChange::RemoveSigned { build, rpm, key, .. } => {
            Some(SignedCopy { build: build.nvr.clone(), rpm: rpm.nvra.clone(), key: *key })
        }
        SigningChange::WriteSigned { .. } => None,
    }
}

impl Apply<'_> {
    /// Removes the files among `ids`; the steps that are left need calls.
    ///
    /// # Errors
    /// The run must stop: the files are not mounted, the journal cannot be written.
    pub(super) fn remove_files(&self, lane: &dyn Writer, ids: Vec<StepId>) -> Result<Vec<StepId>> {
        let (mut steps, mut copies, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            let step = self.steps.get(id.0);
            let file = step.and_then(|Step { change: Change::Koji(change), .. }| removed(change.signing()?));
            match file {
                Some(copy) => {
                    steps.push(id);
                    copies.push(copy);
                }
                None => left.push(id),
            }
        }
        if steps.is_empty() {
            return Ok(left);
        }
        self.journal.append(&Record::Batch { session: lane.session(), steps: steps.clone() })?;
        match lane.remove_signed_copies(&copies) {
            Ok(removed) => self.record(steps.into_iter().zip(removed.into_iter().map(outcome)).collect())?,
            Err(error) => {
                let why = format!("not removed: {}", error.what);
                self.record(steps.into_iter().map(|id| (id, Outcome::Skipped { why: why.clone() })).collect())?;
                return Err(error);
            }
        }
        Ok(left)
    }
}

/// What became of a file that was to be removed; whether there was one.
fn outcome(removed: Result<bool>) -> Outcome {
    match removed {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Already { why: "it is not there any more".into() },
        Err(error) => Outcome::Failed { why: error.what },
    }
}

impl Settler<'_> {
    /// Changes to files, by their places. Of one that is gone nobody knows who removed it: it was there when
    /// the plan was made, and to have it written anew harms nothing.
    pub(super) fn files(&self, changes: &[(usize, &SigningChange)]) -> Result<Vec<(usize, Found)>> {
        let (places, copies): (Vec<usize>, Vec<SignedCopy>) =
            changes.iter().filter_map(|(i, change)| Some((*i, removed(change)?))).unzip();
        if copies.is_empty() {
            return Ok(Vec::new());
        }
        let sizes = self.reader.signed_copies(&copies)?;
        let found = |size: Option<u64>| if size.is_some() { Found::Absent } else { Found::Ours };
        Ok(places.into_iter().zip(sizes.into_iter().map(found)).collect())
    }
}

impl UndoRun {
    /// Those of the files it removed that are there again, as the changes' words say.
    pub(super) fn written_again(&self, koji: &dyn Reader) -> Result<BTreeSet<String>> {
        let (texts, copies): (Vec<String>, Vec<SignedCopy>) =
            self.done.iter().filter_map(|change| Some((change.to_string(), removed(change.signing()?)?))).unzip();
        let sizes = if copies.is_empty() { Vec::new() } else { koji.signed_copies(&copies)? };
        Ok(texts.into_iter().zip(sizes).filter_map(|(text, size)| size.map(|_| text)).collect())
    }
}

/// What is to be done about one change to a file.
pub(super) fn take_back(change: &SigningChange, written_again: &BTreeSet<String>) -> Back {
    match change.inverse() {
        None => Back::Refuse("it cannot be taken back".into()),
        Some(_) if written_again.contains(&change.to_string()) => Back::Leave("it has been written again".into()),
        Some(inverse) => Back::Do(inverse.into()),
    }
}
