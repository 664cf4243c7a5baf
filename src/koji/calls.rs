// SPDX-License-Identifier: GPL-3.0-or-later
//! Every call that changes a hub, typed, and what comes of sending it.

use super::{Extra, GroupPackage, GroupSettings, ParentLink, RepoLink, SignedCopy, TargetTags};
use crate::names::{BuildId, EventId, PackageName, RpmId, ScmUrl, SigKey, TagName, TargetName, TaskId, UserName};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One writing call. Every variant but [`Call::Build`] is harmless when it runs twice, because two
/// copies of a request can both run (a lost answer, resent).
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// koji: `tagBuildBypass(tag, build id, force=, notify=false)`; needs the `tag` permission.
    /// With `force` a build that is in the tag already becomes its newest.
    TagBuildBypass { tag: TagName, build: BuildId, force: bool },
    /// koji: `untagBuildBypass(tag, build id, notify=false)`; needs the `tag` permission.
    UntagBuildBypass { tag: TagName, build: BuildId },
    /// koji: `tagBuild(tag, build id)` → task.
    TagBuild { tag: TagName, build: BuildId },
    /// koji: `moveBuild(from, to, build id)` → task.
    MoveBuild { from: TagName, to: TagName, build: BuildId },
    /// koji: `untagBuild(tag, build id)`.
    UntagBuild { tag: TagName, build: BuildId },
    /// koji: `packageListAdd(tag, package, owner=, block=, extra_arches=, force=)`.
    PackageListAdd {
        tag: TagName,
        package: PackageName,
        owner: Option<UserName>,
        block: Option<bool>,
        extra_arches: Option<String>,
        force: bool,
    },
    /// koji: `packageListSetOwner(tag, package, owner)`. Of an entry that is inherited it changes nothing
    /// that anybody sees; one that is not there is fault 1000.
    PackageListSetOwner { tag: TagName, package: PackageName, owner: UserName },
    /// koji: `packageListBlock(tag, package)`.
    PackageListBlock { tag: TagName, package: PackageName },
    /// koji: `packageListUnblock(tag, package)`.
    PackageListUnblock { tag: TagName, package: PackageName },
    /// koji: `packageListRemove(tag, package)`.
    PackageListRemove { tag: TagName, package: PackageName },
    /// koji: `editTag2(tag, locked= | perm= | arches= | extra= | remove_extra= | block_extra=)`; needs
    /// the `tag` permission.
    EditTag { tag: TagName, edit: TagEdit },
    /// koji: `createTag(name, perm=, arches=, extra=)`; needs the `tag` permission. One that is there is
    /// fault 1000; one that was deleted is there again, empty, with its old number.
    CreateTag { tag: TagName, perm: Option<String>, arches: Option<String>, extra: BTreeMap<String, Value> },
    /// koji: `snapshotTag(source, tag, latest_only=true, inherit_builds=false, event=, force=)`; needs the
    /// `tag` permission. Settings, packages (inherited ones too), newest builds and groups, in one
    /// transaction; parents and external repositories are not copied. A tag that is there is fault 1000,
    /// and so is, without `force`, a locked source. Takes minutes where there are thousands of packages.
    SnapshotTag { tag: TagName, source: TagName, event: Option<EventId>, force: bool },
    /// koji: `deleteTag(tag)`; needs the `tag` permission. Takes along all that hangs on the tag, asked
    /// or not; one that is gone is fault 1000.
    DeleteTag { tag: TagName },
    /// koji: `removeSideTag(tag)`, of its plugin: its owner or an administrator. One that is gone is fault
    /// 1000.
    RemoveSideTag { tag: TagName },
    /// koji: `setInheritanceData(tag, [links])`: merges by parent, one event; needs the `tag`
    /// permission. The hub refuses to have one priority twice; loops it does not refuse. Parents
    /// go by number: a name is an unexpected error.
    SetInheritance { tag: TagName, unlink: Vec<u64>, link: Vec<ParentLink> },
    /// koji: `groupListAdd(tag, group, display_name=, description=, …)`; needs the `tag` permission, as all
    /// about groups and external repositories does. Makes the group's name where the hub has none, and
    /// does nothing where the tag has or inherits exactly that; of one that is blocked there, fault 1000.
    GroupListAdd { tag: TagName, group: String, settings: GroupSettings },
    /// koji: `groupListRemove(tag, group)`. One that is not the tag's own is fault 1000.
    GroupListRemove { tag: TagName, group: String },
    /// koji: `groupPackageListAdd(tag, group, package, type=, basearchonly=, requires=)`. Does nothing where
    /// the tag has or inherits exactly that. Without the group, or if it or the package is blocked there,
    /// fault 1000.
    GroupPackageListAdd { tag: TagName, group: String, package: GroupPackage },
    /// koji: `groupPackageListRemove(tag, group, package)`. One that is gone is no fault.
    GroupPackageListRemove { tag: TagName, group: String, package: String },
    /// koji: `addExternalRepoToTag(tag, repo, priority, merge_mode=, arches=)`. One that the tag draws from,
    /// or another of that priority, is fault 1000.
    AddExternalRepoToTag { tag: TagName, repo: RepoLink },
    /// koji: `editTagExternalRepo(tag, repo, priority=, merge_mode=, arches=)`. One that the tag does not draw
    /// from is fault 1000; nothing to change is none. No arches: as they are; empty: for all.
    EditTagExternalRepo { tag: TagName, repo: RepoLink },
    /// koji: `removeExternalRepoFromTag(tag, repo)`. One that the tag does not draw from is fault 1000.
    RemoveExternalRepoFromTag { tag: TagName, repo: String },
    /// koji: `createBuildTarget(name, build_tag, dest_tag)`; needs the `target` permission. One that
    /// is there is fault 1000, one that was deleted is there again.
    CreateTarget { target: TargetName, tags: TargetTags },
    /// koji: `editBuildTarget(name, name, build_tag, dest_tag)`; needs the `target` permission.
    EditTarget { target: TargetName, tags: TargetTags },
    /// koji: `repo.request(tag, min_event=)`, since 1.35; needs a login and no permission. While one for the same
    /// or more is waiting, a second request is the same one.
    RequestRepo { tag: TagName, min_event: EventId },
    /// koji: `deleteBuildTarget(name)`; needs the `target` permission. One that is gone is no fault.
    DeleteTarget { target: TargetName },
    /// koji: `writeSignedRPM(rpm id, key)`; needs the `sign` permission. A file that is there stays, and
    /// is read whole to take its digest. Without a signature of the key, or without the unsigned file, it is
    /// fault 1000.
    WriteSigned { rpm: RpmId, key: SigKey },
    /// koji: `build(source, target, {fail_fast}, priority=)` → task. The hub asks for nothing but a login;
    /// whether target and policy allow it shows in the task. Twice makes two tasks.
    Build { source: ScmUrl, target: TargetName, background: bool, fail_fast: bool },
    /// koji: `cancelTask(task)`: its owner or an administrator. One that has ended is no fault.
    CancelTask { task: TaskId },
}

