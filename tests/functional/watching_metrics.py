"""What Prometheus sees of the guard, and who may see it."""

import os
import pathlib
import re
import socket
import stat
import time

from play import SECRET, UNCLASSIFIED, Play, wait_for
from support.child import alive

SAMPLE = re.compile(r'^(xmpp_guard_[a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? ([0-9.]+|\+Inf)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"')
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


def read(page):
    """{(name, labels as a sorted tuple): value}; strict: what the format does not have is an error."""
    samples, kind, name, seen = {}, None, None, set()
    assert page.endswith("\n")
    lines = page[:-1].split("\n")
    for number, line in enumerate(lines):
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in seen, f"{name} twice"
            seen.add(name)
            word = re.fullmatch(rf"# TYPE {name} (counter|gauge|histogram)", lines[number + 1])
            assert word, lines[number + 1]
            kind = word.group(1)
            assert (kind == "counter") == name.endswith("_total"), name
            continue
        if line.startswith("# TYPE "):
            continue
        match = SAMPLE.match(line)
        assert match, f"no sample: {line!r}"
        assert match.group(1) in [name + suffix for suffix in SUFFIXES[kind]], line
        key = match.group(1), tuple(sorted(LABEL.findall(match.group(2) or "")))
        assert key not in samples, f"{line!r} twice"
        samples[key] = float(match.group(3))
    buckets = [value for (name, labels), value in samples.items() if name.endswith("_bucket")]
    assert buckets == sorted(buckets), "a histogram sums up"
    return samples


