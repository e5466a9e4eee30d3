"""Fewer streams: both ways on one (XEP-0288) with Prosody, and all pairs of two guards on one connection."""

import threading

from numbered import GOOD, Numbered
from play import SECRET, UNCLASSIFIED, Play, message, wait_for
from support.bad_peer import BIDI, BIDI_FEATURE
from support.chain_bed import ChainBed
from support.leaf_bed import LeafBed

MANAGED = "urn:xmpp:sm:3"


class BothWays(Numbered):
    """Prosody on the low side, with streams both ways where the policy says so."""

    bed_options = {"managed": True}
    bed_order = "4"

    def use(self, use):
        """Has streams with the low server used like this; none stands afterwards."""
        self.bed.policy.streams("low-server", use)
        self.bed.policy.write(self.bed.folder)
        for words in ["reload"], ["block", "low-server"], ["unblock", "low-server"]:
            done = self.guard.control(*words)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(wait_for(lambda: not self.connections(), 5))

    def setUp(self):
        super().setUp()
        self.addCleanup(self.use, "own")

    def cut(self):
        self.bed.low.namespace.cut(self.bed.low.edge, self.bed.low.server)

    def connections(self):
        """Those between the low edge and its server, by who has opened them: "edge", "server"."""
        openers = {self.bed.low.server: "edge", self.bed.low.edge: "server"}
        return sorted(openers[to] for to in self.bed.low.namespace.connections() if to in openers)

    def opened(self):
        """The rows of streams with the low server that were opened."""
        return self.guard.events("stream-opened", "low-server")

    def cross(self, first, second):
        for sender, receiver in ((first, second), (second, first)):
            sender.send(receiver.full_jid, "one after the other", UNCLASSIFIED)
            self.assertEqual(receiver.expect(body="one after the other", sender=sender.jid).label, UNCLASSIFIED)

    def test_one_connection_carries_both_ways_whoever_has_opened_it(self):
        for first, second, opener in ((self.alice, self.bob, "edge"), (self.bob, self.alice, "server")):
            self.use("both-ways")
            before = len(self.opened())
            self.cross(first, second)
            self.assertEqual(self.connections(), [opener])
            self.assertEqual(len(self.opened()) - before, 1)

    def test_where_each_pair_has_its_own_there_are_two(self):
        self.use("own")
        before = len(self.opened())
        self.cross(self.alice, self.bob)
        self.assertEqual(self.connections(), ["edge", "server"])
        self.assertEqual(len(self.opened()) - before, 2)

    def test_what_is_refused_on_a_stream_both_ways_is_refused_and_recorded_as_ever(self):
        self.use("both-ways")
        self.cross(self.alice, self.bob)
        for sender, receiver in ((self.bob, self.alice), (self.alice, self.bob)):
            for label in (SECRET, None):
                sent = sender.send(receiver.full_jid, "never", label)
                self.assertEqual(sender.expect(id=sent, kind="error").error, ("policy-violation", "modify"))
                self.guard.row(stanza_id=sent, verdict="refused")
            receiver.hears_nothing(0.1, body="never")
        self.assertEqual(len(self.connections()), 1, "the stream is still there")
        self.cross(self.alice, self.bob)

    def both_loads(self, name, count, events=None):
        """Numbered messages both ways at once; gives their ids, of those down and of those up."""
        up = []
        sending = threading.Thread(target=lambda: up.extend(self.load(f"{name}-up", count, self.bob, self.alice)))
        sending.start()
        down = self.load(f"{name}-down", count, events=events)
        sending.join()
        self.in_order(self.heard(f"{name}-down", count, self.bob), count)
        return down, up

    def test_full_both_ways_everything_is_delivered_in_its_order(self):
        self.use("both-ways")
        self.cross(self.alice, self.bob)
        down, up = self.both_loads("full", 150)
        self.in_order(self.heard("full-up", 150, self.alice), 150)
        self.all_ended(down + up, GOOD)
        self.assertEqual(self.connections(), ["edge"])

    def test_a_cut_of_both_ways_loses_nothing_silently(self):
        self.use("both-ways")
        self.cross(self.alice, self.bob)
        down, up = self.both_loads("cut-both", 150, {75: self.cut})
        self.all_ended(down, GOOD)
        rows = self.ends(set(up))
        for id in up:
            if id not in rows:  # its server was not told that it was taken
                self.assertIsNotNone(self.bob.expect(10, id=id, kind="error").error)
        self.all_ended(list(rows), GOOD)
        heard = self.heard_so_far("cut-both-up", self.alice)
        self.assertEqual(sorted(heard), sorted(int(id.rpartition("-")[2]) for id in rows))
        self.cross(self.alice, self.bob)
        self.assertEqual(len(self.connections()), 1)


