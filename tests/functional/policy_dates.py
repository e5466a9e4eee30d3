"""A peer whose time ends, or begins, while the guard runs: before and after it there is no such peer."""

import datetime
import json
import math
import time

from play import UNCLASSIFIED, Play, wait_for

# What Prosody makes of host-unknown.
NOT_THERE = ("remote-server-timeout", "wait")


def moment(seconds):
    """A time of the policy file, whole seconds."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Dates(Play):
    bed_order = "5.2"

    def setUp(self):
        super().setUp()
        self.file = self.bed.folder / "policy.xml"
        self.good = self.file.read_text()
        self.addCleanup(self.as_it_was)

    def as_it_was(self):
        self.file.write_text(self.good)
        self.assertEqual(self.guard.control("reload").returncode, 0)
        self.assertTrue(wait_for(self.connected, 30), "the servers do not connect again")

    def dated(self, dates):
        """Goes over to a policy that says when low-server takes part."""
        domain = '<domain name="low.example"'
        self.assertEqual(self.good.count(domain), 1)
        self.file.write_text(self.good.replace(domain, dates + domain))
        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def standing(self):
        peers = json.loads(self.guard.control("peers", "--json").stdout)
        return next(peer["policy"] for peer in peers if peer["name"] == "low-server")

    def noted(self, event):
        return [row["detail"] for row in self.guard.rows() if row.get("event") == event].count(
            "low-server by the policy")

    def until(self, end):
        """Talks over that moment; what was judged before it crosses, and what was judged at it or after it does not.

        By the time of judgement in each row, so that it does not matter how busy the machine is.
        """
        number = 0
        while time.time() < end + 0.5:
            self.alice.send(self.bob.full_jid, "tick", UNCLASSIFIED, id=f"tick{end}-{number}")
            number += 1
            time.sleep(0.02)
        judged = [(row["facts"]["at"] / 1e6, row) for row in self.guard.rows()
                  if row["class"] == "decision" and row["stanza_id"].startswith(f"tick{end}-")]
        before = [row for at, row in judged if at < end]
        self.assertIn("allowed", {row["verdict"] for row in before})
        # A stanza that was judged in the last moment may be written down after it: refused then.
        self.assertLessEqual({row["reason"] for row in before}, {"allowed", "peer-inactive"})
        self.assertLessEqual({row["reason"] for at, row in judged if at >= end}, {"peer-inactive"})
        row = self.guard.row(event="peer-inactive")
        self.assertGreaterEqual(datetime.datetime.fromisoformat(row["time"]).timestamp(), end, "not before its time")

    def error_for(self, sender, to):
        sent = sender.send(to, "is anybody there?", UNCLASSIFIED)
        return sender.expect(5, id=sent).error

    def test_a_peer_whose_time_ends_is_not_there_any_more(self):
        self.crosses("while it is active")
        before = self.noted("peer-inactive")
        end = math.ceil(time.time()) + 5  # a reload and a message take their time on a busy machine
        self.dated(f'<active until="{moment(end)}"/>')
        self.assertEqual(self.standing(), "open")
        self.until(end)
        self.assertTrue(wait_for(lambda: self.noted("peer-inactive") == before + 1, end - time.time() + 8), "told in time")
        self.assertEqual(self.standing(), "inactive")
        # Its streams, and those to it, are closed, with a row each.
        closed = lambda peer: self.guard.events("stream-closed", peer)[-1]["detail"]
        self.assertTrue(wait_for(lambda: {closed("low-server"), closed("high-server")} == {"requested reset"}, 5))
        # Honest senders on both sides hear at once what they hear of a domain that does not exist.
        self.assertEqual(self.error_for(self.alice, self.bob.full_jid), NOT_THERE)
        self.assertEqual(self.error_for(self.alice, "x@nowhere.example"), NOT_THERE)
        self.assertEqual(self.error_for(self.bob, self.alice.full_jid), NOT_THERE)

    def test_a_peer_whose_time_begins_is_there(self):
        self.crosses("before there are dates")
        begin = math.ceil(time.time()) + 6
        before = self.noted("peer-active")
        self.dated(f'<active from="{moment(begin)}"/>')
        self.assertEqual(self.standing(), "inactive")
        self.assertEqual(self.error_for(self.alice, self.bob.full_jid), NOT_THERE)
        self.assertTrue(wait_for(lambda: self.noted("peer-active") == before + 1, begin - time.time() + 8))
        self.assertTrue(wait_for(self.connected, 20))
        self.assertEqual(self.standing(), "open")

    def test_a_block_of_the_policy_is_no_operators_to_undo(self):
        self.dated('<blocked reason="an incident"/>')
        self.assertEqual(self.standing(), "blocked")
        self.assertEqual(self.guard.control("unblock", "low-server").returncode, 1)
        self.assertEqual(self.error_for(self.alice, self.bob.full_jid), NOT_THERE)
        self.assertEqual(self.standing(), "blocked")
