// SPDX-License-Identifier: GPL-3.0-or-later
//! The disk under the journal is full.

use crate::bench::{Bench, DESTINATION, assert_merged, assert_truth, pause, wanted};
use flr::practice::{Misbehaviour, What, When};
use nix::mount::{MsFlags, mount, umount};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A small disk where flr keeps its state; unmounted at the end.
pub struct Disk(PathBuf);

impl Disk {
    fn under(bench: &Bench, kilobytes: u32) -> Option<Self> {
        Self::at(&bench.home().join("state"), kilobytes)
    }

    /// `None` where nobody may mount: then only CI, which is root, shows this.
    pub fn at(path: &Path, kilobytes: u32) -> Option<Self> {
        std::fs::create_dir_all(path).unwrap();
        let options = format!("size={kilobytes}k");
        match mount(Some("tmpfs"), path, Some("tmpfs"), MsFlags::empty(), Some(options.as_str())) {
            Ok(()) => Some(Self(path.to_owned())),
            Err(errno) if !nix::unistd::Uid::effective().is_root() => {
                eprintln!("not shown: only root may mount a small disk ({errno})");
                None
            }
            Err(errno) => panic!("cannot mount a small disk: {errno}"),
        }
    }

    pub fn fill(&self) {
        let mut file = std::fs::File::create(self.0.join("filler")).unwrap();
        while file.write_all(&[0; 512]).is_ok() {}
    }

    pub fn free(&self) {
        // Emptied first: a process that is just being started may hold the file for a moment.
        std::fs::File::create(self.0.join("filler")).unwrap();
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = umount(Path::new(&self.0));
    }
}

#[test]
fn a_full_disk_before_the_first_write_means_that_nothing_is_written() {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    let Some(disk) = Disk::under(&bench, 64) else {
        return;
    };
    disk.fill();
    let calls = bench.server.calls().len();
    let (code, document) = bench.merge();
    assert_eq!(code, 10, "{document}");
    assert_eq!(document["changed"], false);
    let msg = document["msg"].as_str().unwrap();
    assert!(msg.contains("No space left on device"), "{msg}");
    assert_eq!(bench.state(&[DESTINATION]), before);
    let methods: Vec<String> = bench.methods(calls);
    assert!(!methods.iter().any(|m| m == "login" || m.starts_with("tagBuild")), "{methods:?}");
}

#[test]
fn a_disk_that_fills_up_stops_the_run_and_the_record_stays_true() {
    let bench = Bench::new();
    let builds = wanted(&bench);
    let Some(disk) = Disk::under(&bench, 4096) else {
        return;
    };
    bench.misbehave(Misbehaviour::new(When::Writing(4), What::DelayCommit(2000)));
    let mut child = bench.start_merge();
    while !bench.server.pending_rules().is_empty() {
        pause(20);
    }
    disk.fill();
    assert_eq!(child.wait().unwrap().code(), Some(5));
    disk.free();
    let record = bench.last_run().unwrap();
    assert_truth(&bench, &record);
    let (code, document) = bench.flr("practice", &["run", "resume", record.begin.run.as_str()]);
    assert_eq!(code, 0, "{document}");
    assert_merged(&bench, &builds);
}