class HostileBothWays(Play):
    """A hostile server of the low side, which may have streams both ways."""

    bed_options = {"managed": True}
    bed_order = "4"

    def setUp(self):
        super().setUp()
        self.use("both-ways")
        self.addCleanup(self.use, "own")

    def use(self, use):
        self.bed.policy.streams("bad-low", use)
        self.bed.policy.write(self.bed.folder)
        done = self.guard.control("reload")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def called(self):
        """A hostile server to which the guard has a stream."""
        server = self.bed.server(self.bed.low, "bad", both_ways=True)
        self.addCleanup(server.stop)
        self.alice.send("x@bad-low.example", "opens it", UNCLASSIFIED)
        server.expect()
        return server

    def test_SIDE_BOUND_on_a_stream_of_the_guards_a_server_sends_for_its_own_pair_alone(self):
        server = self.called()
        self.assertTrue(server.asked_both_ways)
        server.say(message("y@bad-low.example", self.alice.full_jid, body="on the guard's own stream"))
        self.assertEqual(self.alice.expect(body="on the guard's own stream").label, UNCLASSIFIED)
        server.say(message("y@bad-low.example", self.alice.full_jid, body="above it", label=SECRET, id="above"))
        self.assertEqual(self.guard.row(stanza_id="above")["verdict"], "refused")
        server.say(message(self.bob.jid, self.alice.full_jid, body="forged", id="forged"))
        self.guard.row(event="stream-closed", peer="bad-low", kind="outgoing")
        for body in ("above it", "forged"):
            self.alice.hears_nothing(0.1, body=body)
        self.crosses()

    def test_a_server_that_may_not_is_not_heard_on_the_guards_stream(self):
        self.use("own")
        server = self.called()
        self.assertFalse(server.asked_both_ways)
        server.say(message("y@bad-low.example", self.alice.full_jid, body="unasked", id="unasked"))
        self.guard.row(event="stream-closed", peer="bad-low", kind="outgoing")
        self.alice.hears_nothing(0.1, body="unasked")
        self.crosses()

    def offered(self):
        """A connection from the hostile server as far as TLS, and whether it is offered streams both ways."""
        peer = self.bed.bad_peer(self.bed.low)
        return peer, peer.secure().find(f"{{{BIDI_FEATURE}}}bidi") is not None

    def test_on_its_own_stream_it_gets_what_is_for_the_pair_that_it_has_proved(self):
        peer, offered = self.offered()
        self.assertTrue(offered)
        peer.stream.send(f"<bidi xmlns='{BIDI}'/>")
        self.assertEqual(peer.external(), "success")
        peer.open()
        peer.stream.send(f"<enable xmlns='{MANAGED}'/>")
        self.assertEqual(peer.stream.read().tag, f"{{{MANAGED}}}enabled")
        peer.stream.send(message("y@bad-low.example", self.alice.full_jid, body="its own"))
        self.alice.expect(body="its own")
        sent = self.alice.send("y@bad-low.example", "back on it", UNCLASSIFIED)
        while (heard := peer.stream.read()).get("to") is None:
            pass  # counts of what it has sent
        self.assertEqual((heard.get("to"), heard.get("from")), ("y@bad-low.example", self.alice.full_jid))
        peer.stream.send(f"<a xmlns='{MANAGED}' h='1'/>")
        self.guard.row(stanza_id=sent, ended="delivered")
        self.crosses()

    def test_who_asks_unasked_gets_nothing(self):
        self.use("own")
        peer, offered = self.offered()
        self.assertFalse(offered)
        peer.stream.send(f"<bidi xmlns='{BIDI}'/>")
        self.assertIsNotNone(peer.stream.read_end())
        self.crosses()


class Piggybacked(Numbered):
    """Servers with a room service beside their domain, and streams that pairs share where the server can."""

    bed_kind = LeafBed
    bed_options = {"low": "ejabberd by dialback", "shared": True, "direct": False}
    bed_order = "8d"

    def ping(self, client, *domains):
        """Each of these domains, a server's and its room service's, gets a request and answers it, be it with an error."""
        asked = {domain: client.ping(domain) for domain in domains}
        for domain, id in asked.items():
            client.expect(20, id=id, sender=domain)

    def outgoing(self, peer):
        """The streams that the guard has made to a peer, and the pairs that are authenticated on them."""
        rows = [row for row in self.guard.events("stream-authenticated", peer) if row["kind"] == "outgoing"]
        return {row["stream"] for row in rows}, {(row["from_address"], row["to_address"]) for row in rows}

    def test_the_services_of_a_server_that_can_share_one_stream(self):
        """ejabberd says that it can, and dials back for each pair."""
        self.ping(self.alice, "low.example", "rooms.low.example", "pubsub.low.example")
        streams, pairs = self.outgoing("low-server")
        self.assertEqual(len(streams), 1)
        self.assertGreaterEqual(pairs, {("high.example", service + "low.example") for service in ("", "rooms.", "pubsub.")})

    def test_a_server_that_cannot_gets_a_stream_for_each(self):
        """Prosody does not say that it can."""
        self.ping(self.bob, "high.example", "rooms.high.example", "pubsub.high.example")
        streams, pairs = self.outgoing("high-server")
        self.assertEqual(len(streams), len(pairs))
        self.assertGreaterEqual(pairs, {("low.example", service + "high.example") for service in ("", "rooms.", "pubsub.")})


