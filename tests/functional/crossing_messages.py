"""What the policy lets through crosses, both ways, between real servers and real clients."""

from play import RESTRICTED, SECRET, UNCLASSIFIED, Play


class Crossing(Play):
    def test_an_unclassified_message_crosses_both_ways(self):
        self.crosses("hello over there")

    def test_a_restricted_message_crosses_to_a_peer_cleared_for_it(self):
        self.alice.send(self.bob.full_jid, "for restricted eyes", RESTRICTED)
        self.assertEqual(self.bob.expect(body="for restricted eyes").label, RESTRICTED)

    def test_the_row_says_what_crossed_and_how_it_ended(self):
        self.alice.send(self.bob.full_jid, "to be found again", UNCLASSIFIED, id="found-1")
        self.bob.expect(body="to be found again")
        row = self.guard.row(**{"class": "decision", "stanza_id": "found-1"})
        self.assertEqual(row["verdict"], "allowed")
        self.assertEqual(row["reason"], "allowed")
        self.assertTrue(row["rule"])
        self.assertEqual(row["direction"], "high-to-low")
        self.assertEqual((row["sender"], row["receiver"]), ("high-server", "low-server"))
        self.assertEqual(row["from_address"], self.alice.full_jid)
        self.assertEqual(row["to_address"], self.bob.full_jid)
        self.assertEqual((row["kind"], row["type"]), ("message", "chat"))
        self.assertIn("UNCLASSIFIED", row["marking"])
        self.assertGreater(row["received_size"], 100)
        self.assertGreater(row["sent_size"], 100)
        for digest in ("received_hash", "sent_hash", "policy_digest", "configuration_digest"):
            self.assertRegex(row[digest], "^[0-9a-f]{64}$")
        self.assertNotIn("to be found again", str(row), "a body must not be in the log")
        outcome = self.guard.row(**{"class": "outcome", "peer": "low-server", "result": "written"})
        self.assertLessEqual(outcome["first_sequence"], outcome["last_sequence"])

    def test_many_messages_arrive_in_order_and_none_twice(self):
        count = 300
        for number in range(count):
            self.alice.send(self.bob.full_jid, f"in order {number}", UNCLASSIFIED)
        heard = [self.bob.expect(30).body for _ in range(count)]
        self.assertEqual(heard, [f"in order {number}" for number in range(count)])

    def test_the_marking_is_the_security_policys_own(self):
        self.alice.send(self.bob.full_jid, "painted", UNCLASSIFIED, marking="TOP SECRET - a lie")
        heard = self.bob.expect(body="painted")
        self.assertEqual(heard.marking, "EXAMPLE UNCLASSIFIED")
        self.assertNotIn("TOP SECRET", heard.text)

    def test_white_space_in_the_base64_is_collapsed(self):
        spaced = "\n  " + UNCLASSIFIED[:5] + "\n  " + UNCLASSIFIED[5:] + "\n"
        self.alice.send(self.bob.full_jid, "spaced out", spaced)
        self.assertEqual(self.bob.expect(body="spaced out").label, UNCLASSIFIED)

    def test_presence_crosses_where_the_policy_says_so(self):
        self.alice.send_presence(to=self.bob.full_jid)
        self.bob.expect(name="presence", sender=self.alice.full_jid, kind=None)
        self.alice.send_presence(to=self.bob.full_jid, kind="unavailable")
        self.bob.expect(name="presence", sender=self.alice.full_jid, kind="unavailable")
        row = self.guard.row(**{"class": "decision", "kind": "presence", "type": "unavailable"})
        self.assertEqual(row["verdict"], "allowed")
        self.assertTrue(row["marking"], "presence is judged as the implied label of its rule")

    def test_a_ping_crosses_and_is_answered_once(self):
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            ping = sender.ping(receiver.full_jid)
            answer = sender.expect(id=ping, name="iq")
            self.assertEqual(answer.kind, "result", answer)
            sender.hears_nothing(0.5, id=ping)

    def test_a_disco_query_crosses_and_is_answered(self):
        query = self.alice.request(self.bob.full_jid, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
        self.assertEqual(self.alice.expect(id=query).kind, "result")

    def test_the_log_verifies(self):
        self.crosses("before the look at the log")
        done = self.guard.audit("verify")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class CrossingWithDialback(Play):
    bed_options = {"dialback": True}
    bed_order = "2"

    def test_an_unclassified_message_crosses_both_ways(self):
        self.crosses("dialled back")

    def test_the_log_says_that_it_was_dialback(self):
        self.crosses("dialled back again")
        for side in ("high", "low"):
            row = self.guard.row(event="stream-authenticated", side=side)
            self.assertIn("dialback", row["detail"])

    def test_a_secret_message_is_refused_all_the_same(self):
        sent = self.alice.send(self.bob.full_jid, "never", SECRET)
        self.assertEqual(self.alice.expect(id=sent).error, ("policy-violation", "modify"))
        self.bob.hears_nothing(0.5, body="never")
