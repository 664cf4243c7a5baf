// SPDX-License-Identifier: GPL-3.0-or-later
//! The client against the practice hub, which keeps koji's semantics and misbehaves on request.

use crate::server::hub;
use flr::error::Kind;
use flr::koji::{BuildState, Call, Fault, Hub, Inherit, Login, Reader, Reply, Rows, SendError, Tagged, Writer};
use flr::names::{BuildId, Nvr, TagName};
use flr::practice::{Misbehaviour, Options, PASSWORD, Seed, Server, Site, USER, What, When};
use std::time::{Duration, Instant};

/// A seeded hub of its own for one test, and our client of it.
struct Rehearsal {
    server: Server,
    hub: Hub,
    into: TagName,
    builds: Vec<(BuildId, Nvr)>,
    _dir: tempfile::TempDir,
}

impl Rehearsal {
    fn new() -> Self {
        Self::where_a_call_has(Duration::from_secs(60))
    }

    fn where_a_call_has(time: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Site::open(dir.path()).unwrap().seed(Seed::Small).unwrap();
        let server = Server::start(dir.path(), Options::default()).unwrap();
        let mut profile = server.profile().unwrap();
        profile.retry_interval = Duration::from_millis(50);
        profile.timeout = time;
        let (hub, _) = hub(profile);
        let into: TagName = "f43-updates".parse().unwrap();
        let here: Vec<BuildId> = rows(&hub, &into).into_iter().map(|row| row.0).collect();
        // Complete builds that are not in the tag yet.
        let query = Tagged::latest("f43".parse().unwrap(), Inherit::Direct);
        let found = hub.tagged(&query).unwrap().into_iter();
        let builds = found
            .filter(|build| !here.contains(&build.id))
            .map(|build| (build.id, build.nvr))
            .take(3)
            .collect::<Vec<_>>();
        assert_eq!(builds.len(), 3);
        Self { server, hub, into, builds, _dir: dir }
    }

    fn login(&self) -> Box<dyn Writer> {
        let login = Login { user: Some(USER), password: Some(PASSWORD) };
        self.hub.login(login).unwrap()
    }

    fn calls(&self) -> Vec<Call> {
        let call =
            |(build, _): &(BuildId, Nvr)| Call::TagBuildBypass { tag: self.into.clone(), build: *build, force: false };
        self.builds.iter().map(call).collect()
    }

    /// How many of the builds have an active row now, and that none has two.
    fn tagged(&self) -> usize {
        let rows = rows(&self.hub, &self.into);
        let count = |id| rows.iter().filter(|row| row.0 == id).count();
        let counts: Vec<usize> = self.builds.iter().map(|(id, _)| count(*id)).collect();
        assert!(counts.iter().all(|n| *n <= 1), "{counts:?}");
        counts.iter().sum()
    }
}

fn rows(hub: &Hub, tag: &TagName) -> Vec<(BuildId, Nvr)> {
    let which = Rows { active_only: true, ..Rows::default() };
    let rows = hub.tag_rows(tag, &which).unwrap();
    rows.into_iter().map(|row| (row.id, row.nvr)).collect()
}

