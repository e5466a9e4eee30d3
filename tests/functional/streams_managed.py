"""Stream management with real servers: what is acknowledged is delivered; a cut loses nothing silently."""

import time

from play import UNCLASSIFIED, Play, wait_for
from support.child import run

ROLES = ("edge-high", "edge-low", "filter-high-to-low", "filter-low-to-high", "recorder")
GOOD = {"delivered"}
ANY_END = {"delivered", "written", "in-doubt", "expired", "withdrawn"}


class Managed(Play):
    bed_options = {"managed": True}
    bed_order = "4"

    def load(self, name, count, sender=None, receiver=None, events=None):
        """Sends numbered messages; `events` are called when so many were sent. Gives their ids."""
        sender, receiver = sender or self.alice, receiver or self.bob
        ids = []
        for number in range(count):
            if events and number in events:
                events[number]()
            ids.append(sender.send(receiver.full_jid, f"{name} {number}", UNCLASSIFIED, id=f"{name}-{number}"))
            time.sleep(0.002)
        return ids

    def heard(self, name, count, client):
        """The numbers of the messages that come, in their order, until the last one has come."""
        numbers = []
        while not numbers or numbers[-1] != count - 1:
            stanza = client.expect(20, name="message", kind="chat")
            if (stanza.body or "").startswith(f"{name} "):
                numbers.append(int(stanza.body.rpartition(" ")[2]))
        return numbers

    def ends(self, ids):
        """{id: (verdict, end)} of the decisions about these stanzas; fails where one has no row, or two."""
        found = {}
        for row in self.guard.rows():
            if row["class"] == "decision" and row["stanza_id"] in ids:
                self.assertNotIn(row["stanza_id"], found, "one stanza, one row")
                found[row["stanza_id"]] = (row["verdict"], row["ended"])
        return found

    def all_ended(self, ids, allowed=ANY_END, within=20):
        """Every one of the stanzas has its row, and an outcome that is in the log."""
        wanted = set(ids)

        def ended():
            found = self.ends(wanted)
            return found.keys() == wanted and all(end in allowed for _, end in found.values())

        self.assertTrue(wait_for(ended, within), {end for end in self.ends(wanted).items() if end[1][1] not in allowed})

    def in_order(self, numbers, count):
        """Nothing is missing, and what comes again comes in one run: order holds within the pair."""
        self.assertEqual(list(dict.fromkeys(numbers)), list(range(count)), "lost, or out of order")

    def cut(self, side, other):
        """Kills the TCP connections from the edge to the server of a side, without a word."""
        run(["ss", "-K", "dst", other, "dport", "=", ":5269"], side.namespace)

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
        cut = lambda: self.cut(self.bed.low, self.bed.low.server)  # noqa: E731
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

    def test_low_senders_hear_of_all_that_the_guard_has_not_taken(self):
        """A low edge dies: each message has its row, or its server was not told that it was taken."""
        self.crosses("before the low edge dies")
        ids = self.load("taken", 200, self.bob, self.alice, {100: lambda: self.guard.kill("edge-low")})
        self.guard.wait_for_roles(ROLES)
        self.assertTrue(wait_for(self.connected, 30))
        rows = self.ends(set(ids))
        missing = {id for id in ids if id not in rows}
        for id in missing:
            self.assertIsNotNone(self.bob.expect(10, id=id, kind="error").error)
