"""Addresses that are not a peer's own, and domains that are not there for it."""

from play import Play, message
from support.bad_peer import BadPeer
from support.xml_stream import StreamError

HOME = "bad-low.example"


class RefusingAddresses(Play):
    def ends_with(self, condition, stanza, reason, **wanted):
        """The hostile low peer sends this and loses its stream; everything else goes on."""
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        peer.stream.send(stanza)
        self.assertEqual(peer.stream.read_end(), condition)
        row = self.guard.row(**{"class": "decision", "sender": "bad-low", "reason": reason, **wanted})
        self.assertNotEqual(row["verdict"], "allowed")
        self.crosses("after a bad address")

    def test_a_from_of_another_peer_of_the_same_side(self):
        self.ends_with("invalid-from", message("bob@low.example/play", "alice@high.example", id="stolen-1"),
                       "from-not-authenticated", stanza_id="stolen-1")

    def test_a_from_of_the_other_side(self):
        self.ends_with("invalid-from", message("alice@high.example/play", "alice@high.example", id="stolen-2"),
                       "from-not-authenticated", stanza_id="stolen-2")

    def test_a_to_without_a_route_and_a_to_that_it_may_not_see_look_alike(self):
        answers = []
        for domain in ("nowhere.example", "hidden-high.example"):
            peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
            peer.stream.send(message(f"x@{HOME}", f"y@{domain}", id="blind-1"))
            answers.append(peer.stream.read_end())
            row = self.guard.row(**{"class": "decision", "to_address": f"y@{domain}"})
            self.assertNotEqual(row["verdict"], "allowed")
        self.assertEqual(answers, ["host-unknown", "host-unknown"])
        self.crosses("after blind shots")

    def test_a_stream_to_an_unknown_and_to_a_hidden_domain_look_alike(self):
        heard = []
        for domain in ("nowhere.example", "hidden-high.example"):
            peer = self.bed.bad_peer(self.bed.low, to=domain)
            with self.assertRaises(StreamError) as ended:
                peer.open()
                peer.start_tls()
                peer.open()
            heard.append((ended.exception.condition, peer.certificate is None))
        self.assertEqual(heard[0], heard[1])
        self.assertEqual(heard[0][0], "host-unknown")

    def test_dialback_for_an_unknown_and_for_a_hidden_domain_look_alike(self):
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        answers = [peer.dialback("00" * 32, to=domain) for domain in ("nowhere.example", "hidden-high.example")]
        self.assertEqual(answers, [("error", "item-not-found")] * 2)
        # The stream is still good.
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="still authenticated"))
        self.alice.expect(body="still authenticated")

    def test_a_stanza_without_to_or_from(self):
        for stanza in ("<message from='x@bad-low.example' id='a'/>", "<message to='alice@high.example' id='b'/>"):
            peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
            peer.stream.send(stanza)
            self.assertEqual(peer.stream.read_end(), "improper-addressing")

    def test_an_address_that_is_none(self):
        server = self.bed.bad_server
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        peer.stream.send(message(f"x@{HOME}", "@high.example", id="no-local-part"))
        row = self.guard.row(stanza_id="no-local-part")
        self.assertEqual(row["verdict"], "refused")
        answer = server.expect(15)
        self.assertEqual((answer.get("type"), answer.get("id")), ("error", "no-local-part"))
        self.crosses("after an address that is none")

    def test_a_stranger_learns_nothing(self):
        stranger = BadPeer(self.bed.low.namespace, self.bed.low.edge, "stranger.example", "high.example",
                           self.bed.identity(self.bed.low, ["stranger.example"]), source=self.bed.low.spare[0])
        self.addCleanup(stranger.close)
        with self.assertRaises(StreamError):
            stranger.secure()
            if stranger.external() != "success":
                stranger.dialback("00" * 32)
                stranger.stream.send(message("x@stranger.example", self.alice.full_jid))
                stranger.stream.read()
        self.alice.hears_nothing(0.3, sender="x@stranger.example")
