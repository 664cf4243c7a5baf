// SPDX-License-Identifier: GPL-3.0-or-later
//! Has the hub write signed copies of rpms.

use super::rpms::{Rpms, RpmsOf};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::BuildRpms;
use crate::names::SigKey;
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildRef, Plan, RpmRef, SigningChange};
use serde::{Deserialize, Serialize};

/// The hub has a file of each rpm of `of` with the signature of `key`.
///
/// The hub knows signatures and does not tell whether it has written the files: each that has the
/// signature is asked for, and one that is there stays as it is. What is not signed is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteSigned {
    /// Whose rpms.
    pub of: RpmsOf,
    /// The key.
    pub key: SigKey,
}

impl WriteSigned {
    fn plan_build(&self, build: &BuildRpms, plan: &mut Plan) {
        let by_name = matches!(self.of, RpmsOf::Builds(_));
        for rpm in &build.rpms {
            if rpm.is_signed_with(self.key) {
                plan.push(SigningChange::WriteSigned {
                    build: BuildRef { nvr: build.nvr.clone(), id: build.id },
                    rpm: RpmRef { nvra: rpm.nvra.clone(), id: rpm.id },
                    key: self.key,
                });
                continue;
            }
            let why = format!("it is not signed with {}", self.key);
            // Who names a build means all of it; in a tag there is always something on its way.
            match by_name {
                true => plan.refuse(&rpm.nvra, why),
                false => plan.leave_out(&rpm.nvra, why),
            }
        }
    }
}

impl Operation for WriteSigned {
    const NAME: &'static str = "koji write-signed";
    type Seen = Rpms;

    fn dimensions(&self) -> Dimensions {
        self.of.dimensions().key(self.key)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Rpms> {
        self.of.read(services.koji)
    }

    fn plan(&self, seen: &Rpms) -> Result<Plan> {
        let mut plan = self.of.plan(seen)?;
        let mut rpms = 0;
        for build in &seen.builds {
            rpms += build.rpms.len();
            if build.rpms.is_empty() {
                plan.leave_out(&build.nvr, "it has no rpms");
            }
            self.plan_build(build, &mut plan);
        }
        // A mistyped key would do nothing, and end well.
        if let RpmsOf::Tag { tag, .. } = &self.of
            && rpms > 0
            && plan.is_empty()
        {
            let mut refused = Plan::default();
            refused.refuse(tag, format!("none of its {rpms} rpms is signed with {}", self.key));
            return Ok(refused);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;

    const KEY: &str = "31645531";

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-empty")
            .listed("f43", &["bash", "zsh", "image", "retired"])
            .tagged("f43", &["bash-5.3-1.fc43", "zsh-5.9-1.fc43", "image-43-1"])
            .rpms("bash-5.3-1.fc43", &[("src", &["", KEY]), ("x86_64", &["", "105ef944", KEY])])
            .rpms("zsh-5.9-1.fc43", &[("src", &["", KEY]), ("x86_64", &[""])])
            .build_in("rpm-6-1.fc43", crate::koji::BuildState::Building)
    }

    fn of_tag(tag: &str, key: &str) -> WriteSigned {
        let of = RpmsOf::Tag { tag: tag.parse().unwrap(), inherit: false, latest: false };
        WriteSigned { of, key: key.parse().unwrap() }
    }

    fn of_builds(builds: &[&str]) -> WriteSigned {
        WriteSigned { of: RpmsOf::Builds(names(builds)), key: KEY.parse().unwrap() }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, WriteSigned, &str)] = &[
            (
                "what is signed in a tag",
                of_tag("f43", KEY),
                "0 write bash-5.3-1.fc43.src signed with 31645531
                 1 write bash-5.3-1.fc43.x86_64 signed with 31645531
                 2 write zsh-5.9-1.fc43.src signed with 31645531
                 - zsh-5.9-1.fc43.x86_64: it is not signed with 31645531
                 - image-43-1: it has no rpms",
            ),
            (
                "a key in upper case, and of few rpms",
                of_tag("f43", "105EF944"),
                "0 write bash-5.3-1.fc43.x86_64 signed with 105ef944
                 - bash-5.3-1.fc43.src: it is not signed with 105ef944
                 - zsh-5.9-1.fc43.src: it is not signed with 105ef944
                 - zsh-5.9-1.fc43.x86_64: it is not signed with 105ef944
                 - image-43-1: it has no rpms",
            ),
            (
                "a key that signed nothing",
                of_tag("f43", "deadbeef"),
                "! f43: none of its 4 rpms is signed with deadbeef",
            ),
            ("an empty tag", of_tag("f43-empty", KEY), ""),
            ("no such tag", of_tag("f99", KEY), "error: hub fault 1000: no such tag f99"),
            (
                "builds by name, with all that stands against it",
                of_builds(&["zsh-5.9-1.fc43", "no-1-1", "rpm-6-1.fc43", "image-43-1", "zsh-5.9-1.fc43"]),
                "0 write zsh-5.9-1.fc43.src signed with 31645531
                 - zsh-5.9-1.fc43: it is named more than once; once is enough
                 - image-43-1: it has no rpms
                 ! no-1-1: the hub has no such build
                 ! rpm-6-1.fc43: the build is still building
                 ! zsh-5.9-1.fc43.x86_64: it is not signed with 31645531",
            ),
            ("nothing", of_builds(&[]), "error: no builds are named"),
        ];
        for (what, request, expected) in table {
            same(what, &hub().text(request), expected);
        }
    }

    #[test]
    fn a_tag_is_one_call_and_builds_are_two() {
        let hub = hub();
        let _ = hub.text(&of_tag("f43", KEY));
        let _ = hub.text(&of_builds(&["bash-5.3-1.fc43", "zsh-5.9-1.fc43"]));
        assert_eq!(hub.calls(), ["listTaggedRPMS f43", "getBuild x2", "listRPMs x2"]);
    }

    /// Files are written one after the other: a batch of 200 would keep whoever stops the run waiting.
    #[test]
    fn few_files_are_written_in_one_request() {
        let plan = hub().plan(&of_tag("f43", KEY)).unwrap();
        assert!(plan.steps().iter().all(|step| step.change.share() == 10));
    }
}