impl Call {
    /// Whether two copies of it do what one does. A request that holds another is never sent twice
    /// unless the first copy is known not to run.
    pub fn is_harmless_twice(&self) -> bool {
        !matches!(self, Self::Build { .. })
    }
}

/// One thing about a tag, as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagEdit {
    /// Whether it is locked.
    Locked(bool),
    /// The permission that tagging needs, by name.
    Perm(Option<String>),
    /// Architectures, separated by blanks.
    Arches(Option<String>),
    /// A further setting. Of one that is not there, or is blocked, the hub cannot take the value away:
    /// fault 1000.
    Extra(String, Extra),
}

/// What a call that succeeded answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Done at once.
    Done,
    /// A task will do it.
    Task(TaskId),
}

/// What the hub says instead of a result. The text is foreign: escape it before showing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The number koji gives the kind of fault; match on it, texts vary by version.
    #[serde(rename = "faultCode")]
    pub code: i64,
    /// The hub's words.
    #[serde(rename = "faultString")]
    pub text: String,
}

impl Fault {
    /// Any unexpected error inside the hub, also a deadlock or a duplicate key of its database.
    pub const UNEXPECTED: i64 = 1;
    /// Most failed look-ups.
    pub const GENERIC: i64 = 1000;
    /// Bad login, or the session is gone.
    pub const AUTH: i64 = 1002;
    /// Already tagged, not in tag, not complete, not listed, blocked.
    pub const TAG: i64 = 1003;
    /// Policy, lock or permission.
    pub const NOT_ALLOWED: i64 = 1004;
    /// Another session of the user is exclusive.
    pub const AUTH_LOCK: i64 = 1006;
    /// The session must be renewed.
    pub const AUTH_EXPIRED: i64 = 1007;
    /// The call number is too low.
    pub const SEQUENCE: i64 = 1008;
    /// The call number is used: the call was committed, whatever its members answered.
    pub const RETRY: i64 = 1009;
    /// The hub is out of service on purpose.
    pub const OFFLINE: i64 = 1014;
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hub fault {}: {}", self.code, self.text)
    }
}

