# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Bodhi server on loopback, from apt and PyPI.

Modules that PyPI does not have, or only as sources, come from Debian's packages and are linked in one
by one: with the whole of the system's packages in sight, older ones shadow what pip has chosen.

    rig.py VENV    only makes the environment
"""
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SERVER = "26.4.0"
CREATEREPO = "1.2.5"
LINKED = ("rpm", "librepo", "psycopg2", "gssapi")


def environment(venv):
    """The interpreter of a virtual environment with the server in it, made once."""
    python = pathlib.Path(venv) / "bin/python"
    wanted = f"bodhi-server=={SERVER} createrepo_c=={CREATEREPO}\n" + (HERE / "constraints.txt").read_text()
    mark = pathlib.Path(venv) / "installed"
    if python.exists() and mark.exists() and mark.read_text() == wanted:
        return python
    shutil.rmtree(venv, ignore_errors=True)
    system = "/usr/bin/python3"
    subprocess.run([system, "-m", "venv", str(venv)], check=True)
    where = "import os, rpm; print(os.path.dirname(os.path.dirname(rpm.__file__)))"
    theirs = pathlib.Path(subprocess.run([system, "-c", where], check=True, text=True, stdout=subprocess.PIPE).stdout.strip())
    where = "import sysconfig; print(sysconfig.get_path('platlib'))"
    ours = pathlib.Path(subprocess.run([python, "-c", where], check=True, text=True, stdout=subprocess.PIPE).stdout.strip())
    for name in LINKED:
        (ours / name).symlink_to(theirs / name)
    # With these pip counts them as installed.
    for pattern in ("psycopg2-*.egg-info", "gssapi-*.egg-info"):
        for info in theirs.glob(pattern):
            (ours / info.name).symlink_to(info)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check"]
    packages = [f"bodhi-server=={SERVER}", f"createrepo_c=={CREATEREPO}"]
    subprocess.run([*pip, "-c", str(HERE / "constraints.txt"), *packages], check=True)
    mark.write_text(wanted)
    return python


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Bodhi:
    """A server with these releases, in a directory of its own."""

    def __init__(self, python, releases):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="flr-bodhi."))
        for name in ("queue", "queue-control", "composes", "stage", "critpath", "pungi"):
            (self.dir / name).mkdir()
        (self.dir / "pungi/createrepo_c.ini").write_text("[rpm]\n")
        queue = f"{self.dir}/queue"
        options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": f"{queue}-control"}
        celery = f"broker_url = 'filesystem://'\nbroker_transport_options = {options!r}\ntask_ignore_result = True\n"
        (self.dir / "celeryconfig.py").write_text(celery)
        self.port = free_port()
        self.ini = self.dir / "bodhi.ini"
        text = (HERE / "bodhi.ini").read_text()
        self.ini.write_text(text.replace("PORT", str(self.port)).replace("STATE", str(self.dir)))
        self.python = python
        self.log = open(self.dir / "log", "w")
        self.process = None
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "BODHI_CONFIG": str(self.ini), "HOME": str(self.dir)}
        self.env = env | {"TMPDIR": str(self.dir)}
        try:
            # The schema of this version; its script stands beside the interpreter.
            self.run(python.parent / "initialize_bodhi_db", self.ini)
            self.edit(releases)
            self.start()
        except BaseException:
            self.close()
            raise

    def run(self, *words, given=""):
        words = [str(word) for word in words]
        done = subprocess.run(words, env=self.env, input=given, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}")

    def edit(self, releases):
        """These releases are as they are here, as their editors would make them."""
        self.run(self.python, HERE / "server.py", "seed", self.ini, given=json.dumps(releases))

    def start(self):
        words = [str(self.python), str(HERE / "server.py"), "serve", str(self.ini)]
        self.process = subprocess.Popen(words, env=self.env, stdout=self.log, stderr=self.log)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/api_version", timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(f"the server did not start\n{(self.dir / 'log').read_text()}")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, path):
        """What the server itself says, as JSON."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            return json.load(answer)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def close(self):
        self.stop()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


if __name__ == "__main__":
    environment(*sys.argv[1:])
