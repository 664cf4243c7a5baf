# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the official client and flr say the same."""
import re


def agree(story, tags):
    """Targets, and settings, inheritance and builds of these tags."""
    hub = story.hub
    ours = sorted((row["name"], row["build_tag"], row["dest_tag"]) for row in story.ask("koji", "list-targets"))
    theirs = sorted(tuple(line.split()) for line in hub.koji("list-targets", "--quiet").splitlines() if line.strip())
    story.check("koji list-targets", ours, theirs)
    for tag in tags:
        ours = [row["name"] for row in story.ask("koji", "list-inheritance", tag)]
        infos = [row for name in [tag, *ours] for row in story.ask("koji", "taginfo", name)]
        story.check(f"koji taginfo {tag}", settings(infos), told(hub.koji("taginfo", tag)))
        drawn = hub.koji("list-tag-inheritance", tag).splitlines()[1:]
        story.check(f"koji list-tag-inheritance {tag}", ours, [re.search(r"[└├]─(\S+) \(", line)[1] for line in drawn])
        ours = sorted((row["nvr"], row["tag"]) for row in story.ask("koji", "list-tagged", tag))
        lines = hub.koji("list-tagged", "--quiet", tag).splitlines()
        story.check(f"koji list-tagged {tag}", ours, sorted(tuple(line.split()[:2]) for line in lines))


def settings(infos):
    """What both show, of flr's answers: koji's counts in what is inherited of groups and further settings."""
    info = infos[0]
    return {
        "Arches": info["arches"] or None,
        "Groups": sorted({group["name"] for one in infos for group in one["groups"]}),
        "Required permission": info["perm"],
        "LOCKED": info["locked"],
        "extra": sorted({key for one in infos for key in one["extra"]}),
        "from": sorted(target["name"] for target in info["builds_from"]),
        "to": sorted(target["name"] for target in info["builds_to"]),
        "parents": [link["parent"] for link in info["parents"]],
    }


def told(text):
    """The same, of what `koji taginfo` prints."""
    found = {"Arches": None, "Groups": [], "Required permission": None, "LOCKED": False}
    lists = {"extra": [], "from": [], "to": [], "parents": []}
    headings = {
        "Tag options": "extra", "Targets that build from this tag": "from", "Targets that build into this tag": "to",
        "Inheritance": "parents",
    }  # fmt: skip
    within = None
    for line in text.splitlines():
        if line.startswith(" "):
            if within == "extra":
                lists[within].append(line.split(" : ")[0].strip())
            elif within == "parents":
                lists[within].append(line.split()[-2])
            elif within:
                lists[within].append(line.split()[0])
            continue
        if line == "LOCKED":
            found["LOCKED"] = True
            continue
        word, _, rest = line.partition(":")
        within = headings.get(word)
        if word == "Groups":
            found["Groups"] = sorted(name for name in rest.replace(" ", "").split(",") if name)
        elif word in ("Arches", "Required permission"):
            found[word] = rest.strip().strip("'") or None
    return found | {name: items if name == "parents" else sorted(items) for name, items in lists.items()}
