"""The processes as they run are those that are declared: who holds what, who links what, who is where."""

import os
import pathlib
import re
import signal
import subprocess
import time

from play import Play, wait_for
from support.child import alive
from support.guard_service import binaries

ROLES = {"edge-high", "edge-low", "filter-high", "filter-low", "recorder"}
SOCKET = re.compile(r"socket:\[(\d+)\]")


def descriptors(pid):
    """{number: target} of a process's open descriptors."""
    found = {}
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(entry.name)] = os.readlink(entry)
        except FileNotFoundError:
            pass
    return found


def unix_peers():
    """{inode: inode of the other end} of all connected Unix sockets, as the kernel tells."""
    listed = subprocess.run(["ss", "--no-header", "--unix", "--all", "--numeric"], capture_output=True,
                            text=True, check=True).stdout
    peers = {}
    for line in listed.splitlines():
        words = line.split()
        # netid state recv-q send-q local-name local-inode peer-name peer-inode
        if len(words) >= 8 and words[5].isdigit() and words[7].isdigit():
            peers[int(words[5])] = int(words[7])
    return peers


class ProcessGraph(Play):
    roles = ROLES

    def setUp(self):
        super().setUp()
        self.crosses("so that everything is in use")
        self.running = self.guard.wait_for_roles(self.roles)
        self.everyone = {"guardd": self.guard.child.pid, **self.running}

    def sockets(self, pid):
        return {int(match.group(1)) for target in descriptors(pid).values() if (match := SOCKET.match(target))}

    def test_every_role_runs_once_by_an_executable_of_its_own(self):
        self.assertEqual(set(self.running), self.roles)
        kinds = {name: os.path.basename(os.readlink(f"/proc/{pid}/exe")) for name, pid in self.running.items()}
        executables = {"edge-high": "guard-edge", "edge-low": "guard-edge",
                       "filter-high": "guard-filter", "filter-low": "guard-filter",
                       "recorder": "guard-recorder", "metrics": "guard-metrics"}
        self.assertEqual(kinds, {name: executables[name] for name in self.roles})

    def test_no_other_path_the_live_sockets_are_the_declared_ones(self):
        declared = subprocess.run([binaries() / "guardd", "--graph", self.guard.site], capture_output=True, text=True, check=True).stdout
        wanted = []
        for line in declared.splitlines():
            words = line.split()
            if words[0] == "control":
                wanted.append(frozenset(words[1:3]))
            elif words[0] == "arrow":
                wanted.append(frozenset(words[2:4]))
        owner = {inode: name for name, pid in self.everyone.items() for inode in self.sockets(pid)}
        live = []
        for inode, other in unix_peers().items():
            if inode in owner and other in owner and inode < other:
                live.append(frozenset((owner[inode], owner[other])))
        self.assertEqual(sorted(map(sorted, live)), sorted(map(sorted, wanted)))
        # And none of their Unix sockets leads out of the house.
        for inode, other in unix_peers().items():
            if inode in owner and other != 0:
                self.assertIn(other, owner, f"{owner[inode]} has a socket to someone else")

    def test_only_edges_hold_network_sockets_and_each_of_its_own_side(self):
        for name, pid in self.everyone.items():
            held = self.sockets(pid)
            for side in (self.bed.high, self.bed.low):
                table = ""
                for protocol in ("tcp", "tcp6", "udp", "udp6", "raw", "packet"):
                    done = subprocess.run(side.namespace.enter(["cat", f"/proc/net/{protocol}"]), capture_output=True, text=True)
                    table += done.stdout
                inodes = {int(word) for line in table.splitlines()[1:] for word in line.split() if word.isdigit()}
                if name == f"edge-{side.name}":
                    self.assertTrue(held & inodes, f"{name} listens on its side")
                else:
                    self.assertFalse(held & inodes, f"{name} holds a socket of the {side.name} side")

    def test_each_edge_is_in_the_namespace_of_its_side_and_nobody_else_is(self):
        spaces = {name: os.readlink(f"/proc/{pid}/ns/net") for name, pid in self.everyone.items()}
        for side in (self.bed.high, self.bed.low):
            inode = os.stat(side.namespace.path).st_ino
            inside = {name for name, space in spaces.items() if space == f"net:[{inode}]"}
            self.assertEqual(inside, {f"edge-{side.name}"})

    def test_no_process_holds_a_file_that_is_not_its_own(self):
        log = str(self.guard.log_folder)
        for name, pid in self.running.items():
            for target in descriptors(pid).values():
                if target.startswith(("socket:", "pipe:", "anon_inode:", "/dev/", "/memfd:")) or str(self.bed.folder / "guardd.log") == target:
                    continue
                self.assertEqual(name, "recorder", f"{name} holds {target}")
                self.assertTrue(target.startswith(log), f"{name} holds {target}")

    def test_nobody_may_gain_privileges_or_read_the_environment(self):
        for name, pid in self.running.items():
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            self.assertIn("NoNewPrivs:\t1", status, name)
            self.assertEqual(pathlib.Path(f"/proc/{pid}/environ").read_bytes(), b"", name)


class ProcessGraphWithMetrics(ProcessGraph):
    """The same with guard-metrics, which the site file has to ask for: joined to guardd and to nobody else."""

    roles = ROLES | {"metrics"}
    bed_options = {"metrics": True}
    bed_order = "5b"


