// SPDX-License-Identifier: GPL-3.0-or-later
use super::What::*;
use super::*;
use crate::access::audit::tests::{Bench, denial, kim};
use crate::access::audit::{Body, Event, Outcomes, hash};

/// Ten denials.
fn ten() -> Bench {
    let bench = Bench::new();
    let log = bench.log();
    (1..=10).for_each(|n| drop(log.append(denial(&format!("number {n}"))).unwrap()));
    bench
}

/// The findings after `change` was done to the lines of ten denials.
fn after(change: impl FnOnce(&mut Vec<String>)) -> Vec<(u64, What)> {
    let bench = ten();
    let mut lines: Vec<_> = bench.text().lines().map(str::to_owned).collect();
    change(&mut lines);
    std::fs::write(bench.path(), lines.join("\n") + "\n").unwrap();
    bench.findings()
}

#[test]
fn what_was_done_to_a_log_shows() {
    assert_eq!(after(|_| {}), []);
    let reworded = |lines: &mut Vec<String>| lines[4] = lines[4].replace("number", "Number");
    assert_eq!(after(reworded), [(6, Chain)]);
    assert_eq!(after(|lines| drop(lines.remove(4))), [(5, Chain), (5, Gap)]);
    assert_eq!(after(|lines| drop(lines.drain(3..6))), [(4, Chain), (4, Gap)]);
    let swapped = after(|lines| lines.swap(4, 5));
    assert_eq!(swapped[..4], [(5, Chain), (5, Gap), (6, Chain), (6, Repeat)], "{swapped:?}");
    let again = after(|lines| lines.push(lines[9].clone()));
    assert_eq!(again, [(11, Chain), (11, Repeat)]);
    assert_eq!(after(|lines| lines[4] = "x".into()), [(5, NotARecord), (6, Chain), (6, Gap)]);
    assert_eq!(after(|lines| lines.insert(4, String::new())), [(5, NotARecord), (6, Chain)]);
    assert_eq!(after(|lines| lines.insert(4, "{\"v\":1,\"se".into())), [(5, Torn), (6, Chain)]);
    let cut = |lines: &mut Vec<String>| lines[9].truncate(200);
    assert_eq!(after(cut), [(10, Torn)]);
    assert_eq!(after(|lines| lines[0] = lines[0].replace(NO_LINE, &hash(b"x")))[0], (1, Chain));
    let account = |lines: &mut Vec<String>| lines[9] = lines[9].replace("\"flr-koji\"", "\"flr-bodhi\"");
    assert_eq!(after(account), [(10, Account)]);
    let older = |lines: &mut Vec<String>| {
        lines[9] = lines[9].replace("\"time\":\"20", "\"time\":\"19");
    };
    assert_eq!(after(older), [(10, Order)]);
    let newline = ten();
    let text = newline.text();
    std::fs::write(newline.path(), text.trim_end()).unwrap();
    assert_eq!(newline.findings(), [(10, Torn)]);
}

/// Neither shows in the chain: only what left the host tells.
#[test]
fn a_cut_tail_and_a_rewritten_log_show_beside_heads() {
    let bench = ten();
    let text = bench.text();
    let heads: String = text
        .lines()
        .zip(1..)
        .map(|(line, seq)| {
            format!("x flr[1]: audit account=flr-koji seq={seq} hash={} event=deny\n", hash(line.as_bytes()))
        })
        .collect();
    let heads = Heads::read(heads.as_bytes()).unwrap();
    let kinds = |found: Verified| found.findings.iter().map(|f| (f.line, f.kind)).collect::<Vec<_>>();
    let found = bench.verified(Some(&heads));
    assert_eq!((found.heads, found.is_clean()), (10, true));

    let cut: String = text.lines().take(7).map(|line| format!("{line}\n")).collect();
    std::fs::write(bench.path(), &cut).unwrap();
    assert_eq!(bench.findings(), []);
    let found = bench.verified(Some(&heads));
    assert!(found.findings[0].why.starts_with("another host knows records 8 to 10, the last here is 7"));
    assert_eq!(kinds(found), [(7, HeadMissing)]);
    // Grown again to its old length.
    (8..=10).for_each(|n| drop(bench.log().append(denial(&n.to_string())).unwrap()));
    assert_eq!(bench.findings(), []);
    assert_eq!(kinds(bench.verified(Some(&heads))), [(8, HeadDiffers), (9, HeadDiffers), (10, HeadDiffers)]);

    // All of it anew.
    std::fs::write(bench.path(), "").unwrap();
    assert_eq!(kinds(bench.verified(Some(&heads))), [(0, HeadMissing)]);
    (1..=10).for_each(|n| drop(bench.log().append(denial(&n.to_string())).unwrap()));
    assert_eq!(bench.findings(), []);
    assert_eq!(kinds(bench.verified(Some(&heads))).len(), 10);

    // Older files are gone; that is no finding.
    let rest: String = text.lines().skip(4).map(|line| format!("{line}\n")).collect();
    std::fs::write(bench.path(), &rest).unwrap();
    let found = bench.verified(Some(&heads));
    assert_eq!((found.first, found.heads, found.older_heads, found.is_clean()), (Some(5), 6, 4, true));
}

