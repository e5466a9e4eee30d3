"""Stream management with real servers: what is acknowledged is delivered; a cut loses nothing silently."""

import time

from numbered import ANY_END, GOOD, Numbered
from play import MANAGED, SECRET, Play, handled, message, wait_for
from queues_bounds import BOUNDED

ROLES = ("edge-high", "edge-low", "filter-high", "filter-low", "recorder")


class Managed(Numbered):
    bed_options = {"managed": True}
    bed_order = "4"

    def cut_above(self):
        """Kills the TCP connections that the high server has opened to the edge there, without a word."""
        self.bed.high.namespace.cut(self.bed.high.edge)

    def test_what_the_peer_acknowledges_is_delivered(self):
        self.crosses("to be acknowledged")
        ids = self.load("acknowledged", 20)
        self.heard("acknowledged", 20, self.bob)
        self.all_ended(ids, GOOD)
        up = self.load("up", 20, self.bob, self.alice)
        self.heard("up", 20, self.alice)
        self.all_ended(up, GOOD)
        outcome = self.guard.row(**{"class": "outcome", "peer": "high-server"})
        self.assertEqual(outcome["result"], "delivered")

    def test_a_cut_loses_nothing_and_keeps_the_order(self):
        self.crosses("before the cut")
        cut = lambda: self.bed.low.namespace.cut(self.bed.low.server)  # noqa: E731
        ids = self.load("cut", 200, events={50: cut, 100: cut, 150: cut})
        self.in_order(self.heard("cut", 200, self.bob), 200)
        self.all_ended(ids, GOOD)
        self.crosses("after the cut")

    def test_an_edges_death_loses_nothing_that_was_released(self):
        self.crosses("before the death")
        ids = self.load("death", 200, events={80: lambda: self.guard.kill("edge-low")})
        self.guard.wait_for_roles(ROLES)
        self.in_order(self.heard("death", 200, self.bob), 200)
        self.all_ended(ids, GOOD)

    def test_a_server_that_dies_leaves_every_message_accounted_for(self):
        self.crosses("before the server dies")
        server = self.bed.low.prosody
        ids = self.load("gone", 100, events={50: lambda: server.child.process.kill()})
        server.child.process.wait(5)
        server.start()
        self.all_ended(ids, within=40)
        found = self.ends(set(ids))
        self.assertEqual({verdict for verdict, _ in found.values()}, {"allowed"})
        self.bed.reconnect("bob")
        self.crosses("after the server has come back")

    def each_ends_or_comes_back(self, ids, sender):
        """Each message has its row and an end, or its server was not told that it was taken."""
        rows = self.ends(set(ids))
        back = {id for id in ids if id not in rows}
        for id in back:
            self.assertIsNotNone(sender.expect(10, id=id, kind="error").error)
        self.all_ended([id for id in ids if id not in back], ANY_END | {""})
        return rows

    def test_low_senders_hear_of_all_that_the_guard_has_not_taken(self):
        self.crosses("before the low edge dies")
        ids = self.load("taken", 200, self.bob, self.alice, {100: lambda: self.guard.kill("edge-low")})
        self.guard.wait_for_roles(ROLES)
        self.assertTrue(wait_for(self.connected, 30))
        self.each_ends_or_comes_back(ids, self.bob)

    def test_high_senders_hear_of_all_that_the_guard_has_not_taken(self):
        self.crosses("before the high edge dies")
        ids = self.load("given", 200, events={100: lambda: self.guard.kill("edge-high")})
        self.guard.wait_for_roles(ROLES)
        self.assertTrue(wait_for(self.connected, 30))
        self.each_ends_or_comes_back(ids, self.alice)

    def test_a_cut_above_loses_nothing_silently(self):
        self.crosses("before the cut above")
        ids = self.load("above", 200, events={number: self.cut_above for number in (60, 120, 180)})
        self.assertTrue(wait_for(self.connected, 30))
        rows = self.each_ends_or_comes_back(ids, self.alice)
        numbers = self.heard_so_far("above", self.bob)
        delivered = {int(id.rpartition("-")[2]) for id, (verdict, _) in rows.items() if verdict == "allowed"}
        self.assertEqual(set(numbers), delivered, "what is called delivered was heard")
        # By the log, which has them as the edge received them. COMPAT(prosody 0.12): what is sent while its
        # stream is being made may come before what was waiting for it.
        received = [int(id.rpartition("-")[2]) for id in rows]
        self.assertEqual(numbers, [number for number in received if number in delivered], "order is kept")

    def test_AUDIT_BEFORE_COUNT_what_is_handled_does_not_come_back_whatever_has_died(self):
        """Delivered or refused, it is acknowledged, by the next recorder too: a cut brings nothing back."""
        self.crosses("before the recorder dies")
        refused = self.alice.send(self.bob.full_jid, "too high", SECRET)
        self.alice.expect(id=refused, error=("policy-violation", "modify"))
        ids = self.load("counted", 100, events={50: lambda: self.guard.kill("recorder")})
        self.guard.wait_for_roles(ROLES)
        self.in_order(self.heard("counted", 100, self.bob), 100)
        self.all_ended(ids, GOOD)
        time.sleep(0.5)  # two ticks
        self.cut_above()
        self.assertTrue(wait_for(self.connected, 30))
        self.alice.hears_nothing(0.1, kind="error")


class Counted(Play):
    """What a high server is told, and when: a hostile peer of that side looks at the counts."""

    bed_options = BOUNDED
    bed_order = "3"

    def test_AUDIT_BEFORE_COUNT_a_stalled_far_peer_holds_up_counts_until_it_has_expired(self):
        peer = self.bed.bad_peer(self.bed.high).authenticate()
        peer.stream.send(f"<enable xmlns='{MANAGED}'/>")
        self.assertEqual(peer.stream.read().tag, f"{{{MANAGED}}}enabled")
        sender = "z@bad-high.example"
        peer.stream.send(message(sender, self.bob.full_jid, body="first"))
        self.bob.expect(body="first")
        self.assertTrue(wait_for(lambda: handled(peer) == 1, 3))
        # One more pair joins the stream, by certificate: nobody is at that server's address.
        peer.stream.send("<db:result from='bad-high.example' to='down-low.example'>not looked at</db:result>")
        self.assertEqual(peer.stream.read().get("type"), "valid")
        began = time.monotonic()
        peer.stream.send(message(sender, "nobody@down-low.example", id="stuck"))
        peer.stream.send(message(sender, self.bob.full_jid, body="second", id="behind"))
        peer.stream.send(message(sender, self.bob.full_jid, body="third", label=SECRET, id="refused"))
        self.bob.expect(body="second")
        self.guard.row(stanza_id="behind", ended="written")
        self.guard.row(stanza_id="refused", verdict="refused")
        self.assertEqual(handled(peer), 1)
        self.assertLess(time.monotonic() - began, 2.5)
        self.assertTrue(wait_for(lambda: handled(peer) == 4, 6))
        self.assertGreater(time.monotonic() - began, 3)
        self.guard.row(stanza_id="stuck", ended="expired")
        self.crosses("after a stalled peer")
