"""Who may have a stream: TLS always, a certificate that names the domain, dialback where the policy says so."""

import ssl

from cryptography import x509
from play import UNCLASSIFIED, Play, message, wait_for
from support.bad_peer import header
from support.labels import security_label
from support.pki import Authority
from support.xml_stream import SASL, TLS, StreamEnded, StreamError

HOME = "bad-low.example"


class Authentication(Play):
    def peer(self, **options):
        return self.bed.bad_peer(self.bed.low, to="high.example", **options)

    def not_let_in(self, identity):
        """With this certificate there is no way to send anything."""
        peer = self.peer(identity=identity)
        alice = self.alice
        try:
            features = peer.secure()
            self.assertIsNone(features.find(f".//{SASL}mechanism"), "EXTERNAL is offered only with a good certificate")
            self.assertNotEqual(peer.external(), "success")
            peer.stream.send(message(f"x@{HOME}", alice.full_jid, body="let me in"))
            self.assertEqual(peer.stream.read_end(), "not-authorized")
        except (StreamEnded, ssl.SSLError, ConnectionError):
            pass  # refused earlier, which is as good
        alice.hears_nothing(0.3, body="let me in")

    def test_a_good_certificate(self):
        peer = self.peer().authenticate()
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="certified"))
        self.alice.expect(body="certified")

    def test_an_expired_certificate(self):
        self.not_let_in(self.bed.identity(self.bed.low, [HOME], expired=True))

    def test_a_certificate_for_another_name(self):
        self.not_let_in(self.bed.identity(self.bed.low, ["low.example"]))

    def test_a_name_in_the_common_name_only(self):
        self.not_let_in(self.bed.identity(self.bed.low, [], common_name=HOME))

    def test_a_wildcard_certificate(self):
        self.not_let_in(self.bed.identity(self.bed.low, ["*.example"]))

    def test_a_certificate_of_another_authority(self):
        other = Authority("nobody we know", self.bed.folder / "other-authority")
        self.not_let_in(other.issue("other", [HOME]))

    def test_a_certificate_of_the_other_sides_authority(self):
        self.not_let_in(self.bed.identity(self.bed.high, [HOME]))

    def test_no_certificate(self):
        self.not_let_in(None)

    def test_a_srv_name_alone_is_enough(self):
        self.peer(identity=self.bed.identity(self.bed.low, [HOME], dns=False)).authenticate()

    def test_an_authorization_identity_of_someone_else(self):
        peer = self.peer()
        peer.secure()
        self.assertEqual(peer.external("low.example"), "invalid-authzid")

    def test_an_empty_authorization_identity(self):
        peer = self.peer()
        peer.secure()
        self.assertEqual(peer.external(""), "success")

    def test_starttls_is_required(self):
        peer = self.peer()
        features = peer.open()
        self.assertIsNotNone(features.find(f"{TLS}starttls/{TLS}required"))
        self.assertEqual(len(features), 1, "nothing else is offered before TLS")

    def test_a_stanza_before_tls(self):
        peer = self.peer()
        peer.open()
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="in the clear"))
        self.assertIn(peer.stream.read_end(), ("not-authorized", "policy-violation"))
        self.alice.hears_nothing(0.3, body="in the clear")

    def test_a_stanza_before_authentication(self):
        peer = self.peer()
        peer.secure()
        peer.stream.send(message(f"x@{HOME}", self.alice.full_jid, body="too early"))
        self.assertEqual(peer.stream.read_end(), "not-authorized")
        self.alice.hears_nothing(0.3, body="too early")

    def test_bytes_behind_starttls_are_fatal(self):
        peer = self.peer()
        peer.open()
        with self.assertRaises((StreamEnded, ssl.SSLError, OSError, AssertionError)):
            peer.start_tls(injected=header("high.example", HOME).encode())
            peer.open()

    def test_tls_11_is_refused(self):
        peer = self.peer()
        peer.open()
        with self.assertRaises((ssl.SSLError, OSError)):
            peer.start_tls(floor=ssl.TLSVersion.TLSv1, ceiling=ssl.TLSVersion.TLSv1_1)

    def test_the_certificate_shown_is_that_of_the_far_domain(self):
        # By SNI where that names a domain that the peer may see, else by the stream's `to`.
        for server_name, shown in ((None, "high.example"), ("bad-high.example", "bad-high.example"),
                                   ("hidden-high.example", "high.example"), ("nowhere.example", "high.example")):
            peer = self.peer()
            peer.open()
            peer.start_tls(server_name=server_name)
            names = x509.load_der_x509_certificate(peer.certificate).extensions.get_extension_for_class(
                x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
            self.assertEqual(names, [shown], server_name)

    def test_the_domain_may_not_change_after_tls(self):
        peer = self.peer()
        peer.open()
        peer.start_tls()
        peer.domain = "low.example"
        with self.assertRaises(StreamError):
            peer.open()
            self.assertNotEqual(peer.external(), "success")
            peer.stream.read()

    def test_dialback_where_the_policy_wants_a_certificate(self):
        self.assertTrue(self.bed.bad_server, "it would confirm every key")
        peer = self.peer(identity=None)
        try:
            peer.secure()
            kind, _ = peer.dialback("00" * 32)
            self.assertNotEqual(kind, "valid")
        except StreamEnded:
            pass

    def test_the_log_tells_who_was_let_in_and_how(self):
        self.peer().authenticate()
        row = self.guard.row(event="stream-authenticated", peer="bad-low")
        self.assertIn("external", row["detail"].lower())


class Outgoing(Play):
    """The guard as the one that connects: it writes only to a server that shows who it is."""

    def test_a_good_server_gets_its_stanzas(self):
        server = self.bed.bad_server
        self.alice.send(f"x@{HOME}", "to the good server", UNCLASSIFIED)
        self.assertIn("to the good server", "".join(server.expect(15).itertext()))

    def test_a_server_that_wants_no_sasl_knows_us_by_our_certificate(self):
        # XEP-0344: dialback's words, and nobody dials back.
        server = self.bed.server(self.bed.low, "late", offer_external=False)
        self.addCleanup(server.stop)
        self.alice.send("x@late-low.example", "without EXTERNAL", UNCLASSIFIED)
        self.assertIn("without EXTERNAL", "".join(server.expect(15).itertext()))
        row = self.guard.row(event="stream-authenticated", peer="late-low")
        self.assertTrue(row["detail"].startswith("certificate "), row["detail"])

    def test_a_server_with_a_wrong_certificate_gets_nothing(self):
        domain = "wrong-low.example"
        for number, identity in enumerate((self.bed.identity(self.bed.low, ["other.example"]),
                                           self.bed.identity(self.bed.low, [domain], expired=True),
                                           self.bed.identity(self.bed.high, [domain])), 1):
            server = self.bed.server(self.bed.low, "wrong", identity=identity)
            self.addCleanup(server.stop)
            self.alice.send(f"x@{domain}", "to an impostor", UNCLASSIFIED)
            self.assertTrue(wait_for(lambda: server.connections), "the guard has tried")
            self.assertTrue(wait_for(lambda: len(self.guard.events("connect-failed", "wrong-low")) >= number))
            self.assertTrue(server.received.empty())
            server.stop()

    def test_what_is_written_is_one_canonical_spelling(self):
        server = self.bed.bad_server
        sender = self.bed.bad_peer(self.bed.high, to=HOME).authenticate()
        label = security_label(UNCLASSIFIED)
        spellings = [
            "<message from='y@bad-high.example' to='x@bad-low.example' type='chat'><body>a &lt; b</body>{}</message>",
            "<message  type=\"chat\"\n to=\"x@bad-low.example\" from='y@bad-high.example' ><body><![CDATA[a < b]]></body>{}"
            "</message >",
            "<message to='x@bad-low.example' type='&#99;hat' from='y@bad-high.example'><body>a &#60; &#x62;</body>{}</message>",
            "<message xmlns:unused='urn:example:unused' type='chat' to='x@bad-low.example' from='y@bad-high.example'>"
            "<l:securitylabel xmlns:l='urn:xmpp:sec-label:0'><l:label><e:esssecuritylabel xmlns:e='urn:xmpp:sec-label:ess:0'>"
            f"\n{UNCLASSIFIED}\n</e:esssecuritylabel></l:label></l:securitylabel><body>a &#x3C; b</body></message>",
        ]
        sender.stream.send(message("y@bad-high.example", "x@bad-low.example", body="opens the stream"))
        server.expect(15)
        heard = []
        for spelling in spellings:
            server.raw.clear()
            sender.stream.send(spelling.format(label))
            server.expect(15)
            heard.append(bytes(server.raw).decode())
        self.assertIn("<body>a &lt; b</body>", heard[0])
        for spelling, one in zip(spellings, heard):
            self.assertEqual(one, heard[0], spelling)
