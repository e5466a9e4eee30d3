"""Both sides with a claim for all below a domain and a default route: who is behind a name, and who is not."""

from play import RESTRICTED, SECRET, UNCLASSIFIED, Play, message
from support.route_bed import RouteBed
from support.xml_stream import StreamError


class Routes(Play):
    bed_kind = RouteBed
    bed_order = "9b"

    def decided(self, id):
        row = self.guard.row(stanza_id=id, **{"class": "decision"})
        return row["sender"], row["receiver"], row["verdict"]

    def test_every_pair_of_claims_crosses_both_ways(self):
        peers = {"alice": "high-server", "ann": "high-rest", "bob": "low-server", "zed": "low-rest"}
        for up in ("alice", "ann"):
            for down in ("bob", "zed"):
                for sender, receiver in ((up, down), (down, up)):
                    body = f"from {sender} to {receiver}"
                    sent = self.bed.client(sender).send(self.bed.client(receiver).full_jid, body, RESTRICTED)
                    self.assertEqual(self.bed.client(receiver).expect(body=body).label, RESTRICTED)
                    self.assertEqual(self.decided(sent), (peers[sender], peers[receiver], "allowed"))

    def test_what_is_below_a_domain_is_reached_too(self):
        for asks, rooms in (("alice", "rooms.low.example"), ("zed", "rooms.high.example")):
            asked = self.bed.client(asks).request(rooms, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
            answer = self.bed.client(asks).expect(id=asked, sender=rooms)
            self.assertIn('category="conference"', answer.text)

    def test_labels_hold_on_a_default_route(self):
        ann, zed = self.bed.client("ann"), self.bed.client("zed")
        for sender, receiver in ((ann, zed), (zed, ann)):
            sent = sender.send(receiver.full_jid, "never", SECRET)
            sender.expect(id=sent, error=("policy-violation", "modify"))
            receiver.hears_nothing(0.3, body="never")

    def test_a_default_route_takes_nothing_that_is_claimed(self):
        """A name of the other side, and one below it, is nobody's on this side, whatever is shown for it."""
        for domain in ("high.example", "deep.below.high.example"):
            peer = self.bed.bad_peer(self.bed.low, domain, "high.example")
            with self.assertRaises(StreamError) as ended:
                peer.open()
            self.assertEqual(ended.exception.condition, "host-unknown")
        self.crosses()

    def test_a_name_below_a_claim_is_the_claims_and_not_the_default_routes(self):
        peer = self.bed.bad_peer(self.bed.low, "deep.low.example", "high.example").authenticate()
        peer.stream.send(message("x@deep.low.example", "y@high.example", id="deep"))
        self.assertEqual(self.decided("deep"), ("low-server", "high-server", "allowed"))
        peer = self.bed.bad_peer(self.bed.low, "unheard-of.example", "high.example").authenticate()
        peer.stream.send(message("x@unheard-of.example", "y@high.example", id="unheard-of"))
        self.assertEqual(self.decided("unheard-of"), ("low-rest", "high-server", "allowed"))

    def test_a_peer_does_not_speak_for_another_of_its_side(self):
        peer = self.bed.bad_peer(self.bed.low, "omega.example", "high.example").authenticate()
        peer.stream.send(message("bob@low.example", self.alice.full_jid, body="not from bob", id="stolen"))
        self.assertEqual(peer.stream.read_end(), "invalid-from")
        self.alice.hears_nothing(0.3, body="not from bob")
        self.crosses()

    def test_a_name_that_the_far_side_uses_itself_is_not_delivered_there(self):
        """With default routes on both sides a low server may call itself alpha.example; nobody above believes it."""
        peer = self.bed.bad_peer(self.bed.low, "alpha.example", "high.example").authenticate()
        peer.stream.send(message("ann@alpha.example", self.alice.full_jid, body="not from ann", id="mask"))
        self.assertEqual(self.decided("mask")[0], "low-rest")
        self.alice.hears_nothing(3, body="not from ann")
        self.crosses()
