// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's files, where they are mounted: `topdir` of koji's configuration.
//!
//! A hub writes signed copies and has no call that takes one away, but for one that forgets the signature
//! as well. So whoever wants the room back removes files, as koji's own `prune-signed-copies` does.

use crate::names::{Nvr, Nvra, SigKey};
use crate::{Error, Result};
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// The copy of an rpm with one signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCopy {
    /// The build.
    pub build: Nvr,
    /// The rpm.
    pub rpm: Nvra,
    /// The key that the copy is signed with.
    pub key: SigKey,
}

impl SignedCopy {
    /// Where koji puts it, below `topdir`: `packages/N/V/R/data/signed/KEY/ARCH/NVRA.rpm`. Of a build on
    /// another volume there is a link to it.
    ///
    /// # Errors
    /// A part of a name is `.` or `..`.
    pub fn path(&self) -> Result<PathBuf> {
        let arch = self.rpm.as_str().rsplit_once('.').map_or("", |(_, arch)| arch);
        let (name, version, release) = (self.build.name(), self.build.version(), self.build.release());
        let file = format!("{}.rpm", self.rpm);
        let key = self.key.as_str();
        let parts = ["packages", name, version, release, "data", "signed", key, arch, &file];
        let path: PathBuf = parts.iter().collect();
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if path.components().count() == parts.len() && path.components().all(plain) {
            return Ok(path);
        }
        Err(Error::failed(format!("koji can have no file of {} of build {}", self.rpm, self.build)))
    }
}

/// The files of one hub.
#[derive(Debug)]
pub(super) struct Topdir<'a>(&'a Path);

impl<'a> Topdir<'a> {
    /// The files below `path`. If they are not mounted here, nothing at all would be found.
    pub fn at(path: &'a Path) -> Result<Self> {
        let packages = path.join("packages");
        let not_here = |why: &str| {
            Error::failed(format!("the hub's files are not at {}: packages {why}", path.display()))
                .hint("run this where they are mounted, and name the place as topdir in koji's configuration")
        };
        match fs::metadata(&packages) {
            Ok(found) if found.is_dir() => Ok(Self(path)),
            Ok(_) => Err(not_here("is no directory")),
            Err(e) if e.kind() == ErrorKind::NotFound => Err(not_here("is not there")),
            Err(e) => Err(Error::failed(format!("cannot look at {}: {e}", packages.display()))),
        }
    }

