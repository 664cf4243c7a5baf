#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What creating a release's tags is measured against: the official client, once for each step.

So does the script that release engineering runs on branch day. Here it makes the tree of flr's layout of Fedora, so that
both can be compared; the copy of the base tag, one call to either, is left out.

    release_tags.py RELEASE KOJI PROFILE USER PASSWORD_FILE
"""

import subprocess
import sys

ARCHES = "i686 x86_64 aarch64 ppc64le s390x"
CONTAINER = "x86_64 aarch64"
COREOS = "x86_64 aarch64 ppc64le s390x"
FLATPAK = "x86_64 aarch64 ppc64le"

# Name after the release's, parent, arches, permission.
TAGS = [
    ("", None, ARCHES, "autosign"),
    ("-updates", "", None, "admin"),
    ("-compose", "", None, None),
    ("-updates-candidate", "", None, None),
    ("-updates-testing", "", None, "admin"),
    ("-updates-pending", "", None, "admin"),
    ("-override", "", None, "fedora-override"),
    ("-updates-testing-pending", "-updates-testing", None, "autosign"),
    ("-signing-pending", "-updates-testing-pending", None, "autosign"),
    ("-pending", "-updates", None, None),
    ("-build", "-override", ARCHES, "admin"),
    ("-openh264", "", None, None),
    ("-iot", "", None, None),
    ("-infra", "-build", ARCHES, "infra"),
    ("-infra-stg", "-infra", ARCHES, "infra"),
    ("-infra-candidate", "-infra-stg", None, "infra"),
    ("-infra-build", "-infra-stg", ARCHES, "infra"),
    ("-coreos-signing-pending", None, None, None),
    ("-coreos-continuous", None, COREOS, None),
    ("-flatpak-runtime", None, None, None),
    ("-flatpak-app", None, FLATPAK, None),
    ("-flatpak-runtime-build", "-flatpak-runtime", FLATPAK, None),
    ("-flatpak-app-build", "-flatpak-app", FLATPAK, None),
    ("-flatpak-runtime-override", "-updates", None, None),
    ("-flatpak-runtime-packages", "-flatpak-runtime", FLATPAK, None),
    ("-flatpak-container-build", "-build", FLATPAK, None),
    ("-container-build", "-container", CONTAINER, None),
]
VARIANTS = [
    ("", None),
    ("-updates", ""),
    ("-updates-candidate", "-updates"),
    ("-updates-testing", "-updates"),
    ("-updates-testing-pending", "-updates-testing"),
    ("-updates-pending", "-updates"),
    ("-override", "-updates"),
]
# Child, parent, options.
LINKS = [
    ("-flatpak-runtime", "", ["--intransitive"]),
    ("-flatpak-app", "", ["--intransitive"]),
    ("-flatpak-runtime-build", "-build", ["--priority", "10"]),
    ("-flatpak-app-build", "-flatpak-runtime", ["--priority", "10"]),
    ("-flatpak-app-build", "-build", ["--priority", "20"]),
    ("-flatpak-runtime-packages", "-flatpak-runtime-override", ["--priority", "10"]),
    ("-coreos-signing-pending", "coreos-pool", []),
]
TARGETS = [
    ("", "-build", "-updates-candidate"),
    ("-candidate", "-build", "-updates-candidate"),
    ("-infra", "-infra-build", "-infra-candidate"),
    ("-container-candidate", "-container-build", "-container-updates-candidate"),
    ("-flatpak-candidate", "-flatpak-container-build", "-flatpak-updates-candidate"),
    ("-flatpak-app", "-flatpak-app-build", "-flatpak-app"),
    ("-flatpak-runtime", "-flatpak-runtime-build", "-flatpak-runtime"),
    ("-flatpak-runtime-kojira", "-flatpak-runtime-packages", "-flatpak-app"),
    ("-coreos-continuous", "-build", "-coreos-continuous"),
]
INFRA = {"tag2distrepo.enabled": "true", "tag2distrepo.keys": "47dd8ef9"}
EXTRA = {
    "": {"mock.package_manager": "dnf5"},
    "-infra": INFRA,
    "-infra-stg": INFRA,
    "-coreos-continuous": {"tag2distrepo.enabled": "true"},
    "-flatpak-app": {"tag2distrepo.enabled": "true", "tag2distrepo.inherit": "false"},
    "-flatpak-runtime-build": {"rpm.macro.distcore": ".fc%{fedora}runtime"},
    "-flatpak-app-build": {"rpm.macro.distcore": ".fc%{fedora}app"},
    "-flatpak-container-build": {
        "flatpak.runtime_tag": "-flatpak-updates-candidate",
        "flatpak.runtime_package_tag": "-flatpak-runtime-packages",
        "flatpak.app_package_tag": "-flatpak-app",
        "flatpak.app_package_dist_repo": "true",
    },
}
GROUPS = [
    ("", "build", []),
    ("", "srpm-build", []),
    ("-flatpak-app", "build", ["flatpak-rpm-macros", "flatpak-runtime-config"]),
    ("-flatpak-app", "srpm-build", ["flatpak-rpm-macros"]),
    ("-flatpak-container-build", "flatpak-build", ["dnf", "flatpak-module-tools", "tar"]),
]


def release_tags(release, program, profile, user, password_file):
    """A release's tags as make-koji-release-tags makes them: the official client, once for each step."""
    with open(password_file) as file:
        login = ["-p", profile, "--user", user, "--password", file.read().strip(), "--authtype", "password"]

    def koji_does(*words):
        subprocess.run([program, *login, *words], check=True, stdout=subprocess.DEVNULL)

    variants = [
        ("-" + kind + name, None if parent is None else "-" + kind + parent, None, None)
        for kind in ("container", "flatpak")
        for name, parent in VARIANTS
    ]
    # Parents stand before their children.
    for name, parent, arches, perm in variants + TAGS:
        words = [] if parent is None else [f"--parent={release}{parent}"]
        words += [f"--arches={arches}"] if arches else []
        koji_does("add-tag", *words, release + name)
        if perm:
            koji_does("edit-tag", f"--perm={perm}", release + name)
    for name, settings in EXTRA.items():
        for key, value in settings.items():
            value = release + value if value.startswith("-") else value
            koji_does("edit-tag", "--extra", f"{key}={value}", release + name)
    for child, parent, words in LINKS:
        own = parent in ("", *(name for name, *_ in TAGS))
        koji_does("add-tag-inheritance", *words, release + child, release + parent if own else parent)
    for tag, group, packages in GROUPS:
        if group == "flatpak-build" or not packages:
            koji_does("add-group", release + tag, group)
        if packages:
            koji_does("add-group-pkg", release + tag, group, *packages)
    for name, build, dest in TARGETS:
        koji_does("add-target", release + name, release + build, release + dest)


if __name__ == "__main__":
    release_tags(*sys.argv[1:])
