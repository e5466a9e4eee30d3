"""Dialback (XEP-0220), with a peer that lies: as originating, as receiving and as authoritative server."""

import time

from play import UNCLASSIFIED, Play, message
from support.xml_stream import DIALBACK, StreamEnded

HOME = "dial-low.example"
KEY = "0123456789abcdef" * 4


class Dialback(Play):
    def server(self, **options):
        """The server that is authoritative for dial-low.example; its certificate is worth nothing."""
        server = self.bed.server(self.bed.low, "dial", identity=self.bed.identity(self.bed.low, ["unrelated.example"]),
                                 offer_external=False, **options)
        self.addCleanup(server.stop)
        return server

    def peer(self):
        peer = self.bed.bad_peer(self.bed.low, to="high.example", domain=HOME, identity=None)
        peer.secure()
        return peer

    def answer(self, key=KEY):
        """(peer, answer) of a dialback; a server that has only just come up may be in back-off."""
        deadline = time.monotonic() + 20
        while True:
            peer = self.peer()
            answer = peer.dialback(key, within=30)
            if answer != ("error", "remote-server-not-found") or time.monotonic() > deadline:
                return peer, answer
            peer.close()
            time.sleep(0.3)

    def test_a_key_that_is_confirmed_lets_it_in(self):
        self.server()
        peer, answer = self.answer()
        self.assertEqual(answer, ("valid", None))
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="dialled in"))
        self.alice.expect(body="dialled in")
        self.assertIn("dialback", self.guard.row(event="stream-authenticated", peer="dial-low")["detail"])

    def test_a_key_that_is_denied_does_not(self):
        self.server(verify_answer="invalid")
        peer, answer = self.answer()
        self.assertEqual(answer, ("invalid", None))
        try:
            peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="denied"))
            self.assertIn(peer.stream.read_end(), ("not-authorized", None))
        except (StreamEnded, OSError):
            pass
        self.alice.hears_nothing(0.5, body="denied")

    def test_an_authoritative_server_that_is_not_there(self):
        self.assertEqual(self.peer().dialback(KEY, within=30), ("error", "remote-server-not-found"))

    def test_a_stanza_before_the_answer_is_not_taken(self):
        peer = self.peer()
        peer.stream.send(f"<db:result from='{HOME}' to='high.example'>{KEY}</db:result>"
                         + message(f"x@{HOME}", self.alice.full_jid, body="did not wait"))
        try:
            while True:
                peer.stream.read()
        except (StreamEnded, TimeoutError):
            pass
        self.alice.hears_nothing(0.3, body="did not wait")

    def test_the_guard_confirms_no_key_that_it_did_not_make(self):
        peer = self.peer()
        peer.stream.send(f"<db:verify from='{HOME}' to='high.example' id='never-given'>{KEY}</db:verify>")
        answer = peer.stream.read()
        self.assertEqual(answer.tag, DIALBACK + "verify")
        self.assertEqual((answer.get("type"), answer.get("id")), ("invalid", "never-given"))

    def test_a_domain_of_another_peer_is_not_its_to_claim(self):
        self.server()
        peer = self.peer()
        try:
            self.assertNotEqual(peer.dialback(KEY, sender="low.example")[0], "valid")
        except StreamEnded:
            pass  # as good

    def test_outgoing_the_guard_proves_itself_by_dialback(self):
        server = self.server()
        self.alice.send(f"x@{HOME}", "dialled out", UNCLASSIFIED)
        self.assertIn("dialled out", "".join(server.expect(15).itertext()))
