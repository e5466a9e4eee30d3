"""Labels that the policy does not let through, and labels that are none: refused, uniformly, in the log."""

import base64

from play import CONFIDENTIAL, POLICY, RESTRICTED, SECRET, UNCLASSIFIED, Play, message
from support import labels

CANARY = "the-canary-that-must-not-cross"


class RefusingLabels(Play):
    def refused(self, reason, payload, sender=None, verdict="refused"):
        """A message with this payload instead of a good label is refused with this reason; gives the reply."""
        sender = sender or self.alice
        receiver = self.bob if sender is self.alice else self.alice
        self._number = getattr(self, "_number", 0) + 1
        id = f"refused-{self._testMethodName[-20:]}-{self._number}"
        sender.send_raw(f"<message type='chat' to='{receiver.full_jid}' id='{id}'><body>{CANARY}</body>{payload}</message>")
        reply = sender.expect(id=id)
        self.assertEqual(reply.error, ("policy-violation", "modify"), reply)
        row = self.guard.row(**{"class": "decision", "stanza_id": id})
        self.assertEqual((row["verdict"], row["reason"]), (verdict, reason))
        self.assertTrue(row["received_hash"])
        self.crosses(f"after {id}")
        receiver.hears_nothing(0, body=CANARY)
        return reply

    def labelled(self, text):
        return labels.security_label(text)

    def test_secret_from_high_to_a_peer_cleared_for_restricted(self):
        sent = self.alice.send(self.bob.full_jid, CANARY, SECRET)
        reply = self.alice.expect(id=sent)
        self.assertEqual(reply.error, ("policy-violation", "modify"))
        row = self.guard.row(**{"class": "decision", "stanza_id": sent})
        self.assertEqual((row["verdict"], row["reason"]), ("refused", "receiver-clearance"))
        self.assertIn("SECRET", row["marking"])
        self.bob.hears_nothing(0.5, body=CANARY)

    def test_confidential_is_refused_and_restricted_is_not(self):
        self.refused("receiver-clearance", self.labelled(CONFIDENTIAL))
        self.alice.send(self.bob.full_jid, "restricted passes", RESTRICTED)
        self.bob.expect(body="restricted passes")

    def test_a_label_above_the_senders_own_clearance(self):
        self.refused("sender-clearance", self.labelled(SECRET), sender=self.bob)

    def test_no_label_at_all(self):
        self.refused("label-missing", "")

    def test_an_empty_label(self):
        self.refused("label-missing", "<securitylabel xmlns='urn:xmpp:sec-label:0'><label/></securitylabel>")

    def test_an_unknown_label_format(self):
        self.refused("label-format", "<securitylabel xmlns='urn:xmpp:sec-label:0'><label>"
                                     "<other xmlns='urn:example:label'>UNCLASSIFIED</other></label></securitylabel>")

    def test_bad_base64(self):
        self.refused("label-base64", self.labelled(UNCLASSIFIED.rstrip("=") + "*"))
        self.refused("label-base64", self.labelled("MQYCAQMGASk"))

    def test_bad_der(self):
        trailing = base64.b64encode(labels.ess(POLICY, 1) + b"\0").decode()
        self.refused("label-encoding", self.labelled(trailing))
        # The long form of a length that fits the short one: BER, not DER.
        der = labels.ess(POLICY, 1)
        self.refused("label-encoding", self.labelled(base64.b64encode(der[:1] + b"\x81" + der[1:]).decode()))
        self.refused("label-encoding", self.labelled("MRUCAgD9DA9BcXVhIChvYnNvbGV0ZSk="))

    def test_two_labels(self):
        self.refused("label-twice", self.labelled(UNCLASSIFIED) + self.labelled(UNCLASSIFIED))

    def test_two_label_elements_in_one(self):
        inner = f"<label><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>{UNCLASSIFIED}</esssecuritylabel></label>"
        self.refused("label-structure", f"<securitylabel xmlns='urn:xmpp:sec-label:0'>{inner}{inner}</securitylabel>")

    def test_a_label_under_another_policy(self):
        self.refused("label-policy", self.labelled(labels.ess_text("2.999.2", 1)))

    def test_a_classification_that_the_security_policy_does_not_have(self):
        self.refused("label-unknown", self.labelled(labels.ess_text(POLICY, 77)))

    def test_a_category_that_nobody_is_cleared_for(self):
        caveat = labels.restrictive_category("2.999.1.1", {1})
        self.refused("sender-clearance", self.labelled(labels.ess_text(POLICY, 1, caveat)))

    def test_every_refusal_looks_the_same(self):
        replies = [
            self.refused("receiver-clearance", self.labelled(SECRET)),
            self.refused("label-missing", ""),
            self.refused("label-policy", self.labelled(labels.ess_text("2.999.2", 1))),
            self.refused("label-base64", self.labelled("*")),
        ]
        self.assertEqual(len({reply.text.replace(reply.id, "ID") for reply in replies}), 1, replies)
        self.assertIsNone(replies[0].body, "a refusal has no payload")
        self.assertIsNone(replies[0].label, "a refusal has no label")

    def test_a_label_on_presence_is_dropped_without_a_reply(self):
        shown = self.labelled(UNCLASSIFIED)
        self.alice.send_raw(f"<presence to='{self.bob.full_jid}' id='labelled-presence'>{shown}</presence>")
        row = self.guard.row(**{"class": "decision", "stanza_id": "labelled-presence"})
        self.assertEqual((row["verdict"], row["reason"]), ("refused", "label-on-presence"))
        self.alice.hears_nothing(0.5, id="labelled-presence")
        self.bob.hears_nothing(0, id="labelled-presence")

    def test_of_an_error_with_a_label_the_condition_alone_crosses(self):
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        error = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        peer.stream.send(message("x@bad-low.example", self.alice.full_jid, body=CANARY, kind="error", id="labelled-error", more=error))
        row = self.guard.row(**{"class": "decision", "stanza_id": "labelled-error"})
        self.assertEqual((row["verdict"], row["reason"]), ("allowed", "error-reduced"))
        heard = self.alice.expect(sender="x@bad-low.example", kind="error")
        self.assertEqual((heard.error, heard.id, heard.body, heard.label), (("service-unavailable", "cancel"), None, None, None))

    def test_an_error_with_a_label_does_not_cross_where_errors_do_not(self):
        peer = self.bed.bad_peer(self.bed.high, to="low.example").authenticate()
        error = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        peer.stream.send(message("x@bad-high.example", self.bob.full_jid, kind="error", id="labelled-error-down", more=error))
        row = self.guard.row(**{"class": "decision", "stanza_id": "labelled-error-down"})
        self.assertEqual((row["verdict"], row["reason"]), ("refused", "label-on-error"))
        self.bob.hears_nothing(0.3, sender="x@bad-high.example", kind="error")

    def test_a_label_in_the_wrong_place(self):
        payload = f"<wrapped xmlns='urn:example:wrapped'>{self.labelled(UNCLASSIFIED)}</wrapped>"
        self.alice.send_raw(f"<message type='chat' to='{self.bob.full_jid}' id='nested-label'><body>{CANARY}</body>"
                            f"{payload}</message>")
        self.assertEqual(self.alice.expect(id="nested-label").error, ("policy-violation", "modify"))
        self.assertEqual(self.guard.row(stanza_id="nested-label")["verdict"], "refused")
        self.bob.hears_nothing(0.5, body=CANARY)

    def test_an_unlabelled_error_is_never_refused_for_its_label(self):
        # Prosody answers for a resource that is not there; the error finds its way back.
        query = self.alice.ping("bob@low.example/nobody-here")
        self.assertEqual(self.alice.expect(id=query).error[0], "service-unavailable")

    def test_an_element_without_a_schema_does_not_pass(self):
        sent = "unknown-element"
        self.alice.send_raw(f"<message type='chat' to='{self.bob.full_jid}' id='{sent}'><body>{CANARY}</body>"
                            f"{self.labelled(UNCLASSIFIED)}<x xmlns='urn:example:unknown'/></message>")
        self.assertEqual(self.alice.expect(id=sent).kind, "error")
        self.assertEqual(self.guard.row(stanza_id=sent)["verdict"], "refused")
        self.bob.hears_nothing(0.5, body=CANARY)