class Linkage(Play):
    """What the executables link, transitively: only what the level of trust of each allows."""

    FORBIDDEN = {
        "guard-edge": ("xerces", "sqlite", "curl", "gnutls"),
        "guard-filter": ("libssl", "curl", "gnutls", "sqlite", "ldap", "krb5", "nghttp", "ssh"),
        "guard-recorder": ("xerces", "expat", "libxml", "libssl", "curl", "gnutls", "ldap"),
        "guardd": ("sqlite", "curl", "gnutls"),
        "guard-metrics": ("libssl", "libcrypto", "xerces", "expat", "libxml", "sqlite", "curl", "gnutls", "libicu"),
    }

    def setUp(self):
        pass  # needs no bed

    def linked(self, program):
        done = subprocess.run(["ldd", binaries() / program], capture_output=True, text=True, check=True)
        self.assertNotIn("not found", done.stdout)
        return done.stdout.lower()

    def test_nothing_links_what_it_must_not(self):
        for program, names in self.FORBIDDEN.items():
            libraries = self.linked(program)
            for name in names:
                self.assertNotIn(name, libraries, program)

    def test_what_is_inside_statically_is_not_there_either(self):
        inside = {"guard-edge": ("xercesc", "sqlite3_open"), "guard-recorder": ("xercesc", "XML_ParserCreate", "SSL_connect"),
                  "guard-filter": ("sqlite3_open", "SSL_connect")}
        for program, names in inside.items():
            symbols = subprocess.run(["nm", "--demangle", binaries() / program], capture_output=True, text=True, check=True).stdout
            for name in names:
                self.assertNotIn(name, symbols, program)

    def test_the_parts_that_must_be_there_are(self):
        self.assertIn("libssl", self.linked("guard-edge"))
        self.assertIn("sqlite", self.linked("guard-recorder"))

    def test_every_executable_is_hardened(self):
        for program in (*self.FORBIDDEN, "guard-audit"):
            headers = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", binaries() / program],
                                     capture_output=True, text=True, check=True).stdout
            self.assertIn("DYN (Position-Independent Executable file)", headers, program)
            self.assertIn("GNU_RELRO", headers, program)
            self.assertIn("NOW", headers, program)
            self.assertNotIn("RWE", headers, program)


def hears_hangups_later(pid):
    """Whether a SIGHUP waits instead of ending that process."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
    blocked = next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(int(blocked, 16) >> (signal.SIGHUP - 1) & 1)


class Guardd(Play):
    bed_order = "8"

    def test_a_hangup_before_anything_runs_is_no_end(self):
        # It waits some seconds for the log of the first one, and has begun nothing yet.
        second = subprocess.Popen([binaries() / "guardd", self.guard.site], stderr=subprocess.DEVNULL)
        self.addCleanup(second.kill)
        self.assertTrue(wait_for(lambda: hears_hangups_later(second.pid), 10))
        second.send_signal(signal.SIGHUP)
        self.assertEqual(second.wait(20), 1, "kept out, and not killed")

    def test_a_hangup_before_all_is_ready_is_a_reload(self):
        self.guard.stop()
        last = int(self.guard.rows()[-1]["sequence"])
        self.guard.start(ready=False)
        self.assertTrue(wait_for(lambda: hears_hangups_later(self.guard.child.pid), 10))
        self.guard.child.process.send_signal(signal.SIGHUP)
        since = lambda: [row["event"] for row in self.guard.rows() if row["class"] == "event" and row["sequence"] > last]
        self.assertTrue(wait_for(lambda: "policy-drained" in since(), 30), since())
        self.guard.remember()
        order = [event for event in since() if event.startswith(("policy-", "operator-"))]
        self.assertEqual(order, ["policy-loaded", "operator-reload", "policy-loaded", "policy-switched", "policy-drained"])
        self.assertTrue(wait_for(self.connected, 20))

    def test_a_second_guardd_on_the_same_log_is_kept_out(self):
        self.crosses("before the second")
        done = subprocess.run([binaries() / "guardd", self.guard.site], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(done.stderr)
        self.crosses("after the second")

    def test_sigterm_ends_everything_in_good_order_and_a_new_start_goes_on(self):
        self.crosses("before the stop")
        last = self.guard.rows()[-1]["sequence"]
        self.assertEqual(self.guard.stop(), 0)
        self.assertEqual(self.guard.audit("verify").returncode, 0)
        self.guard.start()
        self.crosses("after the start")
        sequences = [row["sequence"] for row in self.guard.rows()]
        self.assertEqual(sequences, list(range(1, len(sequences) + 1)), "no gap")
        self.assertGreater(sequences[-1], last)

    def test_guardds_own_death_takes_all_within_a_second(self):
        self.crosses("before the death")
        running = self.guard.wait_for_roles(ROLES)
        self.guard.child.process.kill()
        deadline = time.monotonic() + 1
        while any(alive(pid) for pid in running.values()):
            self.assertLess(time.monotonic(), deadline, "a process outlived guardd")
            time.sleep(0.01)
        self.guard.stop()
        self.guard.start()
        self.crosses("after the death")
        self.assertEqual(self.guard.audit("verify").returncode, 0)
