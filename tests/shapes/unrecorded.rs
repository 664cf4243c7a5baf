// SPDX-License-Identifier: GPL-3.0-or-later
//! What the practice hub says without a recorded line, and why.

/// Texts without a recorded line: they stand so in koji's own source. Code, text, why the
/// practice hub needs it.
pub const UNRECORDED_FAULTS: &[(i64, &str, &str)] = &[
    (1, "maximum recursion depth exceeded", "multicalls nested without end"),
    (1000, "Dependency failed: {wait}", "moveAllBuilds after one of its tasks failed"),
    (1000, "this practice hub knows no package filters in inheritance", "its own limit, said plainly"),
    (1000, "a user must have a non-empty name", "a principal that begins with @"),
    (1000, "this practice hub makes no repository for tag {} without arches", "its own limit, so that a task can fail"),
    (1000, "this practice hub makes no repository with options of its own", "its own limit, said plainly"),
    (1000, "GenericError: unknown build target: {}", "a build task's own, from koji's builder"),
    (1005, "BuildError: package {name} {text} tag {}", "a build task's own: not in list for, is blocked for"),
    (
        1005,
        "BuildError: Error running GIT command \"git fetch origin {commit}\", see checkout.log for details",
        "a build task's own",
    ),
    (
        1005,
        "BuildError: error building package {} (arch x86_64), mock exited with status 1; see build.log for more information",
        "a build task's own",
    ),
];

/// Faults whose text is not written where they are made: file, code, all texts it can have.
pub const INDIRECT: &[(&str, i64, &[&str])] = &[
    ("hub.rs", 0, &[]),        // the fault that a misbehaviour names
    ("respond.rs", 1014, &[]), // the outage that a misbehaviour names
    (
        "methods/building.rs",
        1005,
        &[
            "BuildError: Error running GIT command \"git fetch origin {commit}\", see checkout.log for details",
            "BuildError: package {name} {text} tag {}",
        ],
    ),
    ("methods/tagging.rs", 1003, &["Package {} not in list for {shown}", "Package {} blocked in {shown}"]),
    ("methods/tagging.rs", 1004, &["tag is locked", "tag requires {perm} permission"]),
    ("methods/tasks.rs", 0, &[]), // a task's stored fault
];
