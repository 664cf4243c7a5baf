// SPDX-License-Identifier: GPL-3.0-or-later
//! What a release is: its record, what it may be called, and the tags it is to have.
//!
//! Nothing here knows the number of a release. What Bodhi records comes first, then what koji's tags
//! tell, then what Bodhi said earlier ([`Directory`]). What tags a release is to have is data
//! ([`layout`]), and that data also says which tags are a release's when only koji can be asked.

mod alias;
mod cache;
mod coming;
mod directory;
mod end;
mod laid_out;
pub mod layout;

#[cfg(test)]
mod tests;

pub use alias::{Role, find, role};
pub use cache::Cache;
pub use directory::{Directory, Known, Lookup, Source};
pub use end::{ToCome, end_to_come};
pub use laid_out::LaidOut;