class Metrics(Play):
    bed_options = {"metrics": True}
    bed_order = "5b"

    def request(self, text):
        """What is answered: (status, body)."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(10)
            one.connect(str(self.bed.metrics))
            one.sendall(text.encode())
            answer = b""
            while part := one.recv(65536):
                answer += part
        head, _, body = answer.decode().partition("\r\n\r\n")
        return int(head.split(" ")[1]), body

    def get(self, page):
        return self.request(f"GET {page} HTTP/1.1\r\nHost: localhost\r\n\r\n")

    def numbers(self):
        status, page = self.get("/metrics")
        self.assertEqual(status, 200)
        return read(page)

    def value(self, name, **labels):
        return self.numbers().get((f"xmpp_guard_{name}", tuple(sorted(labels.items()))), 0)

    def grows(self, before, name, **labels):
        self.assertTrue(wait_for(lambda: self.value(name, **labels) >= before + 1, 10), f"{name} {labels}")

    def test_an_allowed_and_a_refused_message_are_counted(self):
        allowed = {"direction": "high-to-low", "verdict": "allowed", "reason": "allowed"}
        refused = {"direction": "high-to-low", "verdict": "refused", "reason": "receiver-clearance"}
        before = [self.value("stanzas_total", **one) for one in (allowed, refused)]
        records = self.value("records_total")
        self.alice.send(self.bob.full_jid, "counted", UNCLASSIFIED)
        self.bob.expect(body="counted")
        self.grows(before[0], "stanzas_total", **allowed)
        self.assertEqual(self.value("stanzas_total", **refused), before[1])
        sent = self.alice.send(self.bob.full_jid, "counted, too", SECRET)
        self.alice.expect(id=sent, kind="error")
        self.grows(before[1], "stanzas_total", **refused)
        self.assertGreater(self.value("records_total"), records)
        self.assertGreater(self.value("commit_seconds_count"), 0)
        self.assertTrue(wait_for(lambda: self.value("deliveries_total", result="written") > 0, 5))
        self.crosses()

    def test_streams_processes_and_certificates_are_shown(self):
        self.crosses()
        self.assertTrue(wait_for(lambda: self.value("streams", peer="low-server", side="low", direction="outbound") > 0, 5))

        def ready():
            return {dict(labels)["process"] for (name, labels), value in self.numbers().items()
                    if name == "xmpp_guard_process_ready" and value == 1}

        self.assertTrue(wait_for(lambda: ready() == set(self.guard.processes()), 10), ready())
        numbers = self.numbers()
        ends = {(dict(labels)["side"], dict(labels)["file"]): value for (name, labels), value in numbers.items()
                if name == "xmpp_guard_certificate_expiry_timestamp_seconds"}
        self.assertIn(("high", "low.example.pem"), ends)
        self.assertTrue(all(value > time.time() for value in ends.values()))

    def test_nothing_that_a_peer_wrote_is_shown(self):
        """Not the users, not the resources, not what they say: numbers, and names of the policy."""
        self.alice.send(self.bob.full_jid, "a-body-that-is-nowhere", UNCLASSIFIED)
        self.bob.expect(body="a-body-that-is-nowhere")
        time.sleep(1.5)
        page = self.get("/metrics")[1]
        for word in ("a-body-that", "alice", "bob", "@", "/play"):
            self.assertNotIn(word, page)
        self.crosses()

    def test_ready_and_live(self):
        self.assertEqual(self.get("/live"), (200, "live\n"))
        self.assertTrue(wait_for(lambda: self.get("/ready") == (200, "ready\n"), 10))
        self.guard.control("stop", "high-to-low")
        self.addCleanup(self.guard.control, "resume", "high-to-low")
        self.assertTrue(wait_for(lambda: self.value("direction_stopped", direction="high-to-low") == 1, 5))
        self.assertEqual(self.get("/ready"), (200, "ready\n"), "what an operator wants is no fault")

    def test_what_is_no_get_is_refused(self):
        self.assertEqual(self.request("POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n")[0], 405)
        self.assertEqual(self.get("/log")[0], 404)
        self.assertEqual(self.request("nonsense\r\n\r\n")[0], 400)
        self.assertEqual(self.request("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")[0], 421)
        self.assertEqual(self.request("GET /metrics HTTP/1.1\r\nX: " + "x" * 5000 + "\r\n\r\n")[0], 431)
        self.assertEqual(self.get("/metrics")[0], 200)
        self.crosses()

    def test_the_socket_is_the_owners_and_no_peer_network_has_a_listener_more(self):
        about = os.stat(self.bed.metrics)
        self.assertTrue(stat.S_ISSOCK(about.st_mode))
        self.assertEqual((stat.S_IMODE(about.st_mode), about.st_uid), (0o600, os.geteuid()))
        pid = self.guard.processes()["metrics"]

        def held():
            return {os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()}

        # Of who has asked before this the last connection may just be ending.
        self.assertTrue(wait_for(lambda: len([one for one in held() if one.startswith("socket:")]) == 2, 5))
        inodes = held()
        for side in (self.bed.high, self.bed.low):
            self.assertNotEqual(os.readlink(f"/proc/{pid}/ns/net"), f"net:[{os.stat(side.namespace.path).st_ino}]")
        # Control socket, listener; the loop's own; nothing else.
        self.assertEqual(len([one for one in inodes if one.startswith("socket:")]), 2, inodes)
        self.assertFalse([one for one in inodes if one.startswith("/") and not one.startswith("/dev/null")
                          and one != str(self.bed.folder / "guardd.log")], inodes)
        self.assertIn("Seccomp:\t2", pathlib.Path(f"/proc/{pid}/status").read_text())

    def test_stanzas_go_on_when_it_dies_and_another_serves(self):
        before = self.value("process_restarts_total", process="recorder")
        first = self.guard.kill("metrics")
        self.crosses("without numbers")
        self.assertTrue(wait_for(lambda: self.guard.processes().get("metrics") not in (None, first), 10))
        self.assertTrue(wait_for(lambda: self.get("/ready")[0] == 200, 10))
        self.assertEqual(self.value("process_restarts_total", process="metrics"), 1)
        self.assertEqual(self.value("process_restarts_total", process="recorder"), before)
        self.assertFalse(alive(first))
        self.guard.row(event="process-died", detail="metrics: signal 9")
        self.crosses()

    def test_a_recorder_that_died_is_seen(self):
        before = self.value("process_restarts_total", process="recorder")
        self.guard.kill("recorder")
        self.assertTrue(wait_for(lambda: self.value("process_restarts_total", process="recorder") == before + 1, 10))
        self.assertTrue(wait_for(lambda: self.get("/ready")[0] == 200, 20))
        self.crosses()
