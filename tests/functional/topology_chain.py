"""A chain: two guards in a row, each with a policy and a log of its own, and ordinary servers at both ends."""

from play import CONFIDENTIAL, RESTRICTED, SECRET, UNCLASSIFIED, Play
from support.chain_bed import ChainBed


class Chain(Play):
    bed_kind = ChainBed
    bed_order = "9"

    def setUp(self):
        super().setUp()
        self.duty, self.minister, self.watch = map(self.bed.client, ("duty", "minister", "watch"))

    def rows(self, id):
        """What both logs say of a stanza: (verdict, reason) at the upper and at the lower guard, None without a row."""
        def said(guard):
            rows = [row for row in guard.rows() if row["class"] == "decision" and row["stanza_id"] == id]
            return (rows[0]["verdict"], rows[0]["reason"]) if rows else None

        return said(self.bed.upper), said(self.bed.lower)

    def crosses(self, body="still there"):
        for sender, receiver in ((self.duty, self.minister), (self.duty, self.watch), (self.watch, self.duty)):
            sender.send(receiver.full_jid, body, UNCLASSIFIED)
            self.assertEqual(receiver.expect(body=body, sender=sender.jid).label, UNCLASSIFIED)

    def test_both_guards_judge_and_both_keep_a_record(self):
        sent = self.duty.send(self.minister.full_jid, "down both", CONFIDENTIAL)
        self.assertEqual(self.minister.expect(body="down both").label, CONFIDENTIAL)
        self.assertEqual(self.rows(sent), (("allowed", "allowed"),) * 2)
        above = self.bed.upper.row(stanza_id=sent, verdict="allowed")
        below = self.bed.lower.row(stanza_id=sent, verdict="allowed")
        self.assertEqual((above["sender"], above["receiver"]), ("core", "trunk"))
        self.assertEqual((below["sender"], below["receiver"]), ("core-guard", "ministry"))
        self.assertEqual(above["sent_hash"], below["received_hash"], "one wrote what the other has read")
        sent = self.watch.send(self.duty.full_jid, "up both", RESTRICTED)
        self.assertEqual(self.duty.expect(body="up both").label, RESTRICTED)
        self.assertEqual(self.rows(sent), (("allowed", "allowed"),) * 2)

    def test_the_chain_does_not_flatten_everyone_to_the_trunk(self):
        """The trunk may carry CONFIDENTIAL, the field behind it may not: the upper guard sees to it."""
        for label, to in ((CONFIDENTIAL, self.watch), (SECRET, self.minister)):
            sent = self.duty.send(to.full_jid, "never", label)
            self.duty.expect(id=sent, error=("policy-violation", "modify"))
            self.assertEqual(self.rows(sent), (("refused", "receiver-clearance"), None))
            to.hears_nothing(0.3, body="never")
        self.crosses()

    def test_what_the_lower_guard_refuses_is_answered_through_the_upper_one(self):
        reserve = self.bed.client("reserve")
        sent = self.duty.send(reserve.full_jid, "never either", RESTRICTED)
        self.assertIsNotNone(self.duty.expect(id=sent, kind="error").error)
        self.assertEqual(self.rows(sent)[0], ("allowed", "allowed"))
        self.assertEqual(self.bed.lower.row(stanza_id=sent, verdict="refused")["rule"], "down-no-private")
        reserve.hears_nothing(0.3, body="never either")
        self.crosses()

    def test_what_the_upper_guard_refuses_stays_in_the_trunk(self):
        """Only the watch may report, and only to the duty officer; the lower guard would let more pass."""
        clerk = self.bed.client("clerk")
        for sender, receiver in ((self.minister, self.duty), (self.watch, clerk)):
            sent = sender.send(receiver.full_jid, "never up", UNCLASSIFIED)
            self.bed.upper.row(stanza_id=sent, verdict="refused")
            self.assertEqual(self.rows(sent)[1], ("allowed", "allowed"))
            receiver.hears_nothing(0.3, body="never up")
        self.crosses()

    def test_an_end_is_reached_again_after_a_guard_was_restarted(self):
        self.crosses()
        self.bed.lower.stop()
        self.bed.lower.start()
        self.watch.send(self.duty.full_jid, "after a restart", UNCLASSIFIED)
        self.duty.expect(20, body="after a restart")
        self.duty.send(self.watch.full_jid, "after a restart", UNCLASSIFIED)
        self.watch.expect(20, body="after a restart")
