"""A far peer that is down, or that reads nothing: bounded, in the log, and nobody else's problem."""

import pathlib
import time

from play import UNCLASSIFIED, Play, message, wait_for

HOME = "bad-low.example"
BOUND = 50


def hold_to_a_rate(policy):
    policy.peer_limits("late-high", stanzas_per_second=6, burst=5)


BOUNDED = {"edit": hold_to_a_rate, "limits": {"queue_stanzas": BOUND, "queue_seconds": 3, "queue_bytes": 4 << 20}}


class QueueBounds(Play):
    bed_options = BOUNDED
    bed_order = "3"

    def flood(self, to, count, size=100):
        peer = self.bed.bad_peer(self.bed.high, to=to.partition("@")[2]).authenticate()
        for number in range(count):
            peer.stream.send(message("y@bad-high.example", to, body=f"{number:06d}" + "x" * size, id=f"flood-{number}"))
        return peer

    def decisions(self, to):
        return [row for row in self.guard.rows() if row["class"] == "decision" and row["to_address"] == to]

    def test_for_a_peer_that_is_down_is_queued_to_a_bound_and_then_refused(self):
        to = "one@down-low.example"
        self.flood(to, BOUND * 2)
        wait_for(lambda: len(self.decisions(to)) >= BOUND * 2)
        rows = self.decisions(to)
        self.assertEqual(len(rows), BOUND * 2, "nothing vanishes without a row")
        released = [row for row in rows if row["action"] == "forward"]
        refused = [row for row in rows if row["reason"] == "queue-full"]
        self.assertEqual(len(released), BOUND)
        self.assertEqual(len(refused), BOUND)
        # What waits too long expires, and the log says so.
        self.assertTrue(wait_for(lambda: self.expired(released) == BOUND))
        for alarm in ("queue-high", "queue-recovered"):
            self.guard.row(event=alarm, peer=released[0]["receiver"], side="low")
        self.crosses("while another peer is down")

    def expired(self, released):
        """How many of these rows have an outcome that says that they waited too long."""
        ranges = [(row["first_sequence"], row["last_sequence"]) for row in self.guard.rows()
                  if row["class"] == "outcome" and row["result"] == "expired" and row["peer"] == released[0]["receiver"]]
        return sum(any(first <= row["sequence"] <= last for first, last in ranges) for row in released)

    def test_what_waits_is_delivered_when_the_peer_comes_up_in_time(self):
        self.alice.send("x@late-low.example", "sent before it was up", UNCLASSIFIED)
        time.sleep(0.3)
        server = self.bed.server(self.bed.low, "late")
        self.addCleanup(server.stop)
        self.assertIn("sent before it was up", "".join(server.expect(15).itertext()))

    def test_a_fast_sender_is_held_to_its_rate_and_nobody_else_is_slowed(self):
        fast = self.bed.bad_peer(self.bed.high, domain="late-high.example").authenticate()
        other = self.bed.bad_peer(self.bed.high).authenticate()
        began = time.monotonic()
        fast.stream.send("".join(message("x@late-high.example", self.bob.full_jid, body=f"fast {number}")
                                 for number in range(35)))
        time.sleep(0.2)  # the next one comes in another read
        fast.stream.send(message("x@late-high.example", self.bob.full_jid, body="last"))
        for number in range(40):
            other.stream.send(message("x@bad-high.example", self.bob.full_jid, body=f"other {number}"))
        self.bob.expect(5, body="other 39")
        self.crosses("beside a fast sender")
        self.assertLess(time.monotonic() - began, 4.9, "nobody else waits")
        self.bob.expect(10, body="last")
        # The burst is free, 30 are paid for, and one token has to be there.
        self.assertGreater(time.monotonic() - began, 5.05)
        rows = [row["verdict"] for row in self.guard.rows() if row["from_address"] == "x@late-high.example"]
        self.assertEqual(rows, ["allowed"] * 36, "held back, not refused")

    def test_towards_high_a_sender_learns_that_its_message_expired(self):
        sent = self.alice.send("two@down-low.example", "too late", UNCLASSIFIED)
        self.assertEqual(self.alice.expect(20, id=sent).error, ("remote-server-timeout", "wait"))

    def test_towards_low_a_far_failure_tells_nothing(self):
        sent = self.bob.send("three@down-high.example", "into the dark", UNCLASSIFIED)
        query = self.bob.ping("three@down-high.example")
        self.assertEqual(self.bob.expect(20, id=query).error, ("service-unavailable", "cancel"))
        self.bob.hears_nothing(2, id=sent)

    def test_a_stalled_receiver_costs_bounded_memory_and_slows_nobody(self):
        server = self.bed.bad_server
        self.alice.send(f"x@{HOME}", "first", UNCLASSIFIED)
        server.expect(15)
        server.stall.set()
        before = self.guard.memory()
        self.flood(f"x@{HOME}", 400, size=60_000)  # 24 MB
        self.crosses("beside a stalled receiver")
        after = self.guard.memory()
        for name, kilobytes in after.items():
            self.assertLess(kilobytes - before[name], 32_768, name)
        refused = [row for row in self.decisions(f"x@{HOME}") if row["reason"] == "queue-full"]
        self.assertTrue(refused, "past the bound stanzas are refused")


class Silence(Play):
    bed_options = {"limits": {"handshake_seconds": 3, "connections_per_address": 4096, "streams": 1000}}
    bed_order = "4"

    def test_three_thousand_silent_connections_are_dropped_at_the_deadline(self):
        side = self.bed.low
        self.crosses("before silent connections")
        silent = []
        self.addCleanup(lambda: [connection.close() for connection in silent])
        for number in range(3000):
            connection = side.namespace.connect(side.edge, 5269, source=side.spare[number % 4])
            connection.setblocking(False)
            silent.append(connection)
        edge = self.guard.processes()["edge-low"]
        held = len(list(pathlib.Path(f"/proc/{edge}/fd").iterdir()))
        self.assertLess(held, 1100, "the configured cap holds")
        # Those who have their streams already notice nothing.
        self.crosses("beside silent connections")
        # The cap lets them in a thousand at a time, three deadlines long.
        self.assertTrue(wait_for(lambda: len(list(pathlib.Path(f"/proc/{edge}/fd").iterdir())) < 100, 15),
                        "dropped at the handshake deadline")
        self.crosses("after silent connections")
        rows = [row for row in self.guard.rows() if row.get("event") == "strangers"]
        self.assertLess(len(rows), 40, "strangers are counted, not listed")
