// SPDX-License-Identifier: GPL-3.0-or-later
//! Operations on a koji hub.

pub mod build_info;
mod call;
pub mod latest_build;
mod list_history;
pub mod list_pkgs;
mod list_tagged;
pub mod list_tags;
pub mod task_info;
pub mod watch_task;
pub mod when;

pub use build_info::BuildInfo;
pub use call::Call;
pub use latest_build::LatestBuild;
pub use list_history::ListHistory;
pub use list_pkgs::ListPackages;
pub use list_tagged::ListTagged;
pub use list_tags::ListTags;
pub use task_info::TaskInfo;
pub use watch_task::WatchTask;
