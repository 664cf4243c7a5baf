// SPDX-License-Identifier: GPL-3.0-or-later
use super::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

const HOSTILE: &str = "ev\u{9b}31mil\u{202e}\n\"'><script>alert(1)</script>&amp;";

fn row(package: &str, owner: Option<&str>, task: u64) -> Row {
    let task =
        Cell::link(task.to_string(), Some(format!("https://koji.example.test/koji/taskinfo?taskID={task}&x=\"'<")));
    Row { package: Cell::text(package), owner: owner.map(Cell::text), cells: vec![task, Cell::default()] }
}

fn pages() -> Pages {
    Pages {
        title: format!("Builds of {HOSTILE}"),
        summary: "3 builds".into(),
        command: "koji list-failures",
        facts: vec![("Hub", HOSTILE.into()), ("Since", "2026-11-01T00:00:00Z".into())],
        columns: vec!["Task", "Note"],
        rows: vec![
            row("bash", Some("maria"), 1),
            row(HOSTILE, Some(HOSTILE), 2),
            row("zsh", None, 3),
            row("zlib", Some("maria"), 4),
        ],
    }
}

/// Name and attributes.
type Element = (String, Vec<(String, String)>);

/// The elements of a page by name and their attributes, and its text. Panics unless every element is ended
/// where it must be, attributes are quoted and no character stands where HTML has none.
fn read(page: &str) -> (Vec<Element>, String) {
    let mut reader = Reader::from_str(page);
    reader.config_mut().check_end_names = true;
    reader.config_mut().allow_unmatched_ends = false;
    let (mut elements, mut text, mut open) = (Vec::new(), String::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                open += 1;
                elements.push(told(&element));
            }
            Event::Empty(element) => {
                assert_eq!(element.name().as_ref(), "meta", "only void elements are without an end");
                elements.push(told(&element));
            }
            Event::End(_) => open -= 1,
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) => text.push_str(&format!("&{};", &*entity)),
            Event::DocType(kind) => assert_eq!(&*kind, "html"),
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(open, 0);
    (elements, text)
}

fn told(element: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        (attribute.key.as_ref().to_owned(), attribute.value.into_owned())
    });
    (element.name().as_ref().to_owned(), attributes.collect())
}

#[test]
fn pages_are_well_formed_and_hold_only_what_they_should() {
    for (file, page) in pages().written() {
        let (elements, text) = read(&page);
        let names: std::collections::BTreeSet<&str> = elements.iter().map(|(name, _)| name.as_str()).collect();
        let expected =
            "a body dd div dl dt h1 head header html main meta nav p script style table tbody td th thead title tr";
        let more = if file == OWNERS { " h2 li section small span ul" } else { "" };
        assert_eq!(names, format!("{expected}{more}").split(' ').collect(), "{file}");
        // The one script is flr's own, and nothing is fetched.
        assert_eq!(elements.iter().filter(|(name, _)| name == "script").count(), 1);
        let attributes = || elements.iter().flat_map(|(_, attributes)| attributes);
        assert!(attributes().all(|(name, _)| !name.starts_with("on") && name != "src" && name != "style"));
        for (_, href) in attributes().filter(|(name, _)| name == "href") {
            let inside = href.starts_with('#') || href.starts_with(INDEX) || href.starts_with(OWNERS);
            assert!(inside || href.starts_with("https://koji.example.test/koji/taskinfo?taskID="), "{href}");
            assert!(!href.contains(['<', '\'']));
        }
        assert!(!text.contains(['\u{9b}', '\u{202e}']));
        assert!(page.contains("ev\\u{9b}31mil\\u{202e}\\u{a}&quot;&#39;&gt;&lt;script&gt;alert(1)"));
        assert!(elements.iter().filter(|(name, _)| name == "th").all(|(_, attributes)| attributes[0].0 == "scope"));
    }
}

/// Every link into a page finds its place there, and a place's name is there once.
#[test]
fn links_between_the_pages_lead_somewhere() {
    let [(_, index), (_, owners)] = pages().written();
    let (elements, _) = read(&owners);
    let attributes = elements.iter().flat_map(|(_, attributes)| attributes);
    let places: Vec<&str> = attributes.clone().filter(|(name, _)| name == "id").map(|(_, id)| id.as_str()).collect();
    assert_eq!(places, [&anchor(HOSTILE), "owner-maria", "nobody"]);
    let (elements_of_index, _) = read(&index);
    let links = elements_of_index.iter().flat_map(|(_, attributes)| attributes).chain(attributes);
    let inside = |href: &'_ str| !href.starts_with("https:");
    let links = links.filter(|(name, href)| name == "href" && inside(href));
    let links: Vec<&str> = links.filter_map(|(_, href)| href.split_once('#')).map(|(_, id)| id).collect();
    assert_eq!(links.len(), 6);
    assert!(links.iter().all(|link| places.contains(link)), "{links:?}");
}

