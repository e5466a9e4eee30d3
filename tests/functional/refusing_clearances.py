"""The clearance in a peer's certificate narrows what it may send; without one nothing is granted."""

from play import POLICY, RESTRICTED, UNCLASSIFIED, Play, message
from support import labels

UP_TO_RESTRICTED = labels.clearance_attributes(POLICY, [1, 2])
OPEN_ALONE = labels.clearance_attributes(POLICY, [1])


def ask_for_it(policy):
    policy.certificate_clearance("bad-low")


class CertificateClearance(Play):
    bed_options = {"edit": ask_for_it}
    bed_order = "3.1"

    def sends(self, attributes, label):
        """What becomes of a message with that label from a peer with that certificate."""
        identity = self.bed.identity(self.bed.low, ["bad-low.example"], attributes=attributes)
        peer = self.bed.bad_peer(self.bed.low, identity=identity).authenticate()
        name = f"clearance-{self.bed._number}"
        peer.stream.send(message("x@bad-low.example", self.alice.full_jid, body=name, label=label, id=name))
        row = self.guard.row(stanza_id=name)
        if row["verdict"] == "allowed":
            self.alice.expect(5, body=name)
        else:
            self.alice.hears_nothing(0.2, body=name)
        return row["reason"]

    def test_what_the_certificate_holds_crosses(self):
        self.assertEqual(self.sends(UP_TO_RESTRICTED, RESTRICTED), "allowed")
        self.assertEqual(self.sends(OPEN_ALONE, UNCLASSIFIED), "allowed")

    def test_what_it_does_not_hold_is_refused(self):
        self.assertEqual(self.sends(OPEN_ALONE, RESTRICTED), "sender-clearance")

    def test_a_certificate_without_one_grants_nothing(self):
        self.assertEqual(self.sends(None, UNCLASSIFIED), "certificate-clearance")
        self.assertEqual(self.sends(OPEN_ALONE[:-1], UNCLASSIFIED), "certificate-clearance")
        other = labels.clearance_attributes("2.999.2", [1, 2])
        self.assertEqual(self.sends(other, UNCLASSIFIED), "certificate-clearance")

    def test_other_peers_are_not_asked(self):
        self.crosses()
