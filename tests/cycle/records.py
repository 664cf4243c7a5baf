# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodhi's records through a cycle, as its own commands would write them."""


def release(name, version, prefix, own_branch, state, base, updates, **more):
    return {
        "name": name, "long_name": f"Long {name}", "version": version, "id_prefix": prefix, "branch": own_branch,
        "state": state, "dist_tag": base, "stable_tag": base, "testing_tag": f"{updates}-testing",
        "candidate_tag": f"{updates}-candidate", "pending_signing_tag": f"{base}-signing-pending",
        "pending_testing_tag": f"{updates}-testing-pending", "pending_stable_tag": f"{updates}-pending",
        "override_tag": f"{base}-override", "composed_by_bodhi": True, "create_automatic_updates": False,
        "package_manager": "dnf", "testing_repository": "updates-testing",
    } | more  # fmt: skip


def fedora(number, state, **more):
    return release(f"F{number}", str(number), "FEDORA", f"f{number}", state, f"f{number}", f"f{number}-updates", **more)


# Every build becomes an update by itself; nothing is composed.
AUTOMATIC = {
    "composed_by_bodhi": False, "create_automatic_updates": True, "testing_repository": None,
    "package_manager": "unspecified",
}  # fmt: skip

SEEDED = [
    fedora(42, "current", stable_tag="f42-updates"),
    fedora(43, "pending", branch="rawhide", **AUTOMATIC),
    release(
        "ELN", "eln", "FEDORA-ELN", "eln", "pending", "eln", "eln-updates",
        override_tag="", testing_tag="", pending_stable_tag="", **AUTOMATIC,
    ),
]  # fmt: skip

BRANCHED = [fedora(43, "pending", **AUTOMATIC), fedora(44, "pending", branch="rawhide", **AUTOMATIC)]
ACTIVATED = [fedora(43, "frozen")]
RELEASED = [fedora(43, "current", stable_tag="f43-updates")]
ENDED = [fedora(42, "archived", stable_tag="f42-updates")]
