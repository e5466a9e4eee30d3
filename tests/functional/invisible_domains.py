"""INVISIBLE: a domain that a peer has no rule for looks to it, octet for octet, like one that is not there.

The wall is tried on every path that asks for a domain. Looked for are a domain of the far side that no rule
names, one below it, one of the peer's own side, and one that does not exist: all must be answered alike.
Who asks through an honest server is in refusing_kinds, what DNS says in leaf_servers, direct TLS in
edges_direct_tls, and addresses inside of answers (disco#items) in the unit tests of guard/filter.
"""

import re

from cryptography import x509
from play import Play, message
from support.bad_peer import header, heard
from support.xml_stream import StreamEnded

HOME = "bad-low.example"
ABSENT = "nowhere.example"
NOT_FOR_IT = ("hidden-high.example", "rooms.hidden-high.example", "late-low.example", "low.example")


class Invisible(Play):
    def peer(self, to="high.example"):
        return self.bed.bad_peer(self.bed.low, to=to)

    def alike(self, ask):
        """`ask` is told a domain and gives the text that came; names and stream ids may differ, no more."""
        def masked(domain):
            text = ask(domain).replace(f"'{domain}'", "'DOMAIN'")
            return re.sub(r" id=['\"][^'\"]*['\"]", " id=''", text)

        wanted = masked(ABSENT)
        self.assertTrue(wanted)
        for domain in NOT_FOR_IT:
            self.assertEqual(masked(domain), wanted, domain)
        self.crosses()
        return wanted

    def test_a_stream_header(self):
        def ask(domain):
            peer = self.peer()
            peer.stream.send(header(domain, HOME))
            return heard(peer)

        self.assertIn("<host-unknown ", self.alike(ask))

    def test_a_stream_header_after_tls(self):
        def ask(domain):
            peer = self.peer()
            peer.open()
            peer.start_tls()
            peer.stream.send(header(domain, HOME))
            return heard(peer)

        self.assertIn("error", self.alike(ask))

    def test_a_stream_header_after_authentication(self):
        def ask(domain):
            peer = self.peer()
            peer.secure()
            self.assertEqual(peer.external(), "success")
            peer.stream.send(header(domain, HOME))
            return heard(peer)

        self.assertIn("error", self.alike(ask))

    def test_a_dialback_key(self):
        def ask(domain):
            peer = self.peer().authenticate()
            peer.stream.send(f"<db:result from='{HOME}' to='{domain}'>{'00' * 32}</db:result></stream:stream>")
            return heard(peer)

        self.assertIn("<item-not-found ", self.alike(ask))

    def test_a_question_about_a_dialback_key(self):
        def ask(domain):
            peer = self.peer().authenticate()
            peer.stream.send(f"<db:verify from='{HOME}' to='{domain}' id='x'>{'00' * 32}</db:verify></stream:stream>")
            return heard(peer)

        self.assertIn("db:verify", self.alike(ask))

    def test_a_stanza(self):
        for stanza in (message(f"x@{HOME}", "y@%s"),
                       f"<iq type='get' id='1' from='x@{HOME}' to='%s'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
                       f"<presence from='x@{HOME}' to='y@%s'/>",
                       f"<message type='error' from='x@{HOME}' to='y@%s'><error type='cancel'/></message>"):
            def ask(domain, stanza=stanza):
                peer = self.peer().authenticate()
                peer.stream.send(stanza % domain)
                return heard(peer)

            self.assertIn("<host-unknown ", self.alike(ask))

    def test_a_certificate(self):
        for name in (ABSENT, *NOT_FOR_IT):
            peer = self.peer()
            peer.open()
            peer.start_tls(server_name=name)
            shown = x509.load_der_x509_certificate(peer.certificate)
            names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            self.assertEqual(names.get_values_for_type(x509.DNSName), ["high.example"], name)
            peer.close()

    def test_what_it_may_see_is_answered_otherwise(self):
        peer = self.peer("late-high.example")
        peer.secure()
        self.assertEqual(peer.external(), "success")
        peer.close()
        peer = self.peer().authenticate()
        with self.assertRaises(StreamEnded):
            peer.stream.send(f"<db:verify from='{HOME}' to='high.example' id='x'>{'00' * 32}</db:verify></stream:stream>")
            answer = peer.stream.read()
            self.assertEqual(answer.get("type"), "invalid")
            peer.stream.read()
