"""Child processes that never outlive the test that started them."""

import ctypes
import os
import pathlib
import signal
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class ChildError(Exception):
    """A program that the bed needs did not start, or ended too early."""


class Child:
    """Child is one running program; its output goes to `log`, or to pipes where asked.

    It is killed when the process that started it dies, however that happens.
    """

    def __init__(self, name, command, log, namespace=None, environment=None, pipes=False, folder=None):
        self.name = name
        self.log = pathlib.Path(log)
        if namespace is not None:
            command = namespace.enter(command)
        self._file = open(self.log, "ab")
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else self._file,
            stderr=self._file,
            env=environment,
            cwd=folder,
            text=pipes,
            bufsize=1 if pipes else -1,
            preexec_fn=_die_with_parent,
            start_new_session=True,  # Ctrl-C is for us alone: the end is made in good order
        )

    @property
    def pid(self):
        return self.process.pid

    def running(self):
        return self.process.poll() is None

    def output(self):
        """What the program has written so far."""
        return self.log.read_text(errors="replace")

    def wait_for_output(self, text, seconds, start=0):
        """Waits until `text` is in the log behind offset `start`; fails if the program ends first."""
        deadline = time.monotonic() + seconds
        while text not in self.output()[start:]:
            if not self.running():
                raise ChildError(f"{self.name} ended with {self.process.returncode}:\n{self.output()[-2000:]}")
            if time.monotonic() > deadline:
                raise ChildError(f"{self.name}: no '{text}' within {seconds} s:\n{self.output()[-2000:]}")
            time.sleep(0.02)

    def wait(self, seconds):
        """Waits for the end; gives the exit status, or raises TimeoutExpired."""
        return self.process.wait(seconds)

    def stop(self, seconds=10):
        """Asks the program to end (SIGTERM), then makes it (SIGKILL). Gives the exit status."""
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    pass
        self._file.close()
        return self.process.returncode


def run(command, namespace=None, **options):
    """Runs a short command to its end; gives its output, raises ChildError where it fails."""
    if namespace is not None:
        command = namespace.enter(command)
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise ChildError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def alive(pid):
    """Whether a process with this id is there and is not a zombie."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def descendants(pid):
    """The ids of all processes below `pid`, which is not included."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path(f"/proc/{entry}/stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry))
    found, open_ones = [], [pid]
    while open_ones:
        below = children.get(open_ones.pop(), [])
        found += below
        open_ones += below
    return found
