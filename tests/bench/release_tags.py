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
CONTAINER = "x86_64 aarch64 ppc64le s390x"
FLATPAK = "x86_64 aarch64 ppc64le"

# Name after the release's, parent, arches, permission.
TAGS = [
    ("", None, ARCHES, None),
    ("-updates", "", None, "admin"),
    ("-compose", "", None, None),
    ("-updates-candidate", "", None, None),
    ("-updates-testing", "", None, "admin"),
    ("-updates-pending", "", None, "admin"),
    ("-override", "", None, "fedora-override"),
    ("-updates-testing-pending", "-updates-testing", None, "admin"),
    ("-signing-pending", "-updates-testing-pending", None, "autosign"),
    ("-pending", "-updates", None, "autosign"),
    ("-build", "-override", ARCHES, None),
    ("-openh264", "", None, None),
    ("-infra", "-build", ARCHES, "autosign"),
    ("-infra-stg", "-infra", ARCHES, "autosign"),
    ("-infra-candidate", "-infra-stg", None, "infra"),
    ("-infra-build", "-infra-stg", ARCHES, None),
    ("-coreos-signing-pending", None, None, "autosign"),
    ("-coreos-continuous", "", ARCHES, None),
    ("-flatpak-app", None, None, None),
    ("-flatpak-runtime", None, None, None),
    ("-flatpak-app-build", "-flatpak-app", FLATPAK, None),
    ("-flatpak-runtime-build", "-flatpak-runtime", FLATPAK, None),
    ("-flatpak-app-packages", "-flatpak-app", FLATPAK, None),
    ("-flatpak-runtime-packages", "-flatpak-runtime", FLATPAK, None),
    ("-flatpak-container-build", None, FLATPAK, None),
    ("-container-build", "-container", CONTAINER, None),
]
VARIANTS = [
    ("", None, None),
    ("-updates", "", "admin"),
    ("-updates-candidate", "-updates", None),
    ("-updates-testing", "-updates", "admin"),
    ("-updates-testing-pending", "-updates-testing", "admin"),
    ("-updates-pending", "-updates", "admin"),
    ("-override", "-updates", "fedora-override"),
]
LINKS = [
    ("-flatpak-app", "", ["--intransitive"]),
    ("-flatpak-runtime", "", ["--intransitive"]),
    ("-flatpak-app-build", "-flatpak-runtime", ["--priority", "10"]),
    ("-flatpak-app-build", "-build", ["--priority", "20"]),
    ("-flatpak-runtime-build", "-build", ["--priority", "20"]),
    ("-flatpak-runtime-packages", "", ["--priority", "20"]),
]
TARGETS = [
    ("", "-build", "-updates-candidate"),
    ("-candidate", "-build", "-updates-candidate"),
    ("-infra", "-infra-build", "-infra-candidate"),
    ("-container-candidate", "-container-build", "-container-updates-candidate"),
    ("-flatpak-candidate", "-flatpak-container-build", "-flatpak-updates-candidate"),
    ("-flatpak-app", "-flatpak-app-build", "-flatpak-app"),
    ("-flatpak-runtime", "-flatpak-runtime-build", "-flatpak-runtime"),
    ("-coreos-continuous", "-build", "-coreos-continuous"),
]
EXTRA = {
    "": {"mock.package_manager": "dnf5"},
    "-flatpak-container-build": {
        "flatpak.runtime_tag": "-flatpak-updates-candidate",
        "flatpak.app_package_tag": "-flatpak-app-packages",
        "flatpak.runtime_package_tag": "-flatpak-runtime-packages",
    },
}


def release_tags(release, program, profile, user, password_file):
    """A release's tags as make-koji-release-tags makes them: the official client, once for each step."""
    with open(password_file) as file:
        login = ["-p", profile, "--user", user, "--password", file.read().strip(), "--authtype", "password"]

    def koji_does(*words):
        subprocess.run([program, *login, *words], check=True, stdout=subprocess.DEVNULL)

    variants = [
        ("-" + kind + name, None if parent is None else "-" + kind + parent, None, perm)
        for kind in ("container", "flatpak")
        for name, parent, perm in VARIANTS
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
        koji_does("add-tag-inheritance", *words, release + child, release + parent)
    for group in "build", "srpm-build":
        koji_does("add-group", release, group)
    for name, build, dest in TARGETS:
        koji_does("add-target", release + name, release + build, release + dest)


if __name__ == "__main__":
    release_tags(*sys.argv[1:])
