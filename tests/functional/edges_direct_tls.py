"""Direct TLS (XEP-0368), with Prosody at both ends and no other way between anyone."""

import ssl

from cryptography import x509
from play import UNCLASSIFIED, Play, message
from support.xml_stream import StreamEnded, StreamError

HOME = "bad-low.example"


class DirectTls(Play):
    bed_options = {"direct": True}
    bed_order = "4"

    def peer(self, identity):
        return self.bed.bad_peer(self.bed.low, to="high.example", identity=identity, port=5270)

    def good(self):
        return self.bed.identity(self.bed.low, [HOME])

    def test_prosodys_talk_through_the_guard(self):
        self.crosses("directly")
        for side in self.bed.sides:
            log = (self.bed.folder / side.name / f"prosody-{side.name}" / "prosody.log").read_text(errors="replace")
            self.assertIn("Activated service 's2s_direct_tls'", log)

    def test_who_shows_a_good_certificate_is_let_in(self):
        for protocols in (["xmpp-server"], ["h2", "xmpp-server"], []):
            peer = self.peer(self.good())
            peer.shake_hands("high.example", protocols)
            self.assertEqual(peer.stream.connection.selected_alpn_protocol(), "xmpp-server" if protocols else None)
            features = peer.open()
            self.assertIsNone(features.find("{urn:ietf:params:xml:ns:xmpp-tls}starttls"), "no STARTTLS inside")
            self.assertEqual(peer.external(), "success")
            peer.open()
            peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="straight in"))
            self.alice.expect(body="straight in")

    def test_who_does_not_is_refused(self):
        for identity in (self.bed.identity(self.bed.low, ["other.example"]), self.bed.identity(self.bed.high, [HOME]),
                         self.bed.identity(self.bed.low, [HOME], expired=True), None):
            peer = self.peer(identity)
            peer.shake_hands("high.example")
            with self.assertRaises(StreamError) as caught:
                peer.open()
            self.assertEqual(caught.exception.condition, "not-authorized")
        self.crosses()

    def test_another_protocol_is_refused(self):
        with self.assertRaises((ssl.SSLError, OSError)):
            self.peer(self.good()).shake_hands("high.example", ["xmpp-client"])

    def test_the_server_name_chooses_the_certificate_and_shows_no_hidden_one(self):
        peer = self.peer(None)
        peer.shake_hands("bad-high.example")
        names = x509.load_der_x509_certificate(peer.certificate).extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        self.assertEqual(names, ["bad-high.example"])
        for name in ("hidden-high.example", "nowhere.example", None):
            with self.assertRaises((ssl.SSLError, OSError), msg=name):
                self.peer(None).shake_hands(name)

    def test_no_plaintext(self):
        peer = self.peer(None)
        with self.assertRaises((StreamEnded, OSError)):
            peer.open()
        self.crosses()
