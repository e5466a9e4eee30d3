"""A ring of two guards, which none of them can see when it loads its policy.

What keeps a stanza from running round is that no guard has, in a network, a certificate for a server of that
network: it cannot send there what came from there. (With such a certificate it does run round: guard/README.md.)
"""

from play import UNCLASSIFIED, Play, wait_for
from support.ring_bed import NOWHERE, RingBed


class Ring(Play):
    bed_kind = RingBed
    bed_order = "9c"

    def test_what_came_from_a_network_is_not_taken_back_there(self):
        sent = self.bed.alice.send(f"x@{NOWHERE}", "round and round", UNCLASSIFIED)
        for guard, pair in ((self.bed.first, ("high-east.example", "low-rest")), (self.bed.second, ("high-rest", "low-rest"))):
            row = guard.row(stanza_id=sent, verdict="allowed")
            self.assertEqual((row["sender"], row["receiver"]), pair)
        # The second guard would bring it back to the first, which does not believe it.
        self.assertTrue(wait_for(lambda: len(self.bed.second.events("connect-failed", "low-rest")) >= 2, 10))
        self.assertEqual({row["detail"] for row in self.bed.second.events("connect-failed", "low-rest")}, {"refused-by-peer"})
        self.assertEqual(self.bed.first.events("stream-authenticated", "high-rest"), [])
        for guard in (self.bed.first, self.bed.second):
            self.assertEqual(len([row for row in guard.rows() if row["stanza_id"] == sent]), 1)
