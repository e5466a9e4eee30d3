"""XML that no honest server sends: the stream ends with the right error, in the log; all else goes on."""

import time

from play import Play, message
from support.xml_stream import StreamEnded

HOME = "x@bad-low.example"
TO = "alice@high.example/play"
RESTRICTED_XML = {"restricted-xml"}
MALFORMED = {"not-well-formed", "invalid-xml"}


class RefusingXml(Play):
    def ends_with(self, conditions, data, authenticated=True):
        """The hostile low peer sends these bytes and loses its stream with one of the conditions."""
        peer = self.bed.bad_peer(self.bed.low, to="high.example")
        if authenticated:
            peer.authenticate()
        else:
            peer.open()
        try:
            peer.stream.send(data)
        except OSError:
            pass  # refused before all of it was sent
        self.assertIn(peer.stream.read_end(), conditions)

    def each_way(self, conditions, data):
        self.ends_with(conditions, data)
        row = self.guard.row(event="stream-closed", peer="bad-low")
        self.assertTrue(row["detail"], "the log says why")
        # Before authentication it is refused for being a stanza, where that is seen first.
        self.ends_with(conditions | {"not-authorized"}, data, authenticated=False)
        self.crosses("after bad XML")

    def test_a_comment(self):
        self.each_way(RESTRICTED_XML, message(HOME, TO, body="a<!-- hidden -->b"))

    def test_a_processing_instruction(self):
        self.each_way(RESTRICTED_XML, message(HOME, TO, body="a<?target data?>b"))

    def test_a_document_type(self):
        self.each_way(RESTRICTED_XML, "<!DOCTYPE message [<!ENTITY a 'b'>]>" + message(HOME, TO))

    def test_an_entity(self):
        self.each_way(RESTRICTED_XML | MALFORMED, message(HOME, TO, body="&unknown;"))

    def test_bad_utf8(self):
        for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            data = message(HOME, TO, body="BAD").encode().replace(b"BAD", bad)
            self.ends_with(MALFORMED | {"unsupported-encoding"}, data)
        self.crosses("after bad UTF-8")

    def test_a_forbidden_character_reference(self):
        for reference in ("&#0;", "&#x1F;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&#;"):
            self.ends_with(MALFORMED | RESTRICTED_XML, message(HOME, TO, body=reference))
        self.crosses("after forbidden references")

    def test_a_mismatched_tag(self):
        self.each_way(MALFORMED, f"<message from='{HOME}' to='{TO}'><body>text</bodi></message>")

    def test_an_unbound_prefix(self):
        self.each_way(MALFORMED, f"<message from='{HOME}' to='{TO}'><nowhere:body>text</nowhere:body></message>")

    def test_a_duplicate_attribute(self):
        self.each_way(MALFORMED, f"<message from='{HOME}' to='{TO}' id='1' id='2'><body>text</body></message>")

    def test_a_declaration_of_xml_11_in_the_stream(self):
        self.each_way(RESTRICTED_XML | MALFORMED, "<?xml version='1.1'?>" + message(HOME, TO))

    def test_text_between_stanzas(self):
        self.each_way(MALFORMED | {"bad-format", "invalid-xml"}, "text")

    def test_an_unknown_element_at_the_top_level(self):
        self.ends_with({"unsupported-stanza-type"}, f"<message2 from='{HOME}' to='{TO}'/>")

    def test_a_wrong_namespace_and_a_wrong_prefix(self):
        for wanted, header in (
            ("invalid-namespace", "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                                  "to='high.example' from='bad-low.example' version='1.0'>"),
            ("invalid-namespace", "<stream:stream xmlns='jabber:server' xmlns:stream='urn:example:streams' "
                                  "to='high.example' from='bad-low.example' version='1.0'>"),
            ("bad-namespace-prefix", "<s:stream xmlns='jabber:server' xmlns:s='http://etherx.jabber.org/streams' "
                                     "to='high.example' from='bad-low.example' version='1.0'>"),
            ("unsupported-version", "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
                                    "to='high.example' from='bad-low.example'>"),
        ):
            peer = self.bed.bad_peer(self.bed.low, to="high.example")
            peer.stream.send(header)
            self.assertEqual(peer.stream.read_end(), wanted, header)

    def test_one_byte_at_a_time_is_still_a_stanza(self):
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        alice = self.alice
        peer.stream.send_slowly(message(HOME, TO, body="drop by drop"))
        alice.expect(body="drop by drop")


class RefusingExcess(Play):
    """Too much of anything is refused at the limit, in linear time and bounded memory."""

    def excess(self, data, authenticated):
        before = self.guard.memory()
        peer = self.bed.bad_peer(self.bed.low, to="high.example")
        if authenticated:
            peer.authenticate()
        else:
            peer.open()
        began = time.monotonic()
        try:
            peer.stream.send(data)
        except (OSError, StreamEnded):
            pass  # it did not even take all of it
        condition = peer.stream.read_end()
        self.assertIn(condition, ("policy-violation", None))
        self.assertLess(time.monotonic() - began, 3)
        after = self.guard.memory()
        self.assertEqual(before.keys(), after.keys(), "no process has died")
        for name, kilobytes in after.items():
            self.assertLess(kilobytes - before[name], 16_384, name)
        self.crosses("after too much")

    def test_nested_elements(self):
        for authenticated in (True, False):
            self.excess(f"<message from='{HOME}' to='{TO}'>" + "<a>" * 140_000, authenticated)

    def test_an_unterminated_stanza(self):
        for authenticated in (True, False):
            self.excess(f"<message from='{HOME}' to='{TO}'><body>" + "a" * 16 * 1024 * 1024, authenticated)

    def test_four_thousand_attributes(self):
        attributes = " ".join(f"a{number}='1'" for number in range(4000))
        for authenticated in (True, False):
            self.excess(f"<message from='{HOME}' to='{TO}' {attributes}/>", authenticated)

    def test_four_thousand_namespaces(self):
        names = " ".join(f"xmlns:n{number}='urn:n{number}'" for number in range(4000))
        for authenticated in (True, False):
            self.excess(f"<message from='{HOME}' to='{TO}' {names}/>", authenticated)

    def test_a_stanza_of_ten_thousand_bytes_is_not_too_much(self):
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        alice = self.alice
        peer.stream.send(message(HOME, TO, body="b" * 9_000))
        alice.expect(body="b" * 9_000)
