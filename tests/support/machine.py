"""Machine: a host of its own for a real server, so that its files can stand where its package wants them."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from .child import Child, descendants, run

_ENTER = """
set -e
folder=$1 user=$2; shift 2
mount -t tmpfs tmpfs /run
while read -r place owner; do
  case $place in
    /run/*) mkdir "$place"; chown "$owner" "$place" ;;
    *) mount --bind "$folder$place" "$place" ;;
  esac
done < "$folder/mounts"
exec setpriv --reuid "$user" --regid "$user" --init-groups --pdeathsig KILL -- "$@"
"""


class Machine:
    """Machine has the network of a namespace, and mounts and process ids of its own.

    What is put at a place (/etc/prosody/prosody.cfg.lua) is there for the processes of this machine
    alone. They die as one: with the first of them, or with the test.
    """

    def __init__(self, name, namespace, folder, user):
        self.name = name
        self.namespace = namespace
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.user = user
        self.child = None
        self._mounts = []
        (self.folder / "etc").mkdir()
        (self.folder / "etc" / "resolv.conf").write_text("nameserver 127.0.0.53\n")
        self._mount("/etc/resolv.conf")

    def own(self, directory):
        """Gives the machine an empty directory at a place where the host has one, or below /run."""
        if not directory.startswith("/run/"):
            (self.folder / directory[1:]).mkdir(parents=True)
            shutil.chown(self.folder / directory[1:], self.user, self.user)
        self._mount(directory)

    def put(self, place, text):
        """Puts a file below one of its own directories; only the server's user can read it."""
        file = self.folder / place[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(0o600)
        for one in (file.parent, file):
            shutil.chown(one, self.user, self.user)

    def run(self, *command):
        """Runs a command to its end, in a process table of its own."""
        return run(self.namespace.enter(self._command(command)))

    def start(self, *command):
        log = self.folder / "output.log"
        self.child = Child(self.name, self._command(command), log, self.namespace)
        return self.child

    def stop(self, program, seconds=5):
        """Asks the processes that are called `program` to end, then kills what is left."""
        for pid in self.processes():
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == program:
                    os.kill(pid, signal.SIGTERM)
            except (FileNotFoundError, ProcessLookupError):
                pass  # it has just ended by itself
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        self.child.stop(0)
        deadline = time.monotonic() + 2
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.02)

    def stall(self, stalled=True):
        """Has its processes stand still, or go on: their connections stay, and nobody reads."""
        for pid in self.processes():
            os.kill(pid, signal.SIGSTOP if stalled else signal.SIGCONT)

    def processes(self):
        """The ids of all its processes, as the host counts them."""
        return descendants(self.child.pid) if self.child.running() else []

    def _mount(self, place):
        self._mounts.append(place)
        (self.folder / "mounts").write_text("".join(f"{place} {self.user}:{self.user}\n" for place in self._mounts))

    def _command(self, command):
        home = f"HOME=/var/lib/{self.user}"
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "sh", "-c", _ENTER,
                self.name, self.folder, self.user, "env", home, *command]
