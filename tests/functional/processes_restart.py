"""Any process may die at any time: nothing unaudited has crossed, and the service recovers by itself."""

import os
import signal
import threading
import time

from play import UNCLASSIFIED, Play, message

ROLES = ("edge-high", "edge-low", "filter-high", "filter-low", "recorder")
HOME = "bad-low.example"


class Restart(Play):
    bed_options = {"guardd_options": ("--crash-on-request",)}
    bed_order = "6"

    def recovers(self, within=30):
        """Messages flow again both ways; tries until they do."""
        deadline = time.monotonic() + within
        number = 0
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            while True:
                number += 1
                body = f"again {self._testMethodName} {sender.jid} {number}"
                sender.send(receiver.full_jid, body, UNCLASSIFIED)
                try:
                    receiver.expect(2, body=body)
                    break
                except AssertionError:
                    self.assertLess(time.monotonic(), deadline, f"no message crosses:\n{self.guard.child.output()[-3000:]}")

    def killed_under_load(self, role):
        self.crosses(f"before {role} dies")
        stop = threading.Event()

        def load():
            number = 0
            while not stop.is_set():
                alice.send(bob.full_jid, f"load {role} {number}", UNCLASSIFIED, id=f"load-{role}-{number}")
                number += 1
                time.sleep(0.01)

        alice, bob = self.alice, self.bob
        thread = threading.Thread(target=load)
        thread.start()
        try:
            time.sleep(0.5)
            old = self.guard.kill(role)
            time.sleep(1.0)
        finally:
            stop.set()
            thread.join()
        self.guard.wait_for_roles(ROLES, without=[old])
        heard = self.everything_heard(bob)
        self.recovers()
        self.everything_heard_was_allowed(heard)
        done = self.guard.audit("verify")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    @staticmethod
    def everything_heard(client):
        heard = []
        try:
            while True:
                heard.append(client.expect(2, name="message"))
        except AssertionError:
            return heard

    def everything_heard_was_allowed(self, heard):
        """INVARIANT(AUDIT_BEFORE_RELEASE): each message that arrived has its row."""
        allowed = [row for row in self.guard.rows() if row["class"] == "decision" and row["verdict"] == "allowed"
                   and row["kind"] == "message" and row["direction"] == "high-to-low"]
        ids = {row["stanza_id"] for row in allowed}
        for stanza in heard:
            if stanza.kind != "error" and (stanza.body or "").startswith("load "):
                number = stanza.body.rpartition(" ")[2]
                self.assertTrue(any(id.endswith(f"-{number}") for id in ids), f"{stanza} has no row")

    def test_edge_high(self):
        self.killed_under_load("edge-high")

    def test_edge_low(self):
        self.killed_under_load("edge-low")

    def test_filter_high(self):
        self.killed_under_load("filter-high")

    def test_filter_low(self):
        self.killed_under_load("filter-low")

    def test_recorder(self):
        self.killed_under_load("recorder")

    def test_one_direction_goes_on_while_the_other_filter_is_dead(self):
        self.crosses("before")
        alice, bob = self.alice, self.bob
        self.guard.kill("filter-high")
        bob.send(alice.full_jid, "the other way", UNCLASSIFIED)
        alice.expect(5, body="the other way")
        self.recovers()

    def test_a_stanza_that_kills_its_filter_twice_is_withheld_and_its_stream_closed(self):
        self.crosses("before the deadly stanza")
        old = self.guard.processes()["filter-low"]
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="xmpp-guard: crash this filter", id="deadly"))
        self.assertIsNotNone(peer.stream.read_end(within=15))
        row = self.guard.row(within=15, reason="filter-died")
        self.assertEqual(row["verdict"], "withheld")
        self.assertEqual(row["sender"], "bad-low")
        self.assertTrue(row["received_hash"], "recorded by the edge's hash")
        self.guard.wait_for_roles(ROLES, without=[old])
        self.recovers()

    def test_a_stuck_process_is_replaced(self):
        self.crosses("before it is stuck")
        old = self.guard.processes()["filter-high"]
        os.kill(old, signal.SIGSTOP)
        self.guard.wait_for_roles(ROLES, seconds=25, without=[old])
        self.recovers()
