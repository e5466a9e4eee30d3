"""An iq that crosses is answered once, and nothing is an answer that nobody has asked for."""

import time

from play import Play, wait_for
from queues_bounds import BOUNDED

LOW = "x@bad-low.example/there"
HIGH = "y@bad-high.example/there"


class Asking(Play):
    def answer(self, id, to=None, kind="result", sender=LOW):
        """The hostile server's answer; gives its row."""
        if self.peer is None:
            self.peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        before = len(self.rows(id))
        error = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        self.peer.stream.send(f"<iq type='{kind}' from='{sender}' to='{to or self.alice.full_jid}' id='{id}'>"
                              f"{error if kind == 'error' else ''}</iq>")
        self.assertTrue(wait_for(lambda: len(self.rows(id)) > before))
        return self.rows(id)[-1]

    def rows(self, id):
        return [row for row in self.guard.rows() if row["stanza_id"] == id]

    def setUp(self):
        super().setUp()
        self.peer = None

    def ask(self):
        """Alice asks somebody behind the hostile server; gives id and row."""
        server = self.bed.bad_server
        asked = self.alice.ping(LOW)
        self.assertEqual(server.expect(15).get("id"), asked)
        return asked, self.guard.row(stanza_id=asked, type="get")

    def refused(self, row):
        self.assertEqual((row["verdict"], row["reason"], row["action"]), ("refused", "no-request", "none"))


class RequestsAnswers(Asking):
    def test_ONE_ANSWER_a_ping_is_answered_once_between_real_servers(self):
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            asked = sender.ping(receiver.full_jid)
            self.assertEqual(sender.expect(id=asked).kind, "result")
            request, answer = self.rows(asked)
            self.assertEqual((request["type"], answer["type"]), ("get", "result"))
            self.assertEqual(answer["first_sequence"], request["sequence"], "the row names the request's")
            shown = self.guard.audit("show", answer["sequence"])
            self.assertIn(f"the answer to record {request['sequence']}", shown.stdout)
            sender.hears_nothing(0.2, id=asked)

    def test_ONE_ANSWER_a_result_or_error_that_nobody_asked_for_is_refused(self):
        for kind in ("result", "error"):
            self.refused(self.answer(f"forged-{kind}", kind=kind))
        self.alice.hears_nothing(0.3, name="iq")
        # The twins: each answers a request, and once.
        for kind in ("result", "error"):
            asked, request = self.ask()
            self.refused(self.answer(asked + "-other", kind=kind))
            self.refused(self.answer(asked, kind=kind, sender="z@bad-low.example/there"))
            self.refused(self.answer(asked, kind=kind, to="alice@high.example/elsewhere"))
            answer = self.answer(asked, kind=kind)
            self.assertEqual((answer["verdict"], answer["first_sequence"]), ("allowed", request["sequence"]))
            self.assertEqual(self.alice.expect(id=asked).kind, kind)
            self.refused(self.answer(asked, kind=kind))
            self.alice.hears_nothing(0.2, id=asked)
        self.crosses()


class RequestsInTime(Asking):
    bed_options = BOUNDED  # queue_seconds is 3
    bed_order = "3"

    def test_ONE_ANSWER_when_the_time_is_up_the_guard_answers_and_a_late_answer_is_refused(self):
        began = time.monotonic()
        asked, request = self.ask()
        self.assertEqual(self.alice.expect(6, id=asked).error, ("remote-server-timeout", "wait"))
        self.assertGreater(time.monotonic() - began, 2.9)
        told = self.guard.row(event="request-unanswered", first_sequence=request["sequence"])
        self.assertEqual((told["sender"], told["peer"], told["action"]), ("high-server", "bad-low", "reply"))
        self.refused(self.answer(asked))
        self.alice.hears_nothing(0.3, id=asked)

    def test_ONE_ANSWER_towards_low_the_same_time_and_the_condition_that_says_nothing(self):
        server = self.bed.server(self.bed.high, "bad")
        self.addCleanup(server.stop)
        heard = self.bob.ping(HIGH)
        lost = self.bob.ping("four@down-high.example")
        self.assertEqual(server.expect(15).get("id"), heard)
        for asked in (heard, lost):
            self.assertEqual(self.bob.expect(6, id=asked).error, ("service-unavailable", "cancel"))
        self.bob.hears_nothing(0.5, id=heard)

    def test_ONE_ANSWER_a_recorder_that_dies_leaves_its_requests_to_the_next(self):
        asked, request = self.ask()
        unanswered, other = self.ask()
        old = self.guard.kill("recorder")
        self.guard.wait_for_roles(("recorder", "edge-high", "edge-low"), without=(old,))
        self.assertTrue(wait_for(self.connected))
        self.peer = None
        answer = self.answer(asked)
        if answer["verdict"] == "allowed":  # else the time was up before the guard was
            self.assertEqual(answer["first_sequence"], request["sequence"])
        self.alice.expect(5, id=asked)
        self.assertEqual(self.alice.expect(8, id=unanswered).error, ("remote-server-timeout", "wait"))
        self.guard.row(event="request-unanswered", first_sequence=other["sequence"])
        self.refused(self.answer(unanswered))
        self.alice.hears_nothing(0.5, name="iq")
