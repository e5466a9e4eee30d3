"""Numbered: a play that sends numbered messages and accounts for each of them."""

import time

from play import UNCLASSIFIED, Play, wait_for

GOOD = {"delivered"}
ANY_END = {"delivered", "written", "in-doubt", "expired", "withdrawn"}


class Numbered(Play):
    """Numbered is for plays with load; without `sender` and `receiver` alice writes to bob."""

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

    def heard_so_far(self, name, client):
        numbers = []
        while True:
            try:
                body = client.expect(0.3, name="message", kind="chat").body or ""
            except AssertionError:
                return numbers
            if body.startswith(f"{name} "):
                numbers.append(int(body.rpartition(" ")[2]))

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
