// SPDX-License-Identifier: GPL-3.0-or-later
//! What the road says to people, and the one question it asks.

use crate::Result;
use crate::plan::Plan;

/// The person at the other end, or `--yes`, or nobody.
pub trait Ui: Sync {
    /// Asks whether `plan` is to be applied. `again`: it was asked before and the plan has changed
    /// since. `Ok` means yes.
    ///
    /// # Errors
    /// [`Kind::NotConfirmed`](crate::error::Kind::NotConfirmed): no, nobody to ask, or Ctrl-C; with
    /// `--yes` also when `again`.
    fn confirm(&self, plan: &Plan, again: bool) -> Result<()>;

    /// `settled` of `total` changes have an outcome. Called from several threads.
    fn progress(&self, settled: usize, total: usize);

    /// Something a person should know now: a pause, a retry, a lost answer.
    fn note(&self, text: &str);

    /// No more progress will come.
    fn finished(&self);
}

/// Agrees to every plan and says nothing: for programs that have looked at the plan themselves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agreed;

impl Ui for Agreed {
    fn confirm(&self, _plan: &Plan, _again: bool) -> Result<()> {
        Ok(())
    }

    fn progress(&self, _settled: usize, _total: usize) {}

    fn note(&self, _text: &str) {}

    fn finished(&self) {}
}