#[test]
fn a_forged_head_hides_nothing_and_is_named() {
    let bench = ten();
    let text = bench.text();
    let line = text.lines().nth(2).unwrap();
    let (right, wrong) = (hash(line.as_bytes()), hash(b"forged"));
    let heads = Heads::read(format!("flr-koji 3 {right}\nflr-koji 3 {wrong}\nflr-koji 99 {wrong}\n").as_bytes());
    let found = bench.verified(Some(&heads.unwrap()));
    let kinds: Vec<_> = found.findings.iter().map(|f| f.kind).collect();
    assert_eq!((kinds, found.heads), (vec![HeadDiffers, HeadMissing], 1));
    assert!(found.findings[0].why.starts_with("heads of record 3 do not agree"));
}

#[test]
fn each_run_must_make_one_story() {
    type With = fn(Body) -> Body;
    fn story(bodies: &[(Event, With)]) -> Vec<(u64, What)> {
        let bench = Bench::new();
        let log = bench.log();
        for (event, with) in bodies {
            let intent = (!matches!(event, Event::Intent | Event::Deny)).then_some(1);
            log.append(with(Body { intent, ..Body::new(*event, kim()) })).unwrap();
        }
        bench.findings()
    }
    fn done(n: u64) -> Option<Outcomes> {
        Some(Outcomes { done: n, ..Outcomes::default() })
    }
    use Event::{Abort, Change, Intent, Plan};
    let (same, three): (With, With) = (|b| b, |b| Body { changes: Some(3), ..b });
    let (one, two): (With, With) = (|b| Body { outcomes: done(1), ..b }, |b| Body { outcomes: done(2), ..b });
    let told: With = |b| Body { outcomes: done(3), ..b };
    let result = Event::Result;
    assert_eq!(story(&[(Intent, same), (Plan, three), (Change, one), (Change, two), (result, told)]), []);
    assert_eq!(story(&[(Intent, same), (Abort, same)]), []);
    assert_eq!(story(&[(Intent, same), (result, same)]), []);
    assert_eq!(story(&[(Intent, same), (Plan, three), (Change, one), (result, told)]), [(4, Disagrees)]);
    assert_eq!(story(&[(Intent, same), (Plan, three), (Change, two), (Change, two), (Abort, same)]), [(4, Disagrees)]);
    assert_eq!(story(&[(Intent, same), (Change, one), (result, one)]), [(2, Disagrees)]);
    assert_eq!(story(&[(Intent, same), (result, same), (Change, one)]), [(3, Disagrees)]);
    assert_eq!(story(&[(Event::Deny, same), (result, same)]), [(2, NoIntent)]);
    assert_eq!(story(&[(Intent, same), (result, |b| Body { intent: None, ..b })]), [(2, NoIntent)]);
    assert_eq!(
        story(&[
            (Intent, same),
            (result, |mut b| {
                b.caller.uid = 7;
                b
            })
        ]),
        [(2, Disagrees)]
    );
}

#[test]
fn an_intent_without_a_result_is_found_where_it_stands() {
    let bench = Bench::new();
    let log = bench.log();
    log.append(Body { command: Some("koji block-pkg".into()), ..Body::new(Event::Intent, kim()) }).unwrap();
    let found = bench.verified(None);
    assert_eq!((found.running, found.is_clean()), (1, true));
    let logs = crate::access::audit::logs_in(bench.dir.path()).unwrap();
    let elsewhere = verify(&logs[0], None, None).unwrap();
    assert!(elsewhere.findings[0].why.starts_with("kim was about to do koji block-pkg and no record says"));
    let text = bench.text().replace(&format!("\"pid\":{},", std::process::id()), "\"pid\":4194305,");
    std::fs::write(bench.path(), text).unwrap();
    let found = bench.verified(None);
    assert_eq!((found.findings[0].line, found.findings[0].kind), (1, NoResult));
    assert!(found.findings[0].why.ends_with("its process 4194305 is gone"), "{:?}", found.findings);
}

#[test]
fn a_log_full_of_rubbish_is_read_to_its_end() {
    let bench = Bench::new();
    bench.add(&vec![b'\n'; 3000]);
    bench.add(&vec![0xff; 5 << 20]);
    let found = bench.verified(None);
    assert_eq!((found.findings.len(), found.more, found.records), (1000, 2001, 0));
}
