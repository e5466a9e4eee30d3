"""guardd under a service manager: what it says to systemd, and that the example's unit lets it work."""

import configparser
import os
import signal
import socket
import time

from play import Play, wait_for
from support.servers import ROOT

UNIT = ROOT / "deploy" / "examples" / "systemd" / "xmpp-guard.service"
WATCHDOG = 3.0  # seconds; guardd says something in each third of it


class Manager(Play):
    """The test is the service manager: it owns the socket that $NOTIFY_SOCKET names."""

    bed_order = "8b"

    def setUp(self):
        super().setUp()
        self.place = self.bed.folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.place))
        self.addCleanup(self.place.unlink)
        self.addCleanup(self.socket.close)
        self.addCleanup(self.back_to_normal)

    def back_to_normal(self):
        self.guard.stop()
        self.guard.environment, self.guard.before = None, ()
        self.guard.start()
        self.assertTrue(wait_for(self.connected, 30))

    def start(self):
        self.guard.stop()
        self.guard.environment = {**os.environ, "NOTIFY_SOCKET": str(self.place),
                                  "WATCHDOG_USEC": str(int(WATCHDOG * 1e6))}
        self.guard.start()

    def said(self, within):
        """The next datagram, as its lines; None where none comes."""
        self.socket.settimeout(max(within, 0.01))
        try:
            return self.socket.recv(4096).decode().split("\n")
        except TimeoutError:
            return None

    def hears(self, word, within=10):
        """Waits for a line; what comes before it but the watchdog's is given as well."""
        before, deadline = [], time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            lines = self.said(left)
            if lines is None:
                break
            if word in lines:
                return before, lines
            before += [line for line in lines if line != "WATCHDOG=1"]
        self.fail(f"no {word}; {before}")

    def quiet(self, seconds):
        """Forgets what is there, then says whether no WATCHDOG=1 comes for so long."""
        while self.said(0) is not None:
            pass
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if "WATCHDOG=1" in (self.said(left) or []):
                return False
        return True

    def test_ready_reload_and_stop_are_said(self):
        self.start()
        before, lines = self.hears("READY=1")
        self.assertEqual(before, [])
        policy = self.guard.row(event="recorder-ready")["policy_digest"]
        self.assertIn(f"STATUS=policy {policy}", lines)
        self.assertEqual(self.guard.control("reload").returncode, 0)
        _, lines = self.hears("RELOADING=1")
        self.assertTrue(any(line.startswith("MONOTONIC_USEC=") for line in lines))
        self.hears("READY=1")
        # A policy that is not taken is no end of the service either.
        file = self.bed.folder / "policy.xml"
        good = file.read_text()
        self.addCleanup(file.write_text, good)
        file.write_text(good.replace("<policy ", "<policy x='' ", 1))
        self.assertEqual(self.guard.control("reload").returncode, 2)
        self.hears("RELOADING=1")
        self.hears("READY=1")
        file.write_text(good)
        self.guard.stop()
        before, _ = self.hears("STOPPING=1")
        self.assertNotIn("READY=1", before)

    def test_the_watchdog_is_fed_while_all_works_and_only_then(self):
        self.start()
        self.hears("READY=1")
        for _ in range(3):
            self.hears("WATCHDOG=1", WATCHDOG * 2 / 3)
        stuck = self.stuck_edge()
        self.assertTrue(self.quiet(WATCHDOG), "an edge does not work, and the manager hears that all is well")
        os.kill(stuck, signal.SIGCONT)
        self.hears("WATCHDOG=1", WATCHDOG)

    def stuck_edge(self):
        """Kills an edge, and stops the next one before it is ready; gives its id."""
        for _ in range(8):
            first = self.guard.kill("edge-low")
            # No other wait: a new edge is ready within milliseconds.
            while (pid := self.guard.processes().get("edge-low")) in (None, first):
                pass
            os.kill(pid, signal.SIGSTOP)
            shown = self.guard.control("status").stdout
            if any(line.split()[:1] == ["edge-low"] and "ready" not in line for line in shown.splitlines()):
                return pid
            os.kill(pid, signal.SIGCONT)
        self.fail("every new edge was ready too soon")

    def test_nobody_hears_of_it_but_the_manager(self):
        """The children have no environment, so none of them could speak for guardd."""
        self.start()
        for name, pid in self.guard.processes().items():
            with open(f"/proc/{pid}/environ", "rb") as file:
                self.assertEqual(file.read(), b"", name)

    def test_the_units_capabilities_are_enough(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(UNIT)
        wanted = unit["Service"]["CapabilityBoundingSet"].split()
        self.assertEqual(unit["Service"]["NoNewPrivileges"], "yes")
        self.guard.stop()
        bounding = ",".join(["-all"] + [f"+{one.removeprefix('CAP_').lower()}" for one in wanted])
        self.guard.before = ("setpriv", f"--bounding-set={bounding}", "--inh-caps=-all", "--no-new-privs")
        self.guard.start()
        self.assertTrue(wait_for(self.connected, 30))
