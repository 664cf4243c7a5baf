// SPDX-License-Identifier: GPL-3.0-or-later
//! Addresses of a hub's web pages.

use super::profile::Profile;
use crate::names::{BuildId, PackageName, TaskId};
use url::Url;

/// A hub's web pages.
#[derive(Debug, Clone)]
pub struct Web(Url);

impl Web {
    /// Those that the profile names; `None` if it names none, or none that anybody could be sent to.
    pub fn of(profile: &Profile) -> Option<Self> {
        let mut url = Url::parse(profile.weburl.as_deref()?).ok()?;
        // Credentials would be handed to whoever reads the link.
        let fine = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        url.set_query(None);
        url.set_fragment(None);
        (fine && url.has_host()).then_some(Self(url))
    }

    fn page(&self, page: &str, key: &str, value: &str) -> String {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(page);
        }
        url.query_pairs_mut().append_pair(key, value);
        url.into()
    }

    /// The page of a task.
    pub fn task(&self, task: TaskId) -> String {
        self.page("taskinfo", "taskID", &task.0.to_string())
    }

    /// The page of a build.
    pub fn build(&self, build: BuildId) -> String {
        self.page("buildinfo", "buildID", &build.0.to_string())
    }

    /// The page of a package.
    pub fn package(&self, package: &PackageName) -> String {
        self.page("packageinfo", "packageID", package.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(address: &str) -> Option<Web> {
        let dir = tempfile::tempdir().unwrap();
        let config = format!("[koji]\nserver = https://koji.example.test/kojihub\nweburl = {address}\n");
        std::fs::write(dir.path().join("koji.conf"), config).unwrap();
        let places = super::super::profile::Places { etc: dir.path(), home: None };
        Web::of(&Profile::load("koji", places, &Default::default()).unwrap())
    }

    #[test]
    fn pages_are_below_the_address() {
        for base in [
            "https://koji.example.test/koji",
            "https://koji.example.test/koji/",
            "https://koji.example.test/koji?a=b#c",
        ] {
            let web = web(base).unwrap();
            assert_eq!(web.task(TaskId(7)), "https://koji.example.test/koji/taskinfo?taskID=7");
            assert_eq!(web.build(BuildId(8)), "https://koji.example.test/koji/buildinfo?buildID=8");
            let package = "libstdc++.x".parse().unwrap();
            assert_eq!(web.package(&package), "https://koji.example.test/koji/packageinfo?packageID=libstdc%2B%2B.x");
        }
        assert_eq!(web("http://localhost").unwrap().task(TaskId(7)), "http://localhost/taskinfo?taskID=7");
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        for address in
            ["", "javascript:alert(1)", "file:///koji", "https://kim:secret@koji.example.test/koji", "koji", "data:,x"]
        {
            assert!(web(address).is_none(), "{address}");
        }
    }
}
