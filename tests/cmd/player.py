# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command on a terminal of its own and plays a person: waits for words, then types.

Standard input: {"argv", "env", "cwd", "steps": [[words to wait for, keys or "SIGTERM"]], "stdin",
"stdout", "columns"}; stdin and stdout are files that take the terminal's place. Standard output: {"code", "seen",
"restored": the terminal is set as it was}.
"""

import fcntl
import json
import os
import pty
import select
import signal
import sys
import termios
import time

play = json.load(sys.stdin)
master, slave = pty.openpty()
before = termios.tcgetattr(slave)
if play.get("columns"):
    termios.tcsetwinsize(slave, (24, play["columns"]))

pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    ends = [slave, slave, slave]
    if play.get("stdin"):
        ends[0] = os.open(play["stdin"], os.O_RDONLY)
    if play.get("stdout"):
        ends[1] = os.open(play["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number, end in enumerate(ends):
        os.dup2(end, number)
    os.closerange(3, 64)
    os.chdir(play["cwd"])
    os.execve(play["argv"][0], play["argv"], play["env"])

seen, mark, status = b"", 0, None
steps = list(play["steps"])
end = time.monotonic() + 60
while time.monotonic() < end:
    ready, _, _ = select.select([master], [], [], 0.05)
    if ready:
        seen += os.read(master, 65536)
        found = seen.find(steps[0][0].encode(), mark) if steps else -1
        if found >= 0:
            mark = found + len(steps[0][0].encode())
            keys = steps.pop(0)[1]
            time.sleep(0.1)
            if keys.startswith("SIG"):
                os.kill(pid, getattr(signal, keys))
            else:
                os.write(master, keys.encode())
    elif status is not None:
        break
    else:
        done, code = os.waitpid(pid, os.WNOHANG)
        status = code if done else None
else:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

print(
    json.dumps(
        {
            "code": os.waitstatus_to_exitcode(status) if status is not None else None,
            "seen": seen.decode(errors="replace"),
            "restored": termios.tcgetattr(slave) == before,
        }
    )
)