class TwoGuards(Numbered):
    """Four servers, two behind each guard; between the guards one connection."""

    bed_kind = ChainBed
    bed_order = "9"

    def setUp(self):
        super().setUp()
        self.core, self.annex = (self.bed.client("duty", domain) for domain in ("core.example", "annex.example"))
        self.ministry, self.field = (self.bed.client("watch", domain) for domain in ("ministry.example", "field.example"))
        self.high, self.low = (self.core, self.annex), (self.ministry, self.field)

    def cross(self, pairs=None, body="through both"):
        """A message down and up for each pair, all at once."""
        pairs = pairs or [(above, below) for above in self.high for below in self.low]
        ways = [way for above, below in pairs for way in ((above, below), (below, above))]
        for sender, receiver in ways:
            sender.send(receiver.full_jid, body, UNCLASSIFIED)
        for sender, receiver in ways:
            self.assertEqual(receiver.expect(20, body=body, sender=sender.jid).label, UNCLASSIFIED)

    def connections(self):
        return self.bed.trunk.namespace.connections()

    def one_connection(self):
        """Where both ends have opened one at once, the one goes when it is empty."""
        self.assertTrue(wait_for(lambda: len(self.connections()) == 1, 5), self.connections())

    def stall(self, *servers):
        """Has the servers of these domains stand still until the end of the play; gives what ends it."""
        machines = [network.servers[domain].machine for network in self.bed.networks for domain in servers
                    if domain in network.servers]
        self.assertEqual(len(machines), len(servers))

        def go_on():
            for machine in machines:
                machine.stall(False)

        self.addCleanup(go_on)
        for machine in machines:
            machine.stall()
        return go_on

    def test_one_connection_carries_all_pairs_both_ways(self):
        for first in (self.core, self.field):
            self.bed.close_trunk()
            other = self.field if first is self.core else self.core
            first.send(other.full_jid, "opens it", UNCLASSIFIED)
            other.expect(20, body="opens it")
            self.cross()
            self.one_connection()

    def test_where_each_pair_has_its_own_there_are_eight(self):
        self.bed.use_streams("own")
        self.addCleanup(self.bed.use_streams, "both-ways")
        self.cross()
        self.assertEqual(len(self.connections()), 8)

    def test_a_stalled_server_behind_a_guard_holds_up_nobody_else(self):
        self.cross()
        go_on = self.stall("ministry.example")
        self.load("stalled", 100, self.core, self.ministry)
        self.cross([(above, self.field) for above in self.high], "beside a stalled server")
        self.one_connection()
        go_on()
        self.in_order(self.heard("stalled", 100, self.ministry), 100)

    def test_two_guards_full_both_ways_with_a_stalled_server_behind_each_go_on(self):
        self.cross()
        go_on = self.stall("ministry.example", "annex.example")
        # Each way more than a stream may have unacknowledged.
        down = threading.Thread(target=self.load, args=("down-full", 400, self.core, self.ministry))
        down.start()
        self.load("up-full", 400, self.field, self.annex)
        down.join()
        self.cross([(self.core, self.field)], "beside two that are stalled")
        go_on()
        self.in_order(self.heard("down-full", 400, self.ministry), 400)
        self.in_order(self.heard("up-full", 400, self.annex), 400)
        self.cross()

    def test_a_cable_cut_between_guards_loses_nothing_and_keeps_the_order_of_each_pair(self):
        self.cross()
        ways = {"cut-a": (self.core, self.ministry), "cut-b": (self.annex, self.field),
                "cut-c": (self.ministry, self.annex), "cut-d": (self.field, self.core)}
        sending = [threading.Thread(target=self.load, args=(name, 100, *way)) for name, way in ways.items() if name != "cut-a"]
        for thread in sending:
            thread.start()
        self.load("cut-a", 100, *ways["cut-a"], {50: self.bed.cut_trunk})
        for thread in sending:
            thread.join()
        for name, (_, receiver) in ways.items():
            self.in_order(self.heard(name, 100, receiver), 100)
            self.accounted(name, 100)
        self.one_connection()

    def accounted(self, name, count):
        """Both logs have every message, delivered. What a guard sent again the other one may have twice."""
        ids = {f"{name}-{number}" for number in range(count)}

        def delivered(guard):
            rows = [row for row in guard.rows() if row["class"] == "decision" and row["stanza_id"] in ids]
            return {row["stanza_id"] for row in rows} == ids and {row["ended"] for row in rows} == GOOD

        for guard in (self.bed.upper, self.bed.lower):
            self.assertTrue(wait_for(lambda: delivered(guard), 10), name)  # noqa: B023
