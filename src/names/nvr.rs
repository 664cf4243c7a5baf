// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds by name, and the order of their versions.

use super::PackageName;
use super::simple::{MAX_NAME, NameError, check_up_to};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The name of a build: name, version and release, joined by dashes.
///
/// The name may hold dashes and digits, version and release hold no dash, so it is read from the
/// right. Image "NVRs" (`Fedora-Container-Base-43-20250912.0`) have the same shape. The release of a draft
/// ends with `,draft_` and the number of the build. Orders as text; for the order of versions see [`Evr`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nvr {
    text: Box<str>,
    name_len: u16,
    version_len: u16,
}

/// `~` (before) and `^` (after) are part of RPM's versions.
pub(super) const VERSION_EXTRA: &[char] = &['~', '^'];

/// koji puts it behind the release that a draft is to have, and the build's number behind it.
const DRAFT: &str = ",draft_";

/// Whether `text`, which follows a release, goes on as the name of a draft does: its comma parts no names.
pub(crate) fn goes_on_as_draft(text: &str) -> bool {
    text.strip_prefix(DRAFT).is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
}

/// A release as it is, or that of a draft without what makes it one.
fn undrafted(release: &str) -> &str {
    match release.rsplit_once(DRAFT) {
        Some((release, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => release,
        _ => release,
    }
}

/// koji limits the name of a package; it has no limit for versions and releases.
pub(super) const MAX_NVR: usize = 3 * MAX_NAME + 2;

impl Nvr {
    /// The package's name, as text.
    pub fn name(&self) -> &str {
        self.part(0, self.name_len.into())
    }

    /// The package's name.
    pub fn package(&self) -> PackageName {
        PackageName::checked(self.name())
    }

    /// The version.
    pub fn version(&self) -> &str {
        let start = usize::from(self.name_len) + 1;
        self.part(start, start + usize::from(self.version_len))
    }

    /// Whether it is a draft: nobody has promoted it to a build of its release yet.
    pub fn is_draft(&self) -> bool {
        undrafted(self.release()).len() < self.release().len()
    }

    /// The release, disttag included, as koji has it.
    pub fn release(&self) -> &str {
        self.part(usize::from(self.name_len) + usize::from(self.version_len) + 2, self.text.len())
    }

    /// The whole name as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }
}

impl FromStr for Nvr {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let err = |why: &str| NameError::new("build (NAME-VERSION-RELEASE)", text, why);
        check_up_to(MAX_NVR, "build (NAME-VERSION-RELEASE)", undrafted(text), VERSION_EXTRA)
            .map_err(|e| e.quoting(text))?;
        let mut parts = text.rsplitn(3, '-');
        let (release, version, name) = (parts.next(), parts.next(), parts.next());
        let (Some(release), Some(version), Some(name)) = (release, version, name) else {
            return Err(err("it needs a name, a version and a release"));
        };
        if name.is_empty() || version.is_empty() || undrafted(release).is_empty() {
            return Err(err("its name, version or release is empty"));
        }
        if name.len() > MAX_NAME {
            return Err(err(&format!("its name is longer than {MAX_NAME} bytes")));
        }
        if name.contains(VERSION_EXTRA) {
            return Err(err("its name may not contain '~' or '^'"));
        }
        if text.contains('/') {
            return Err(err("it may not contain '/'"));
        }
        let len = |s: &str| u16::try_from(s.len()).map_err(|_| err("it is too long"));
        Ok(Self { name_len: len(name)?, version_len: len(version)?, text: text.into() })
    }
}

impl TryFrom<String> for Nvr {
    type Error = NameError;
    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<Nvr> for String {
    fn from(nvr: Nvr) -> String {
        nvr.text.into()
    }
}

impl fmt::Display for Nvr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// Epoch, version and release, in RPM's order. No epoch and epoch 0 are the same; so are a draft and the
/// build it is to be.
#[derive(Debug, Clone)]
pub struct Evr {
    epoch: u64,
    version: Box<str>,
    release: Box<str>,
}

impl Evr {
    /// The EVR of a build; `epoch` as koji gives it, `None` for none.
    pub fn new(epoch: Option<u64>, version: &str, release: &str) -> Self {
        Self { epoch: epoch.unwrap_or(0), version: version.into(), release: release.into() }
    }
}

impl Ord for Evr {
    fn cmp(&self, other: &Self) -> Ordering {
        self.epoch.cmp(&other.epoch).then_with(|| {
            let ours = rpm_version::Evr::new("", &*self.version, undrafted(&self.release));
            ours.cmp(&rpm_version::Evr::new("", &*other.version, undrafted(&other.release)))
        })
    }
}

impl PartialOrd for Evr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Evr {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Evr {}

impl fmt::Display for Evr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch > 0 {
            write!(f, "{}:", self.epoch)?;
        }
        write!(f, "{}-{}", self.version, self.release)
    }
}