    /// The size of a copy in bytes, or `None` if there is none.
    pub fn size(&self, copy: &SignedCopy) -> Result<Option<u64>> {
        let path = self.0.join(copy.path()?);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => Ok(Some(found.len())),
            Ok(_) => Err(Error::failed(format!("{} is no regular file", path.display()))),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(Error::failed(format!("cannot look at {}: {e}", path.display()))),
        }
    }

    /// Removes a copy, and the directories of its architecture and key if nothing else is in them.
    /// Whether there was one.
    pub fn remove(&self, copy: &SignedCopy) -> Result<bool> {
        if self.size(copy)?.is_none() {
            return Ok(false);
        }
        let path = self.0.join(copy.path()?);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(e) if is_absent(&e) => return Ok(false),
            Err(e) => return Err(Error::failed(format!("cannot remove {}: {e}", path.display()))),
        }
        let up_to_key = path.ancestors().skip(1).take_while(|dir| dir.file_name() != Some(OsStr::new("signed")));
        for dir in up_to_key {
            // Others may be in it, of this key or just being written.
            if fs::remove_dir(dir).is_err() {
                break;
            }
        }
        Ok(true)
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn copy(build: &str, rpm: &str) -> SignedCopy {
        SignedCopy { build: build.parse().unwrap(), rpm: rpm.parse().unwrap(), key: "6D9F90A6".parse().unwrap() }
    }

    const BASH: &str = "packages/bash/5.3/1.fc43/data/signed/6d9f90a6";

    fn written(top: &Path, file: &str) {
        let path = top.join(BASH).join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"signed").unwrap();
    }

    #[test]
    fn where_koji_puts_them() {
        let path = |build, rpm| copy(build, rpm).path().map(|path| path.display().to_string());
        assert_eq!(
            path("bash-5.3-1.fc43", "bash-devel-5.3-1.fc43.x86_64").unwrap(),
            format!("{BASH}/x86_64/bash-devel-5.3-1.fc43.x86_64.rpm")
        );
        assert_eq!(
            path("bash-5.3-1.fc43,draft_7", "bash-5.3-1.fc43.src").unwrap(),
            "packages/bash/5.3/1.fc43,draft_7/data/signed/6d9f90a6/src/bash-5.3-1.fc43.src.rpm"
        );
        for (build, rpm) in [("bash-..-1", "bash-5-1.x86_64"), ("..-5-1", "a-5-1.src"), ("bash-5-.", "bash-5-1.src")] {
            let error = path(build, rpm).unwrap_err();
            assert!(error.what.starts_with("koji can have no file of"), "{error}");
        }
    }

    #[test]
    fn a_copy_goes_and_its_empty_directories_with_it() {
        let top = tempfile::tempdir().unwrap();
        for file in ["src/bash-5.3-1.fc43.src.rpm", "x86_64/bash-5.3-1.fc43.x86_64.rpm", "x86_64/other"] {
            written(top.path(), file);
        }
        let files = Topdir::at(top.path()).unwrap();
        let [source, binary] =
            ["src", "x86_64"].map(|arch| copy("bash-5.3-1.fc43", &format!("bash-5.3-1.fc43.{arch}")));
        let missing = copy("zsh-5-1", "zsh-5-1.src");
        let sizes = || [&source, &binary, &missing].map(|copy| files.size(copy).unwrap());
        assert_eq!(sizes(), [Some(6), Some(6), None]);
        let removed = || [&source, &binary, &missing].map(|copy| files.remove(copy).unwrap());
        assert_eq!((removed(), removed()), ([true, true, false], [false; 3]));
        assert_eq!(sizes(), [None; 3]);
        let key = top.path().join(BASH);
        assert_eq!((key.join("src").exists(), key.join("x86_64/other").exists()), (false, true));
        fs::remove_file(key.join("x86_64/other")).unwrap();
        written(top.path(), "x86_64/bash-5.3-1.fc43.x86_64.rpm");
        assert!(files.remove(&binary).unwrap());
        assert!(!key.exists() && key.parent().unwrap().is_dir());
    }

    #[test]
    fn a_build_on_another_volume_is_found_by_kojis_link() {
        let top = tempfile::tempdir().unwrap();
        written(&top.path().join("vol/archive"), "src/bash-5.3-1.fc43.src.rpm");
        let version = top.path().join("packages/bash/5.3");
        fs::create_dir_all(&version).unwrap();
        symlink("../../../vol/archive/packages/bash/5.3/1.fc43", version.join("1.fc43")).unwrap();
        let files = Topdir::at(top.path()).unwrap();
        assert!(files.remove(&copy("bash-5.3-1.fc43", "bash-5.3-1.fc43.src")).unwrap());
    }

    #[test]
    fn nothing_but_a_regular_file_is_removed() {
        let top = tempfile::tempdir().unwrap();
        written(top.path(), "keep");
        let link = top.path().join(BASH).join("src/bash-5.3-1.fc43.src.rpm");
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink("../keep", &link).unwrap();
        let files = Topdir::at(top.path()).unwrap();
        let error = files.remove(&copy("bash-5.3-1.fc43", "bash-5.3-1.fc43.src")).unwrap_err();
        assert_eq!(error.what, format!("{} is no regular file", link.display()));
        assert!(link.is_symlink());
    }

    #[test]
    fn files_that_are_not_mounted_are_told() {
        let top = tempfile::tempdir().unwrap();
        let told = |path: &Path| Topdir::at(path).unwrap_err().what;
        let here = top.path().display();
        assert_eq!(told(top.path()), format!("the hub's files are not at {here}: packages is not there"));
        fs::write(top.path().join("packages"), b"").unwrap();
        assert_eq!(told(top.path()), format!("the hub's files are not at {here}: packages is no directory"));
    }
}