#[test]
fn everything_that_can_be_read() {
    let set = Rehearsal::new();
    let hub = &set.hub;
    let tag: TagName = "f43".parse().unwrap();
    assert_eq!(hub.tag(&tag).unwrap().unwrap().name, tag);
    assert!(hub.tag(&"nope".parse().unwrap()).unwrap().is_none());
    assert_eq!(hub.inheritance(&set.into).unwrap()[0].name, tag);
    let nvrs: Vec<Nvr> = set.builds.iter().map(|(_, nvr)| nvr.clone()).collect();
    for (build, (id, nvr)) in hub.builds(&nvrs).unwrap().into_iter().zip(&set.builds) {
        let build = build.unwrap();
        assert_eq!((build.id, &build.nvr, build.state), (*id, nvr, BuildState::Complete));
    }
    assert!(hub.tags_of(&nvrs).unwrap().iter().all(|tags| tags.contains(&tag)));
    let list = hub.package_list(&tag, Inherit::Direct).unwrap();
    assert!(list.iter().any(|entry| entry.blocked) && list.iter().any(|entry| !entry.blocked));
    let packages: Vec<_> = nvrs.iter().map(Nvr::package).chain(["never-seen".parse().unwrap()]).collect();
    let entries = hub.package_entries(&set.into, &packages, Inherit::Inherited).unwrap();
    assert!(entries[..3].iter().all(Option::is_some) && entries[3].is_none());
    let rows = hub.package_rows(&tag, &packages[..3]).unwrap();
    assert!(rows.iter().zip(&nvrs).all(|(rows, nvr)| rows.iter().any(|row| row.nvr == *nvr)));
    let history = flr::koji::HistoryQuery { tag: Some(tag.clone()), ..Default::default() };
    let events = hub.history(&history).unwrap();
    assert!(!events.is_empty() && events.is_sorted_by_key(|event| event.event));
    assert!(hub.last_event().unwrap() >= events.last().unwrap().event);
    assert!(hub.user(&USER.parse().unwrap()).unwrap().is_some());
    assert_eq!(hub.call("getTag", &["f43".into()]).unwrap()["name"], "f43");
    let build: TagName = "f43-build".parse().unwrap();
    let pair = [build.clone(), tag.clone()];
    let settings = hub.settings(&[build.clone(), "nope".parse().unwrap()]).unwrap();
    assert_eq!((&settings[0].as_ref().unwrap().name, settings[1].is_none()), (&build, true));
    assert_eq!(hub.parents(&pair).unwrap()[0][0].parent.as_str(), "f43-override");
    let groups = hub.groups(&pair).unwrap();
    let names: Vec<_> = groups[0].iter().map(|group| group.name.as_str()).collect();
    assert_eq!((names, groups[1].len()), (vec!["build", "srpm-build"], 0));
    assert_eq!(groups[0][1].packages.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["bash", "rpm-build"]);
    assert_eq!(hub.group_list(&"f43-build-side-1".parse().unwrap(), None).unwrap_err().kind, flr::error::Kind::Failed);
    assert_eq!(hub.group_list(&build, None).unwrap(), groups[0]);
    let mine = hub.belongings(&[build.clone(), "nope".parse().unwrap()]).unwrap();
    let own: Vec<_> = mine[0].groups.iter().map(|version| version.value.name.as_str()).collect();
    assert_eq!((own, mine[0].packages.len(), mine[1].groups.len()), (vec!["build", "srpm-build"], 5, 0));
    assert_eq!(mine[0].group("build").value.unwrap().settings, groups[0][0].settings);
    assert_eq!(mine[0].package("srpm-build", "bash").value.unwrap().package, groups[0][1].packages[0]);
    assert_eq!(mine[0].repo("f43-bootstrap").value.unwrap().priority, 5);
    let repos = hub.external_repos(&pair).unwrap();
    assert_eq!((repos[0][0].name.as_str(), repos[0][0].priority, repos[1].len()), ("f43-bootstrap", 5, 0));
    let all = hub.targets(&flr::koji::TargetQuery::default()).unwrap();
    let query =
        flr::koji::TargetQuery { build_tag: Some(build.clone()), dest_tag: Some("f43-rebuild".parse().unwrap()) };
    let one = hub.targets(&query).unwrap();
    assert_eq!((one.len(), one[0].name.as_str(), all.contains(&one[0])), (1, "f43-rebuild", true));
    assert_eq!(
        hub.targets_by_name(&[one[0].name.clone(), "x".parse().unwrap()]).unwrap(),
        [one.first().cloned(), None]
    );
    for error in [
        hub.parents(&["nope".parse().unwrap()]).unwrap_err(),
        hub.groups(&["nope".parse().unwrap()]).unwrap_err(),
        hub.external_repos(&["nope".parse().unwrap()]).unwrap_err(),
        hub.tag_rows(&"nope".parse().unwrap(), &Rows::default()).unwrap_err(),
        hub.package_list(&"nope".parse().unwrap(), Inherit::Direct).unwrap_err(),
        hub.inheritance(&"nope".parse().unwrap()).unwrap_err(),
    ] {
        assert!(error.what.starts_with("no such tag at"), "{error}");
    }
    let gone: Vec<Nvr> = ["gone-1-1", "lost-1-1"].map(|nvr| nvr.parse().unwrap()).into();
    let error = hub.tags_of(&gone).unwrap_err();
    assert!(error.what.ends_with(": gone-1-1, lost-1-1"), "{error}");
    // All of it as nobody.
    assert!(!set.server.calls().is_empty());
}

#[test]
fn a_batch_and_its_task() {
    let set = Rehearsal::new();
    let mut writer = set.login();
    assert_eq!(writer.user().as_str(), USER);
    assert!(writer.permissions().unwrap().contains("tag"));
    let mut calls = set.calls();
    calls.push(calls[0].clone());
    let sent = writer.send(&calls).unwrap();
    assert!(!sent.resent);
    assert_eq!(sent.answers[..3], [Ok(Reply::Done), Ok(Reply::Done), Ok(Reply::Done)]);
    let again = sent.answers[3].as_ref().unwrap_err();
    assert_eq!(again.code, Fault::TAG);
    assert_eq!(set.tagged(), 3);
    let moved = Call::MoveBuild { from: set.into.clone(), to: "f43-override".parse().unwrap(), build: set.builds[0].0 };
    let sent = writer.send(&[moved]).unwrap();
    let Ok(Reply::Task(task)) = sent.answers[0] else { panic!("{sent:?}") };
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let seen = set.hub.tasks(&[task]).unwrap().remove(0).unwrap();
        assert_eq!(seen.owner.as_deref(), Some(USER));
        if seen.state.is_over() {
            break;
        }
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(50));
    }
    set.hub.task_result(task).unwrap();
    assert_eq!(set.tagged(), 2);
    writer.logout().unwrap();
}

