// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows what a tag inherits from, or what inherits from it.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::Parent;
use crate::names::TagName;
use crate::pipeline::{Question, Readers};

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// To the parents.
    #[default]
    Up,
    /// To the children.
    Down,
}

/// All that `tag` inherits from, or all that inherits from it.
#[derive(Debug, Clone)]
pub struct ListInheritance {
    /// The tag.
    pub tag: TagName,
    /// Which way.
    pub look: Look,
}

impl Question for ListInheritance {
    const NAME: &'static str = "koji list-inheritance";
    /// In the order in which koji looks through them: each one's own follow it at once, one deeper.
    type Answer = Vec<Parent>;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).option("--reverse", self.look == Look::Down)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Vec<Parent>> {
        let found = match self.look {
            Look::Up => services.koji.inheritance(&self.tag)?,
            Look::Down => services.koji.descendants(&self.tag)?,
        };
        if found.is_empty() {
            super::is_there(services.koji, &self.tag)?;
        }
        Ok(found)
    }
}
