"""Network namespaces of the bed: one for each side, with nothing in it but loopback.

Nothing joins the two: whatever gets from one to the other went through the guard's processes.
"""

import os
import pathlib
import re
import signal
import socket
import threading

from .child import alive, run

_FOLDER = pathlib.Path("/run/netns")
_NAME = re.compile(r"^xg(\d+)[a-z]\d*$")


def remove_stale():
    """Removes the namespaces that a bed which no longer runs left behind, and what runs in them."""
    if not _FOLDER.is_dir():
        return
    for entry in _FOLDER.iterdir():
        match = _NAME.match(entry.name)
        if match and not alive(int(match.group(1))):
            _remove(entry.name)


def _remove(name):
    for pid in run(["ip", "netns", "pids", name]).split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    run(["ip", "netns", "delete", name])


class Namespace:
    """Namespace is a network namespace with `lo` up and the given addresses on it."""

    _count = 0

    def __init__(self, letter, addresses):
        Namespace._count += 1
        self.name = f"xg{os.getpid()}{letter}{Namespace._count}"
        self.path = _FOLDER / self.name
        self.addresses = list(addresses)
        run(["ip", "netns", "add", self.name])
        try:
            run(["ip", "-n", self.name, "link", "set", "lo", "up"])
            for address in self.addresses:
                run(["ip", "-n", self.name, "address", "add", f"{address}/32", "dev", "lo"])
        except Exception:
            self.remove()
            raise

    def enter(self, command):
        """The command line that runs `command` inside; the process keeps its id (no fork)."""
        return ["nsenter", f"--net={self.path}", "--", *command]

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM):
        """A socket that belongs to this namespace, for use from the test itself."""
        return self._inside(lambda: socket.socket(family, kind))

    def connect(self, address, port, source=None, timeout=10):
        """A TCP connection made inside the namespace."""
        connection = self.socket()
        connection.settimeout(timeout)
        try:
            if source is not None:
                connection.bind((source, 0))
            connection.connect((address, port))
        except OSError:
            connection.close()
            raise
        return connection

    def connections(self):
        """The addresses that the connections between servers that stand were made to."""
        ends = [line.split()[3].rpartition(":") for line in run(["ss", "-tnH", "state", "established"], self).splitlines()]
        return sorted(address for address, _, port in ends if port in ("5269", "5270"))

    def cut(self, *addresses):
        """Kills all connections between servers that were made to these addresses, without a word."""
        for address in addresses:
            run(["ss", "-K", "dst", address, "dport", "=", ":5269"], self)

    def remove(self):
        if self.path.exists():
            _remove(self.name)

    def _inside(self, function):
        """Runs `function` in a thread of its own that has joined the namespace."""
        result = []

        def work():
            try:
                with open(self.path, "rb") as file:
                    _setns(file.fileno())
                result.append(function())
            except BaseException as error:  # handed on to the caller, whatever it is
                result.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if isinstance(result[0], BaseException):
            raise result[0]
        return result[0]


def _setns(descriptor):
    import ctypes

    clone_newnet = 0x40000000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, clone_newnet) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