/// What becomes of a batch, and how many builds are tagged when it is over.
fn accident(what: What) -> (Result<flr::koji::Sent, SendError>, usize) {
    let set = match what {
        What::DelayCommit(_) | What::DelayAnswer(_) => Rehearsal::where_a_call_has(Duration::from_millis(1500)),
        _ => Rehearsal::new(),
    };
    let mut writer = set.login();
    let rule = Misbehaviour::new(When::Writing(1), what);
    set.server.misbehave(rule);
    let result = writer.send(&set.calls());
    assert!(set.server.pending_rules().is_empty());
    (result, set.tagged())
}

#[test]
fn lost_before_it_ran_is_done_by_the_second_copy() {
    for what in [What::DropBefore, What::HttpBefore(502), What::HttpBefore(500)] {
        let (result, tagged) = accident(what.clone());
        let sent = result.unwrap_or_else(|e| panic!("{what:?}: {e:?}"));
        assert!(sent.resent && sent.answers.iter().all(Result::is_ok), "{what:?}: {sent:?}");
        assert_eq!(tagged, 3);
    }
}

#[test]
fn lost_after_it_ran_is_committed() {
    for what in [
        What::DropAfter,
        What::HalfAnswer,
        What::HttpAfter(502),
        What::HttpAfter(504),
        What::Html,
        What::ContentType("text/plain".into()),
        // Longer than a call may take: the second copy waits for the first.
        What::DelayCommit(2500),
        What::DelayAnswer(2500),
    ] {
        let (result, tagged) = accident(what.clone());
        assert!(matches!(result, Err(SendError::Committed)), "{what:?}: {result:?}");
        assert_eq!(tagged, 3, "{what:?}");
    }
}

#[test]
fn away_for_a_moment_is_no_accident() {
    for what in [What::Offline("planned outage".into()), What::Expire] {
        let (result, tagged) = accident(what.clone());
        let sent = result.unwrap_or_else(|e| panic!("{what:?}: {e:?}"));
        assert!(!sent.resent && sent.answers.iter().all(Result::is_ok), "{what:?}: {sent:?}");
        assert_eq!(tagged, 3);
    }
}

#[test]
fn a_session_that_has_written_is_renewed_too() {
    let set = Rehearsal::new();
    let mut writer = set.login();
    for call in set.calls() {
        let rule = Misbehaviour::new(When::Writing(1), What::Expire);
        set.server.misbehave(rule);
        let sent = writer.send(&[call]).unwrap();
        assert_eq!(sent.answers, [Ok(Reply::Done)]);
    }
    assert_eq!(set.tagged(), 3);
    writer.logout().unwrap();
}

#[test]
fn away_for_long_is_not_now() {
    let set = Rehearsal::new();
    let mut writer = set.login();
    let rule = Misbehaviour::new(When::Request(1), What::Offline("planned outage".into()));
    set.server.misbehave(rule.times(3));
    match writer.send(&set.calls()) {
        Err(SendError::NotSent(error)) => assert_eq!(error.kind, Kind::NotNow),
        other => panic!("{other:?}"),
    }
    assert_eq!(set.tagged(), 0);
    // The session is still good, also for its end.
    assert_eq!(writer.send(&set.calls()).unwrap().answers.len(), 3);
    writer.logout().unwrap();
}

#[test]
fn a_lost_session_is_settled_from_another() {
    let (result, tagged) = accident(What::CloseSession);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    assert_eq!(tagged, 0);
    // The hub is still at it when the client has given up.
    let set = Rehearsal::where_a_call_has(Duration::from_secs(1));
    let mut lost = set.login();
    let session = lost.session();
    let rule = Misbehaviour::new(When::Writing(1), What::DelayCommit(5000));
    set.server.misbehave(rule);
    let result = lost.send(&set.calls());
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    let mut writer = set.login();
    // Bounded like every call, and asked again until the hub is through.
    let end = Instant::now() + Duration::from_secs(20);
    while writer.close_session(session).is_err() {
        assert!(Instant::now() < end);
    }
    assert_eq!(set.tagged(), 3);
    writer.close_session(session).unwrap();
    writer.logout().unwrap();
}

#[test]
fn subsessions_write_beside_each_other() {
    let set = Rehearsal::new();
    let mut writers = vec![set.login()];
    let second = writers[0].subsession().unwrap();
    writers.push(second);
    std::thread::scope(|scope| {
        for (writer, call) in writers.iter_mut().zip(set.calls()) {
            scope.spawn(move || {
                let sent = writer.send(&[call]).unwrap();
                assert_eq!(sent.answers, [Ok(Reply::Done)]);
            });
        }
    });
    assert_eq!(set.tagged(), 2);
    for writer in writers.into_iter().rev() {
        writer.logout().unwrap();
    }
}

#[test]
fn a_huge_answer_does_not_fill_the_memory() {
    let set = Rehearsal::new();
    let rule = Misbehaviour::new(When::Request(1), What::HugeAnswer(70_000_000));
    set.server.misbehave(rule);
    let (patient, _) = hub(set.server.profile().unwrap());
    let error = patient.tag(&set.into).unwrap_err();
    assert!(error.what.contains("a text is longer than 67108864 bytes"), "{error}");
}
