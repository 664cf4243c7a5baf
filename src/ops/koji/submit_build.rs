// SPDX-License-Identifier: GPL-3.0-or-later
//! Has builders build one source, once.

use super::submission::{Decided, How, Seen, Sources};
use crate::Result;
use crate::access::Dimensions;
use crate::names::{ScmUrl, TargetName};
use crate::pipeline::{Operation, Readers};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};

/// `source` is built for `target`, or will be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubmitBuild {
    /// For this target.
    pub target: TargetName,
    /// From this source.
    pub source: ScmUrl,
    /// How.
    pub how: How,
}

impl Operation for SubmitBuild {
    const NAME: &'static str = "koji submit-build";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        self.how.about(&self.target, std::slice::from_ref(&self.source))
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        Sources { sources: std::slice::from_ref(&self.source), target: &self.target }.look(services.koji)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        if seen.target.is_none() {
            plan.refuse(&self.target, "the hub has no such target");
            return Ok(plan);
        }
        match self.how.decide(&mut plan, &self.target, &self.source, seen) {
            Decided::Planned => {}
            Decided::There(why) => plan.leave_out(&self.source, why),
            Decided::PassedOver(why) | Decided::Refused(why) => plan.refuse(&self.source, why),
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::submit_builds::tests::{hub, url};
    use super::*;

    #[test]
    fn a_single_one_that_failed_is_refused() {
        let one = |package: &str| SubmitBuild {
            target: "f43-rebuild".parse().unwrap(),
            source: url(package).parse().unwrap(),
            how: How::default(),
        };
        assert!(hub().text(&one("failed")).ends_with(": task 3 failed; --again builds it anew"));
        assert!(hub().text(&one("failed")).starts_with("! "));
        assert!(hub().text(&one("queued")).starts_with("- "));
        assert!(hub().text(&one("new")).starts_with("0 build "));
    }
}