/// A session's number: kept in journals, worth nothing without its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub i64);

/// The answers to a batch, one for each call, in order.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Result or fault of each call.
    pub answers: Vec<Result<Reply, Fault>>,
    /// The request was sent more than once: "already tagged" may be our own work.
    pub resent: bool,
}

/// Why a batch has no answers.
#[derive(Debug, Clone)]
pub enum SendError {
    /// Nothing of it was committed: the hub refused the whole request or was never reached.
    /// [`Kind::NotNow`](crate::error::Kind::NotNow) if the hub is away.
    NotSent(Error),
    /// The hub has committed it and the answers are lost: read every member back.
    Committed,
    /// The session is lost or the hub does not answer: it may have run, or may still run. Open a
    /// new session, close the old one twice ([`Writer::close_session`]), then read back.
    Unknown(Error),
}

/// One logged-in session. It does one call at a time; more lanes need more sessions.
///
/// `send` does by itself what koji's call numbers allow: after a lost answer it waits a second and
/// sends the same bytes under the same number, a bounded number of times, saying so on `notices`. Not
/// so with calls that are not harmless twice: the hub has let both copies run where it was busy.
pub trait Writer: Send {
    /// Who is logged in.
    fn user(&self) -> &UserName;

    /// This session's number, for the journal.
    fn session(&self) -> SessionId;

    /// The permissions of the user.
    ///
    /// koji: `getPerms()`.
    fn permissions(&mut self) -> Result<BTreeSet<String>>;

    /// Sends the calls as one multicall: one request, one transaction, one savepoint for each call.
    ///
    /// More than 4 MiB of request are [`SendError::NotSent`]: a hub takes no more.
    ///
    /// koji: `multiCall([…])`.
    fn send(&mut self, calls: &[Call]) -> Result<Sent, SendError>;

    /// Removes signed copies from the hub's files, one after the other, and says of each whether there was
    /// one.
    ///
    /// No call: the files themselves, where the profile's `topdir` is mounted. An error if it is not.
    fn remove_signed_copies(&self, copies: &[SignedCopy]) -> Result<Vec<Result<bool>>>;

    /// Another session of the same user, for one more lane.
    ///
    /// koji: `subsession()`.
    fn subsession(&mut self) -> Result<Box<dyn Writer>>;

    /// Ends another session of the same user; waits for the call it is running. A session that is
    /// gone already is no error. Nor is another user's, because a hub says the same of both: who asks
    /// must know whose it was.
    ///
    /// koji: `logout(session_id=)`.
    fn close_session(&mut self, session: SessionId) -> Result<()>;

    /// Ends this session. Called at the end of every run, also of one that failed.
    ///
    /// koji: `logout()`.
    fn logout(self: Box<Self>) -> Result<()>;
}
