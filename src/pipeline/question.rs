// SPDX-License-Identifier: GPL-3.0-or-later
//! The short road of reading commands: allow → ask → answer.

use super::Readers;
use crate::Result;
use crate::access::{Access, Dimensions};

/// What a reading command asks. Asking changes nothing.
pub trait Question {
    /// The command: `koji list-tagged`.
    const NAME: &'static str;

    /// What the services say.
    type Answer;

    /// The typed arguments, for judging.
    fn dimensions(&self) -> Dimensions;

    /// Reads the answer.
    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer>;
}

/// The answer, if the caller may have it.
pub fn ask<Q: Question>(question: &Q, access: &Access, services: &Readers<'_>) -> Result<Q::Answer> {
    // Held while it is asked: what was judged is what is read.
    let _allowed = access.allow(Q::NAME, &question.dimensions())?;
    question.ask(services)
}
