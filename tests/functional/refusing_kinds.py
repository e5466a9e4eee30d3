"""Which refusals are answered, with what, and which never are (SPEC: RFC 6120 8.3, XEP-0258)."""

from play import SECRET, UNCLASSIFIED, Play, message
from support.labels import security_label

HOME = "x@bad-low.example"
FORBIDDEN = "<query xmlns='http://jabber.org/protocol/disco#items'/>"  # has a schema and no rule
UNKNOWN = "<query xmlns='jabber:iq:version'/>"  # has no schema
ERROR = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"


class RefusingKinds(Play):
    def test_an_iq_that_no_rule_lets_through_gets_exactly_one_reply(self):
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            for kind, payload, reason in (("get", FORBIDDEN, "element-not-allowed"), ("get", UNKNOWN, "schema"), ("set", UNKNOWN, "schema")):
                query = sender.request(receiver.full_jid, payload, kind=kind)
                self.assertEqual(sender.expect(id=query).error, ("service-unavailable", "cancel"))
                sender.hears_nothing(0.3, id=query)
                row = self.guard.row(stanza_id=query)
                self.assertEqual((row["verdict"], row["reason"]), ("refused", reason))

    def test_a_label_on_an_iq_is_refused(self):
        server = self.bed.bad_server
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        peer.stream.send(f"<iq type='get' from='{HOME}' to='{self.alice.full_jid}' id='labelled-iq'>"
                         f"<ping xmlns='urn:xmpp:ping'/>{security_label(UNCLASSIFIED)}</iq>")
        answer = server.expect(15)
        self.assertEqual((answer.get("type"), answer.get("id")), ("error", "labelled-iq"))
        self.assertEqual(self.guard.row(stanza_id="labelled-iq")["verdict"], "refused")

    def test_what_is_never_answered(self):
        server = self.bed.bad_server
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        to = self.alice.full_jid
        # An error that bears a label crosses as its condition alone; it is not answered either.
        peer.stream.send(message(HOME, to, kind="error", label=SECRET, id="an-error", more=ERROR))
        self.assertEqual(self.guard.row(stanza_id="an-error")["reason"], "error-reduced")
        self.alice.expect(15, error=("item-not-found", "cancel"))
        never = {
            "a-headline": message(HOME, to, kind="headline", label=SECRET, id="a-headline"),
            "a-result": f"<iq type='result' from='{HOME}' to='{to}' id='a-result'>{FORBIDDEN}</iq>",
            "a-presence": f"<presence from='{HOME}' to='{to}' id='a-presence'>{security_label(SECRET)}</presence>",
        }
        for id, stanza in never.items():
            peer.stream.send(stanza)
            row = self.guard.row(stanza_id=id)
            self.assertEqual(row["verdict"], "refused", row)
            self.assertEqual(row["action"], "none", row)
        # The twin: a refused chat message is answered.
        peer.stream.send(message(HOME, to, label=SECRET, id="a-chat"))
        answer = server.expect(15)
        self.assertEqual((answer.get("type"), answer.get("id")), ("error", "a-chat"))
        self.assertTrue(server.received.empty(), "nothing else came back")
        self.alice.hears_nothing(0.2, sender=HOME)

    def test_a_refusal_has_nothing_of_the_stanza_in_it(self):
        self.alice.send_raw(f"<message type='chat' to='{self.bob.full_jid}' id='bare'><subject>s</subject><body>b</body>"
                            f"<thread>t</thread>{security_label(SECRET)}</message>")
        reply = self.alice.expect(id="bare")
        self.assertEqual([child.tag for child in reply.xml], ["{jabber:client}error"])
        self.assertEqual(len(reply.xml[0]), 1, "one condition, no text")

    def test_a_hidden_domain_is_no_domain_for_an_honest_server(self):
        answers = []
        for domain in ("hidden-low.example", "nowhere.example"):
            sent = self.alice.send(f"x@{domain}", "is anybody there", UNCLASSIFIED)
            reply = self.alice.expect(15, id=sent)
            self.assertIn("host-unknown", reply.text)
            answers.append(reply.error)
        self.assertEqual(answers[0], answers[1])
