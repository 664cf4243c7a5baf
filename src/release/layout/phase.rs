// SPDX-License-Identifier: GPL-3.0-or-later
//! The phases of a layout, and which of them a release is in.

use super::file::Layout;
use super::wire::PhaseWire;
use crate::bodhi::Record;
use crate::{Error, Result};

/// A phase of a layout, by its place in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phase(usize);

impl Phase {
    /// Later than all.
    pub(super) const NEVER: Self = Self(usize::MAX);
}

impl Layout {
    /// The phase of this name.
    ///
    /// # Errors
    /// There is none; the error names those that there are.
    pub fn phase(&self, name: &str) -> Result<Phase> {
        let at = self.wire.phase.iter().position(|phase| phase.name.as_ref() == name);
        at.map(Phase).ok_or_else(|| {
            let names: Vec<&str> = self.wire.phase.iter().map(|phase| phase.name.as_ref().as_str()).collect();
            Error::usage(format!("the layout {} has no phase {name}", self.family()))
                .hint(format!("its phases: {}", names.join(", ")))
        })
    }

    /// The name of a phase of this layout.
    pub fn phase_name(&self, phase: Phase) -> &str {
        self.wire.phase.get(phase.0).map_or("", |phase| phase.name.as_ref().as_str())
    }

    /// All phases, in the order of time.
    pub fn phases(&self) -> impl Iterator<Item = Phase> {
        (0..self.wire.phase.len()).map(Phase)
    }

    /// The first phase: what a release is made in.
    pub fn first_phase(&self) -> Phase {
        Phase(0)
    }

    /// The phase that a release is in by its record: the last that fits.
    ///
    /// # Errors
    /// Bodhi was not heard, and only it could say; or no phase fits.
    pub fn phase_of(&self, release: &Record) -> Result<Phase> {
        let mut last = None;
        for (at, phase) in self.wire.phase.iter().enumerate() {
            match fits(phase, release) {
                Some(true) => last = Some(Phase(at)),
                Some(false) => {}
                None => {
                    let what = format!("only Bodhi can say in which phase {} is", release.name);
                    return Err(Error::not_now(what).hint("say it with --phase"));
                }
            }
        }
        last.ok_or_else(|| {
            let state = release.state.as_ref().map(ToString::to_string).unwrap_or_default();
            Error::failed(format!("no phase of the layout {} fits {} ({state})", self.family(), release.name))
                .hint("say it with --phase")
        })
    }
}

/// Whether a release fits a phase; `None`: only Bodhi could say.
fn fits(phase: &PhaseWire, release: &Record) -> Option<bool> {
    let mut all = Some(true);
    if let Some(states) = &phase.states {
        let fit = release.state.as_ref().map(|state| states.iter().any(|word| word == state.as_str()));
        all = both(all, fit);
    }
    if let Some(wanted) = phase.composed_by_bodhi {
        all = both(all, release.composed_by_bodhi.map(|is| is == wanted));
    }
    all
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
