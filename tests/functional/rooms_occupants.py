"""Rooms across the guard: of Prosody and of ejabberd, on either side, with an occupant from the other side.

In each play somebody of the room's own side (`host`) keeps a room, and somebody of the other side
(`guest`) is in it. The guest's server may see UNCLASSIFIED and RESTRICTED where it is the low one.
"""

import itertools

from play import RESTRICTED, SECRET, UNCLASSIFIED, Play, wait_for
from support.client import Client
from support.labels import security_label
from support.leaf_bed import LeafBed
from support.leaf_servers import Prosody

MUC = "http://jabber.org/protocol/muc"
ADMIN = f"{MUC}#admin"
_numbers = itertools.count(1)


class RoomsOccupants(Play):
    """A room of Prosody on the high side, one of ejabberd on the low side."""

    bed_kind = LeafBed
    bed_order = "8"

    def setUp(self):
        super().setUp()
        self.rooms = [Room(self.alice, self.bob, "high"), Room(self.bob, self.alice, "low")]
        for room in self.rooms:
            self.addCleanup(room.close)

    def test_a_guest_joins_and_everybody_hears_everybody(self):
        for room in self.rooms:
            room.open()
            for speaker, hearer in ((room.host, room.guest), (room.guest, room.host)):
                said = room.say(speaker, "hello room", UNCLASSIFIED)
                heard = hearer.expect(body=said, kind="groupchat")
                self.assertEqual((heard.sender, heard.label), (room.of(speaker), UNCLASSIFIED))
                speaker.expect(body=said, kind="groupchat")

    def test_what_a_guest_may_not_see_does_not_reach_it_and_does_not_eject_it(self):
        room = self.rooms[0]  # only the low guest is cleared for less
        room.open()
        never = [room.say(room.host, "not for partners", SECRET), room.say(room.host, "unlabelled", None)]
        for body in never:
            room.host.expect(body=body)
        said = room.say(room.host, "for partners", RESTRICTED)
        self.assertEqual(room.guest.expect(body=said).label, RESTRICTED)
        for body in never:
            room.guest.hears_nothing(0.1, body=body)
        rows = [row for row in self.guard.rows() if row["type"] == "groupchat" and row["to_address"] == room.guest.full_jid]
        refused = [row for row in rows if row["verdict"] == "refused" and row["reason"] in ("receiver-clearance", "label-missing")]
        self.assertGreaterEqual(len(refused), 2)
        self.assertEqual({row["action"] for row in refused}, {"none"}, "an error would throw the guest out")
        room.is_in(self)

    def test_what_a_guest_may_not_say_is_answered_and_does_not_eject_it(self):
        for room in self.rooms:
            room.open()
            for label in (SECRET, None):
                body = room.say(room.guest, "never", label, id=f"never-{next(_numbers)}")
                room.guest.expect(error=("policy-violation", "modify"))
                room.host.hears_nothing(0.2, body=body)
            room.is_in(self)

    def test_history_is_checked_like_what_is_said_live(self):
        room = self.rooms[0]
        room.open(guest=False)
        open_, secret = room.say(room.host, "old news", UNCLASSIFIED), room.say(room.host, "old secret", SECRET)
        for body in (open_, secret):
            room.host.expect(body=body)
        room.join(room.guest)
        heard = room.guest.expect(body=open_)
        self.assertTrue(heard.has("{urn:xmpp:delay}delay"))
        self.assertEqual(heard.label, UNCLASSIFIED)
        room.guest.hears_nothing(0.3, body=secret)
        room.is_in(self)
        other = self.rooms[1]
        other.open(guest=False)
        said = other.say(other.host, "partners' old news", UNCLASSIFIED)
        other.host.expect(body=said)
        other.join(other.guest)
        self.assertEqual(other.guest.expect(body=said).label, UNCLASSIFIED)

    def test_private_messages_cross_under_their_labels_and_eject_nobody(self):
        for room in self.rooms:
            room.open()
            for speaker, hearer in ((room.host, room.guest), (room.guest, room.host)):
                said = room.say(speaker, "between us", UNCLASSIFIED, to=room.of(hearer), kind="chat")
                heard = hearer.expect(body=said, kind="chat")
                self.assertEqual((heard.sender, heard.label), (room.of(speaker), UNCLASSIFIED))
            never = room.say(room.host, "never between us", SECRET, to=room.of(room.guest), kind="chat")
            if room.side == "high":
                room.host.expect(error=("policy-violation", "modify"))
                room.guest.hears_nothing(0.2, body=never)
            room.is_in(self)

    def test_the_subject_of_a_low_room_is_seen_high_and_that_of_a_high_room_is_not_seen_low(self):
        for room in self.rooms:
            room.open()
            subject = f"subject {next(_numbers)}"
            room.host.send_raw(f"<message type='groupchat' to='{room.jid}'><subject>{subject}</subject></message>")
            self.assertTrue(room.sees_subject(room.host, subject))
            if room.side == "low":
                self.assertTrue(room.sees_subject(room.guest, subject))
            else:
                self.guard.row(reason="refused-by-rule", rule="down-subject", to_address=room.guest.full_jid)
                room.guest.hears_nothing(0.2, kind="groupchat", body=None)
            room.is_in(self)

    def test_a_guest_is_kicked_and_leaves(self):
        for room in self.rooms:
            room.open()
            room.host.request(room.jid, f"<query xmlns='{ADMIN}'><item nick='{room.nick(room.guest)}' role='none'/></query>", kind="set")
            kicked = room.guest.expect(name="presence", kind="unavailable", sender=room.of(room.guest))
            self.assertIn("307", kicked.text)
            room.host.expect(name="presence", kind="unavailable", sender=room.of(room.guest))
            room.join(room.guest)
            room.host.expect(name="presence", kind=None, sender=room.of(room.guest))
            room.leave(room.guest)
            room.host.expect(name="presence", kind="unavailable", sender=room.of(room.guest))
            room.guest.expect(name="presence", kind="unavailable", sender=room.of(room.guest))

    def test_nobody_administers_a_room_across_the_guard(self):
        for room in self.rooms:
            room.open()
            asked = room.guest.request(room.jid, f"<query xmlns='{ADMIN}'><item nick='{room.nick(room.host)}' role='none'/></query>", kind="set")
            self.assertEqual(room.guest.expect(id=asked).error, ("service-unavailable", "cancel"))
            room.is_in(self)

    def test_a_guest_who_leaves_while_the_streams_are_cut_leaves_no_ghost(self):
        for room, role in zip(self.rooms, ("edge-high", "edge-low")):
            room.open()
            old = self.guard.kill(role)  # every stream with the room's server
            room.leave(room.guest)
            room.host.expect(20, name="presence", kind="unavailable", sender=room.of(room.guest))
            self.guard.wait_for_roles(("edge-high", "edge-low", "filter-high", "filter-low"), without=[old])
            self.assertTrue(wait_for(self.connected, 30))

    def test_a_guest_whose_leaving_got_lost_is_gone_when_the_room_speaks_next(self):
        servers = {side.domain: side.servers[side.domain] for side in self.bed.sides}
        for room in self.rooms:
            user, domain = room.guest.jid.partition("/")[0].split("@")
            network = next(side for side in self.bed.sides if side.domain == domain)
            way = "low-to-high" if network is self.bed.low else "high-to-low"
            guest = Client(f"{user}@{domain}/lost", room.guest.password, servers[domain].address, network.authority.certificate,
                           network.namespace, network.folder)
            self.addCleanup(guest.stop)
            room.guest = guest
            room.open()
            self.operator("stop", way)
            self.addCleanup(self.guard.control, "resume", way)
            room.inside.remove(guest)
            guest.stop()
            self.guard.row(kind="presence", type="unavailable", reason="direction-stopped", from_address=guest.full_jid)
            self.operator("resume", way)
            room.host.hears_nothing(0.2, name="presence", kind="unavailable", sender=room.of(guest))
            room.say(room.host, "is anybody there", UNCLASSIFIED)
            room.host.expect(name="presence", kind="unavailable", sender=room.of(guest))
            # ejabberd answers with the stanza itself in its error, label and all: that does not cross, but a bare one does.
            labelled = not isinstance(servers[domain], Prosody)
            row = self.guard.row(kind="message", type="error", from_address=guest.full_jid, verdict="allowed")
            self.assertEqual((row["reason"], bool(row["label"])), ("error-reduced" if labelled else "allowed", labelled))

    def operator(self, *words):
        done = self.guard.control(*words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class RoomsOccupantsTheOtherWay(RoomsOccupants):
    """A room of ejabberd on the high side, one of Prosody on the low side."""

    bed_options = {"high": "ejabberd", "low": "prosody", "direct": False}
    bed_order = "8b"


class Room:
    """Room is a room of one side, made by its host."""

    def __init__(self, host, guest, side):
        self.side = side
        self.host, self.guest = host, guest
        self.jid = f"room{next(_numbers)}@rooms.{side}.example"
        self.inside = []

    def nick(self, client):
        return "host" if client is self.host else "guest"

    def of(self, client):
        return f"{self.jid}/{self.nick(client)}"

    def open(self, guest=True):
        self.join(self.host)
        asked = self.host.request(self.jid, f"<query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' type='submit'/></query>", kind="set")
        self.host.expect(id=asked)
        if guest:
            self.join(self.guest)
            self.host.expect(name="presence", kind=None, sender=self.of(self.guest))

    def join(self, client):
        client.send_raw(f"<presence to='{self.of(client)}'><x xmlns='{MUC}'/></presence>")
        heard = client.expect(name="presence", kind=None, sender=self.of(client))
        assert "110" in heard.text, heard
        self.inside.append(client)

    def leave(self, client):
        client.send_raw(f"<presence to='{self.of(client)}' type='unavailable'/>")
        self.inside.remove(client)

    def say(self, client, body, label, to=None, kind="groupchat", id=None):
        body = f"{body} {next(_numbers)}"
        more = security_label(label) if label is not None else ""
        named = f" id='{id}'" if id else ""
        client.send_raw(f"<message type='{kind}' to='{to or self.jid}'{named}><body>{body}</body>{more}</message>")
        return body

    def sees_subject(self, client, subject):
        """Whether the client hears that subject; a room may tell an empty one before it."""
        for _ in range(3):
            if client.expect(kind="groupchat", body=None).xml.findtext("{jabber:client}subject") == subject:
                return True
        return False

    def is_in(self, play):
        """The guest is in the room still: both hear what the other says."""
        for speaker, hearer in ((self.host, self.guest), (self.guest, self.host)):
            said = self.say(speaker, "still in", UNCLASSIFIED)
            hearer.expect(body=said, kind="groupchat")
        self.host.hears_nothing(0.1, name="presence", kind="unavailable", sender=self.of(self.guest))

    def close(self):
        for client in self.inside:
            client.send_raw(f"<presence to='{self.of(client)}' type='unavailable'/>")
        self.inside.clear()
