#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What flr is measured against: a plain script over the official client library.

It works as release engineering's scripts do: one call a package in one multicall, then whole build
records as arguments, a thousand a request, and nobody looks at the answers.

    releng.py PROFILE list-tagged TAG
    releng.py PROFILE rebuild-plan TAG EPOCH TARGET SAMPLE
    releng.py PROFILE compare-tags A B
    releng.py PROFILE mass-tag SOURCE DESTINATION USER PASSWORD_FILE
    releng.py PROFILE list-unsigned TAG KEY EVERY

list-unsigned asks for each build by itself, and of them only for each EVERY-th, because all would take
too long; 0 asks for none, which tells what is not to be multiplied.
"""

import re
import sys

import koji


def version_key(build):
    """Sorts the versions of the bench's data set as RPM does; not good for anything else."""

    def parts(text):
        return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.findall(r"\d+|[a-z]+", text)]

    return int(build["epoch"] or 0), parts(build["version"]), parts(build["release"])


def list_tagged(session, tag):
    for build in session.listTagged(tag, latest=True):
        print(build["nvr"])


def rebuild_plan(session, tag, epoch, target, sample):
    """What was not attempted since: two calls for each of the first packages, as far as there is a build."""
    packages = [entry for entry in session.listPackages(tag, inherited=True) if not entry["blocked"]]
    for package in packages[: int(sample)]:
        for build in session.listBuilds(package["package_id"], createdAfter=epoch):
            request = session.getTaskInfo(build["task_id"], request=True)["request"]
            if request[1] == target:
                break
        else:
            print(package["package_name"])


def compare_tags(session, a, b):
    """As koji-compare did: both lists, then a loop over the names; here it does not stop where one list ends."""
    ours, theirs = (
        {build["package_name"]: build for build in session.listTagged(tag, inherit=True, latest=True)} for tag in (a, b)
    )
    for name in sorted(set(ours) | set(theirs)):
        if name not in theirs:
            print(name, "only-in-a")
        elif name not in ours:
            print(name, "only-in-b")
        else:
            one, other = version_key(ours[name]), version_key(theirs[name])
            if one != other:
                print(name, "newer" if one > other else "older")


def mass_tag(session, source, destination, user, password_file):
    with open(password_file) as file:
        session.opts.update(user=user, password=file.read().strip())
    session.login()
    builds = session.listTagged(source, latest=True)
    listed = {entry["package_name"]: entry["blocked"] for entry in session.listPackages(destination, inherited=True)}

    session.multicall = True
    for build in builds:
        session.listTagged(destination, latest=True, inherit=True, package=build["package_name"])
    present = session.multiCall()

    wanted = []
    for build, answer in zip(builds, present):
        if listed.get(build["package_name"], True):
            print("blocked or unlisted:", build["nvr"])
        elif answer[0] and version_key(answer[0][0]) >= version_key(build):
            print("not newer:", build["nvr"])
        else:
            wanted.append(build)

    for start in range(0, len(wanted), 1000):
        session.multicall = True
        for build in wanted[start : start + 1000]:
            session.tagBuildBypass(destination, build, notify=False)
        session.multiCall()
    print("tagged", len(wanted))
    session.logout()


def list_unsigned(session, tag, key, every):
    builds = session.listTagged(tag)
    for build in builds[:: int(every)] if int(every) else []:
        rpms = session.listRPMs(buildID=build["build_id"])
        session.multicall = True
        for rpm in rpms:
            session.queryRPMSigs(rpm_id=rpm["id"], sigkey=key)
        for rpm, answer in zip(rpms, session.multiCall()):
            if not answer[0]:
                print(build["nvr"], "%(name)s-%(version)s-%(release)s.%(arch)s" % rpm)


def main():
    profile, command, *arguments = sys.argv[1:]
    options = koji.read_config(profile)
    session = koji.ClientSession(options["server"], koji.grab_session_options(options))
    commands = {
        "list-tagged": list_tagged,
        "compare-tags": compare_tags,
        "rebuild-plan": rebuild_plan,
        "mass-tag": mass_tag,
        "list-unsigned": list_unsigned,
    }
    commands[command](session, *arguments)


if __name__ == "__main__":
    main()
