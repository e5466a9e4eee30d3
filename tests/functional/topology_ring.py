"""Rings of guards, which none of them can see when it loads its policy.

What keeps a stanza from running round is, first, that no guard has, in a network, a certificate for a server of that
network: it cannot send there what came from there. Where one has been given such a certificate all the same, the count
of hops that guards exchange ends it.
"""

from play import UNCLASSIFIED, Play, wait_for
from support.ring_bed import NOWHERE, CountedRingBed, RingBed

MOST_HOPS = 8  # guard/filter/hops.h


class Ring(Play):
    bed_kind = RingBed
    bed_order = "9c"

    def test_what_came_from_a_network_is_not_taken_back_there(self):
        first, second = self.bed.guards
        sent = self.bed.alice.send(f"x@{NOWHERE}", "round and round", UNCLASSIFIED)
        for guard, pair in ((first, ("high-east.example", "low-rest")), (second, ("high-rest", "low-rest"))):
            row = guard.row(stanza_id=sent, verdict="allowed")
            self.assertEqual((row["sender"], row["receiver"]), pair)
        # The second guard would bring it back to the first, which does not believe it.
        self.assertTrue(wait_for(lambda: len(second.events("connect-failed", "low-rest")) >= 2, 10))
        self.assertEqual({row["detail"] for row in second.events("connect-failed", "low-rest")}, {"refused-by-peer"})
        self.assertEqual(first.events("stream-authenticated", "high-rest"), [])
        for guard in (first, second):
            self.assertEqual(len([row for row in guard.rows() if row["stanza_id"] == sent]), 1)


class CountedRing(Play):
    """C comes back to B as if it were A, and is believed: only the count ends it."""

    bed_kind = CountedRingBed
    bed_order = "9d"

    def decisions(self, guard, sent):
        return [(row["verdict"], row["reason"]) for row in guard.rows()
                if row["class"] == "decision" and row["stanza_id"] == sent and row["type"] != "error"]

    def count(self):
        return [len([row for row in guard.rows() if row["class"] == "decision"]) for guard in self.bed.guards]

    def test_a_loop_ends_at_the_bound_with_a_record_and_an_answer(self):
        a, b, c = self.bed.guards
        sent = self.bed.alice.send(f"x@{NOWHERE}", "round and round", UNCLASSIFIED)
        row = c.row(within=15, stanza_id=sent, verdict="refused")
        self.assertEqual(row["reason"], "hops-exceeded")
        # One row for each guard that it has passed, then the one that says no.
        allowed = [("allowed", "allowed")]
        self.assertEqual(self.decisions(a, sent), allowed)
        self.assertEqual(self.decisions(b, sent), allowed * 4)
        self.assertEqual(self.decisions(c, sent), allowed * 3 + [("refused", "hops-exceeded")])
        self.assertEqual(1 + 4 + 3, MOST_HOPS)
        # The sender is told what it is told of any content that is refused.
        self.bed.alice.expect(20, id=sent, error=("policy-violation", "modify"))
        before = self.count()
        self.bed.alice.hears_nothing(1)
        self.assertEqual(self.count(), before, "it has ended")
