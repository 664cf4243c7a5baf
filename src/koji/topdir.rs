// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's files, where they are mounted: `topdir` of koji's configuration.
//!
//! A hub writes signed copies and has no call that takes one away, but for one that forgets the signature
//! as well. So whoever wants the room back removes files, as koji's own `prune-signed-copies` does.

use crate::names::{Nvr, Nvra, SigKey};
use crate::{Error, Result};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, open, openat, readlinkat, statat, unlinkat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
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
    ///
    /// Each directory is opened in the one above. koji links the directory of a build to its volume; no other
    /// link below `packages` is followed, whoever puts one there while files are removed.
    pub fn remove(&self, copy: &SignedCopy) -> Result<bool> {
        let path = self.0.join(copy.path()?);
        let mut names = path.iter().rev();
        let (Some(file), Some(arch), Some(key)) = (names.next(), names.next(), names.next()) else {
            return Ok(false);
        };
        let Some(build) = self.build(copy)? else { return Ok(false) };
        let Some(signed) = build.down(&["data", "signed"])? else { return Ok(false) };
        let Some(of_key) = signed.below(key)? else { return Ok(false) };
        let Some(of_arch) = of_key.below(arch)? else { return Ok(false) };
        match statat(&of_arch.at, file, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) if FileType::from_raw_mode(found.st_mode).is_file() => {}
            Ok(_) => return Err(Error::failed(format!("{} is no regular file", path.display()))),
            Err(Errno::NOENT) => return Ok(false),
            Err(errno) => return Err(Error::failed(format!("cannot look at {}: {errno}", path.display()))),
        }
        match unlinkat(&of_arch.at, file, AtFlags::empty()) {
            Ok(()) => {}
            Err(Errno::NOENT) => return Ok(false),
            Err(errno) => return Err(Error::failed(format!("cannot remove {}: {errno}", path.display()))),
        }
        // Others may be in them, of this key or just being written.
        let _ =
            unlinkat(&of_key.at, arch, AtFlags::REMOVEDIR).and_then(|()| unlinkat(&signed.at, key, AtFlags::REMOVEDIR));
        Ok(true)
    }

    /// The directory of the build, on its volume; `None`: there is none.
    fn build(&self, copy: &SignedCopy) -> Result<Option<Opened>> {
        let (name, version, release) = (copy.build.name(), copy.build.version(), copy.build.release());
        let Some(packages) = Opened::top(self.0.join("packages"))? else { return Ok(None) };
        let Some(above) = packages.down(&[name, version])? else { return Ok(None) };
        let Some(link) = above.link(release)? else { return above.below(release) };
        let link = Path::new(OsStr::from_bytes(&link));
        let parts: Vec<&OsStr> = link.iter().collect();
        let volume = match parts.as_slice() {
            [.., vol, volume, packages, n, v, r]
                if [*vol, *packages, *n, *v, *r] == ["vol", "packages", name, version, release].map(OsStr::new)
                    && *volume != ".." =>
            {
                self.0.join("vol").join(volume)
            }
            _ => {
                let shown = above.path.join(release);
                let what = format!("{} leads to {}, and not to a volume of koji", shown.display(), link.display());
                return Err(Error::failed(what));
            }
        };
        let Some(packages) = Opened::top(volume.join("packages"))? else { return Ok(None) };
        packages.down(&[name, version, release])
    }
}

/// A directory that is open.
struct Opened {
    path: PathBuf,
    at: OwnedFd,
}

impl Opened {
    const HOW: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    /// Where koji's files or those of a volume begin: whoever mounts them may put a link there.
    fn top(path: PathBuf) -> Result<Option<Self>> {
        match open(&path, Self::HOW, Mode::empty()) {
            Ok(at) => Ok(Some(Self { path, at })),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(errno) => Err(Error::failed(format!("cannot look at {}: {errno}", path.display()))),
        }
    }

    /// The directory of that name in it; `None`: there is none.
    fn below(&self, name: impl AsRef<Path>) -> Result<Option<Self>> {
        let (name, path) = (name.as_ref(), self.path.join(name.as_ref()));
        match openat(&self.at, name, Self::HOW.union(OFlags::NOFOLLOW), Mode::empty()) {
            Ok(at) => Ok(Some(Self { path, at })),
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::NOTDIR | Errno::LOOP) => match self.link(name)? {
                Some(_) => Err(Error::failed(format!("{} is a symbolic link, which is not koji's", path.display()))),
                None => Ok(None),
            },
            Err(errno) => Err(Error::failed(format!("cannot look at {}: {errno}", path.display()))),
        }
    }

    /// The directory that these lead to, one in the other; `None`: one of them is not there.
    fn down(self, names: &[&str]) -> Result<Option<Self>> {
        let mut deepest = self;
        for name in names {
            match deepest.below(name)? {
                Some(deeper) => deepest = deeper,
                None => return Ok(None),
            }
        }
        Ok(Some(deepest))
    }

    /// Where the link of that name in it leads; `None`: it is no link, or there is none.
    fn link(&self, name: impl AsRef<Path>) -> Result<Option<Vec<u8>>> {
        match readlinkat(&self.at, name.as_ref(), Vec::new()) {
            Ok(link) => Ok(Some(link.into_bytes())),
            Err(Errno::INVAL | Errno::NOENT) => Ok(None),
            Err(errno) => {
                Err(Error::failed(format!("cannot look at {}: {errno}", self.path.join(name.as_ref()).display())))
            }
        }
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

    /// Whoever can put a link among the files could have others removed, of another key or build or anywhere.
    #[test]
    fn no_link_is_followed_but_that_to_a_volume() {
        for (place, told) in [
            (BASH, "is a symbolic link, which is not koji's"),
            ("packages/bash/5.3/1.fc43/data/signed/6d9f90a6/src", "is a symbolic link, which is not koji's"),
            ("packages/bash/5.3/1.fc43/data", "is a symbolic link, which is not koji's"),
            ("packages/bash", "is a symbolic link, which is not koji's"),
            ("packages/bash/5.3/1.fc43", "and not to a volume of koji"),
        ] {
            let top = tempfile::tempdir().unwrap();
            written(top.path(), "src/bash-5.3-1.fc43.src.rpm");
            let (from, to) = (top.path().join(place), top.path().join("elsewhere"));
            fs::rename(&from, &to).unwrap();
            symlink(&to, &from).unwrap();
            let files = Topdir::at(top.path()).unwrap();
            let error = files.remove(&copy("bash-5.3-1.fc43", "bash-5.3-1.fc43.src")).unwrap_err();
            assert!(error.what.starts_with(&from.display().to_string()), "{error}");
            assert!(error.what.ends_with(told), "{error}");
            assert!(top.path().join(BASH).join("src/bash-5.3-1.fc43.src.rpm").is_file(), "{place}");
        }
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