/// The policy knows the style and the script by what they are.
#[test]
fn the_policy_is_of_what_is_there() {
    let [(_, page), _] = pages().written();
    for element in ["style", "script"] {
        let (_, rest) = page.split_once(&format!("<{element}>")).unwrap();
        let (content, _) = rest.split_once(&format!("</{element}>")).unwrap();
        assert!(page.contains(&format!("{element}-src '{}'", hash(content))));
        assert!(!content.contains(['<', '&']) && content.is_ascii());
    }
}

#[test]
fn an_empty_list_says_so() {
    let empty = Pages { rows: Vec::new(), ..pages() };
    for (_, page) in empty.written() {
        let (elements, text) = read(&page);
        assert!(text.contains("There is nothing in the list."));
        assert!(!elements.iter().any(|(name, _)| name == "table"));
    }
}

#[test]
fn only_the_web_is_linked() {
    for address in ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//x", ""] {
        assert_eq!(Cell::link("a", Some(address.into())), Cell::text("a"), "{address}");
    }
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o7777
}

#[test]
fn pages_take_the_place_of_those_before() {
    let dir = tempfile::tempdir().unwrap();
    let said = publish(&dir.path().join("no"), &pages()).unwrap_err();
    assert!(said.what.ends_with("/no: No such file or directory (os error 2)"), "{}", said.what);
    let files = publish(dir.path(), &pages()).unwrap();
    assert_eq!(files, [dir.path().join(INDEX), dir.path().join(OWNERS)]);
    assert_eq!(mode(&files[0]) & !0o644, 0);
    fs::set_permissions(&files[0], fs::Permissions::from_mode(0o640)).unwrap();
    // Left by one that was killed.
    fs::write(dir.path().join(format!(".index.html.{}", std::process::id())), "half").unwrap();
    let open = fs::File::open(&files[0]).unwrap();
    publish(dir.path(), &Pages { summary: "another day".into(), ..pages() }).unwrap();
    assert!(fs::read_to_string(&files[0]).unwrap().contains("another day"));
    assert_eq!(mode(&files[0]), 0o640);
    assert_eq!(names(dir.path()), [INDEX, OWNERS]);
    // Whoever reads the old page reads it to its end.
    assert!(std::io::read_to_string(open).unwrap().contains("3 builds"));
}

#[test]
fn half_pages_of_those_that_were_killed_do_not_pile_up() {
    let dir = tempfile::tempdir().unwrap();
    let [page, _] = <[_; 2]>::try_from(publish(dir.path(), &pages()).unwrap()).unwrap();
    let now = fs::metadata(page).unwrap().modified().unwrap();
    let hours = |hours: u64| now - std::time::Duration::from_secs(hours * 3600);
    for (name, made) in [
        (".index.html.7", hours(2)),
        (".owners.html.123456", hours(30)),
        (".index.html.8", hours(0)),
        (".index.html.x1", hours(2)),
        (".index.html.", hours(2)),
        (".other.html.7", hours(2)),
    ] {
        let file = fs::File::create(dir.path().join(name)).unwrap();
        file.set_modified(made).unwrap();
    }
    fs::create_dir(dir.path().join(".index.html.9")).unwrap();
    publish(dir.path(), &pages()).unwrap();
    // Another one may be at it; and the rest is not flr's.
    let left = [".index.html.", ".index.html.8", ".index.html.9", ".index.html.x1", ".other.html.7", INDEX, OWNERS];
    assert_eq!(names(dir.path()), left);
}

#[test]
fn what_flr_did_not_write_is_left_alone() {
    type Make = fn(&Path);
    let make: [(&str, Make); 5] = [
        ("no page of this command", |path| fs::write(path, "<h1>The site's own</h1>").unwrap()),
        ("no page of this command", |path| {
            fs::write(path, Pages { command: "koji list-ftbfs", ..pages() }.written()[0].1.clone()).unwrap();
        }),
        ("a symbolic link", |path| symlink("/etc/hostname", path).unwrap()),
        ("no file", |path| fs::create_dir(path).unwrap()),
        ("no file", |path| nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).unwrap()),
    ];
    for (what, make) in make {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(OWNERS);
        make(&path);
        let before = fs::symlink_metadata(&path).unwrap();
        let said = publish(dir.path(), &pages()).unwrap_err();
        assert_eq!(said.what, format!("{} is {what}: it is not replaced", path.display()));
        assert_eq!(fs::symlink_metadata(&path).unwrap().file_type(), before.file_type());
        assert_eq!(names(dir.path()), [OWNERS], "the other page is not written either");
    }
}
