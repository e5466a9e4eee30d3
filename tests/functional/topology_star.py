"""A star: four nations and, across, headquarters and another server. Who gets what is released to whom; each nation talks
to each other through the guard, by rules of their own; those without a rule stay apart; the labels of one nation are
translated."""

import itertools
import os
import re
import signal

from play import MANAGED, POLICY, UNCLASSIFIED, Play, handled, message, wait_for
from support.bad_peer import header, heard
from support.labels import ess_text, permissive_category
from support.star_bed import NATIONS, StarBed, rule_between

# What Prosody makes of host-unknown.
NOT_THERE = ("remote-server-timeout", "wait")
RELEASABLE_TO = "2.999.1.2"
ALPHA, BRAVO, CHARLIE = 0, 1, 2
RESTRICTED, CONFIDENTIAL, SECRET = 2, 3, 4
# The highest that each nation may see.
UP_TO = {"alpha": SECRET, "bravo": CONFIDENTIAL, "charlie": RESTRICTED, "delta": RESTRICTED}


# BRAVO NATIONAL (deploy/examples/star/bravo.xml), by what it is under EXAMPLE; and what is nothing there.
BRAVO_POLICY, AUDIENCE = "2.999.60", "2.999.60.1"
HOME_CABINET = 40


def label(classification, *nations):
    return ess_text(POLICY, classification, permissive_category(RELEASABLE_TO, nations) if nations else b"")


def home_label(classification, *nations):
    """The label of BRAVO NATIONAL that `label` with the same arguments is equivalent to."""
    audience = permissive_category(AUDIENCE, [{ALPHA: 4, BRAVO: 5}[nation] for nation in nations]) if nations else b""
    return ess_text(BRAVO_POLICY, {1: 10, RESTRICTED: 20, CONFIDENTIAL: 30}[classification], audience)


class Star(Play):
    bed_kind = StarBed
    bed_order = "9d"

    def setUp(self):
        super().setUp()
        users = ("staff", "ops", "anna", "boris", "carl", "dora")
        self.staff, self.ops, self.anna, self.boris, self.carl, self.dora = map(self.bed.client, users)

    def crosses(self, body="still there"):
        for nation in (self.anna, self.boris):
            for sender, receiver in ((self.staff, nation), (nation, self.staff)):
                sender.send(receiver.full_jid, body, UNCLASSIFIED)
                receiver.expect(body=body, sender=sender.jid)

    def test_each_nation_gets_what_is_released_to_it(self):
        for of, to in (((SECRET, ALPHA), "a"), ((CONFIDENTIAL, BRAVO), "b"), ((CONFIDENTIAL, ALPHA, BRAVO), "ab"),
                       ((CONFIDENTIAL,), "ab"), ((SECRET,), "a"), ((SECRET, BRAVO), ""), ((RESTRICTED, CHARLIE), "")):
            shown = label(*of)
            for letter, nation in (("a", self.anna), ("b", self.boris)):
                body = f"{shown} for {letter}"
                sent = self.staff.send(nation.full_jid, body, shown)
                if letter in to:
                    self.assertEqual(nation.expect(body=body).label, shown if letter == "a" else home_label(*of))
                else:
                    self.staff.expect(id=sent, error=("policy-violation", "modify"))
                    self.guard.row(stanza_id=sent, reason="receiver-clearance")
                    nation.hears_nothing(0.2, body=body)
        self.crosses()

    def test_a_nation_writes_no_label_that_it_may_not_read(self):
        self.anna.send(self.staff.full_jid, "of our own", label(SECRET, ALPHA))
        self.staff.expect(body="of our own")
        for sender, shown in ((self.anna, label(SECRET, BRAVO)), (self.boris, label(SECRET)), (self.boris, label(RESTRICTED, ALPHA))):
            sent = sender.send(self.staff.full_jid, "not of our own", shown)
            sender.expect(id=sent, error=("policy-violation", "modify"))
            self.guard.row(stanza_id=sent, reason="sender-clearance")
        self.staff.hears_nothing(0.3, body="not of our own")
        self.crosses()

    def test_what_a_nation_labels_under_its_own_policy_is_judged_as_what_it_is_here(self):
        for of, marking in (((CONFIDENTIAL, BRAVO), "EXAMPLE CONFIDENTIAL RELTO BRAVO"), ((RESTRICTED,), "EXAMPLE RESTRICTED")):
            body = f"from home, {marking}"
            sent = self.boris.send(self.staff.full_jid, body, home_label(*of))
            heard = self.staff.expect(body=body, sender=self.boris.jid)
            self.assertEqual((heard.label, heard.marking), (label(*of), marking))
            row = self.guard.row(stanza_id=sent, verdict="allowed")
            self.assertEqual((row["marking"], row["label"]), (marking, home_label(*of)))
        # What its clearance does not hold stays where it is, and so does what is nothing here.
        for shown, reason in ((home_label(RESTRICTED, ALPHA), "sender-clearance"),
                              (ess_text(BRAVO_POLICY, HOME_CABINET), "sender-translation")):
            sent = self.boris.send(self.staff.full_jid, "not from home", shown)
            self.boris.expect(id=sent, error=("policy-violation", "modify"))
            self.guard.row(stanza_id=sent, reason=reason)
        # Its policy is nobody else's.
        sent = self.anna.send(self.staff.full_jid, "not from home", home_label(RESTRICTED))
        self.anna.expect(id=sent, error=("policy-violation", "modify"))
        self.guard.row(stanza_id=sent, reason="label-policy")
        self.staff.hears_nothing(0.3, body="not from home")
        self.crosses()

    def test_what_goes_to_a_nation_leaves_with_the_label_that_it_is_there(self):
        sent = self.staff.send(self.boris.full_jid, "to your home", label(CONFIDENTIAL, ALPHA, BRAVO))
        heard = self.boris.expect(body="to your home")
        self.assertEqual((heard.label, heard.marking), (home_label(CONFIDENTIAL, ALPHA, BRAVO),
                                                        "BRAVO NATIONAL HOME CONFIDENTIAL FOR NEIGHBOUR ALPHA AND HOME"))
        row = self.guard.row(stanza_id=sent, verdict="allowed")
        self.assertEqual(row["label"], label(CONFIDENTIAL, ALPHA, BRAVO))
        self.assertEqual(row["facts"]["sent"], home_label(CONFIDENTIAL, ALPHA, BRAVO))
        # Two values, of which Bravo holds one: granted, and CHARLIE is nothing in its policy.
        sent = self.staff.send(self.boris.full_jid, "to whose home?", label(CONFIDENTIAL, BRAVO, CHARLIE))
        self.staff.expect(id=sent, error=("policy-violation", "modify"))
        self.guard.row(stanza_id=sent, reason="receiver-translation")
        self.boris.hears_nothing(0.3, body="to whose home?")
        self.crosses()

    def test_servers_without_a_rule_do_not_exist_for_each_other(self):
        for sender, receiver in ((self.dora, self.staff), (self.boris, self.ops), (self.ops, self.carl)):
            sent = sender.send(receiver.full_jid, "to nobody", UNCLASSIFIED)
            sender.expect(5, id=sent, error=NOT_THERE)
            receiver.hears_nothing(0.2, body="to nobody")
        # A stream, before and after it is known who asks, and a dialback key: as for what is not there at all.
        for ask in (self.opens, self.opens_again, self.dials):
            nowhere = ask("nowhere.example")
            self.assertIn("host-unknown" if ask != self.dials else "item-not-found", nowhere)
            for hidden in ("air.example", "echo.example", "bravo.example", "rooms.bravo.example"):
                self.assertEqual(ask(hidden), nowhere, hidden)
        self.crosses()

    def masked(self, peer, domain):
        """All that still comes, without the names and ids that have to differ."""
        return re.sub(r" id=['\"][^'\"]*['\"]", " id=''", heard(peer).replace(f"'{domain}'", "'DOMAIN'"))

    def opens(self, domain):
        peer = self.bed.bad_peer("mirror.bravo.example", "hq.example")
        peer.stream.send(header(domain, "mirror.bravo.example"))
        return self.masked(peer, domain)

    def opens_again(self, domain):
        peer = self.bed.bad_peer("mirror.bravo.example", "hq.example")
        peer.secure()
        self.assertEqual(peer.external(), "success")
        peer.stream.send(header(domain, "mirror.bravo.example"))
        return self.masked(peer, domain)

    def dials(self, domain):
        peer = self.bed.bad_peer("mirror.bravo.example", "hq.example").authenticate()
        peer.stream.send(f"<db:result from='mirror.bravo.example' to='{domain}'>{'00' * 32}</db:result></stream:stream>")
        return self.masked(peer, domain)

    def beside(self, sender, receiver, body, sent_as, heard_as):
        sent = sender.send(receiver.full_jid, body, sent_as)
        self.assertEqual(receiver.expect(body=body, sender=sender.jid).label, heard_as)
        row = self.guard.row(stanza_id=sent, verdict="allowed")
        self.assertEqual(row["direction"], "low-to-low")
        return row

    def test_nations_with_a_rule_talk_to_each_other_and_nobody_else_hears_it(self):
        both = (CONFIDENTIAL, ALPHA, BRAVO)
        row = self.beside(self.anna, self.boris, "between us", label(*both), home_label(*both))
        self.assertEqual((row["sender"], row["receiver"], row["rule"]), ("alpha", "bravo", "nations-chat"))
        self.beside(self.boris, self.anna, "between us", home_label(*both), label(*both))
        self.staff.hears_nothing(0.3, body="between us")
        for row in self.guard.rows("--direction", "low-to-low"):
            self.assertNotIn(row["receiver"], ("headquarters", "air"), row)
        self.crosses()

    def shown_by(self, nation, *of):
        """A label, as that nation writes it and reads it."""
        return home_label(*of) if nation == "bravo" else label(*of)

    def too_much(self, one, other):
        """A label that a nation can write, for what another may not see."""
        return self.shown_by(one, *((RESTRICTED, BRAVO) if other == "alpha" else (UP_TO[other] + 1,)))

    def passes_and_is_refused(self, sender, receiver, good, good_there, bad):
        """Sends what may not pass and then what may. Order is kept between two domains: what must not come would have
        come before what does. Gives the ids of both."""
        refused = sender.send(receiver.full_jid, "too much", bad)
        body = f"from {sender.jid} to {receiver.jid}"
        sent = sender.send(receiver.full_jid, body, good)
        self.assertEqual(receiver.expect(body=body, sender=sender.jid).label, good_there)
        receiver.hears_nothing(0, body="too much")
        sender.expect(id=refused, error=("policy-violation", "modify"))
        return refused, sent

    def assert_ways(self, ways):
        """What the log says of {(refused, sent): (direction, sender, receiver, rule)}."""
        rows = {row["stanza_id"]: row for row in self.guard.rows() if row["verdict"]}
        for (refused, sent), (*way, rule) in ways.items():
            for id in (refused, sent):
                self.assertEqual([rows[id][word] for word in ("direction", "sender", "receiver")], way)
            self.assertEqual((rows[sent]["verdict"], rows[sent]["rule"]), ("allowed", rule))
            self.assertEqual(rows[refused]["verdict"], "refused")
            self.assertIn(rows[refused]["reason"], ("sender-clearance", "receiver-clearance"))

    def test_every_nation_talks_to_every_other_by_the_rule_for_that_way(self):
        ways = {}
        for one, other in itertools.permutations(NATIONS, 2):
            sender, receiver = (self.bed.client(NATIONS[name][1]) for name in (one, other))
            most = min(UP_TO[one], UP_TO[other])
            ids = self.passes_and_is_refused(sender, receiver, self.shown_by(one, most), self.shown_by(other, most),
                                             self.too_much(one, other))
            ways[ids] = ("low-to-low", one, other, rule_between(one, other))
        self.assertEqual(len(ways), 12)
        self.assert_ways(ways)

    def test_both_servers_across_are_reached_and_refused_by_their_rules(self):
        ways = {}
        for nation, above, domain, most in (("alpha", self.staff, "hq", CONFIDENTIAL), ("charlie", self.staff, "hq", RESTRICTED),
                                            ("alpha", self.ops, "air", CONFIDENTIAL), ("delta", self.ops, "air", RESTRICTED)):
            below = self.bed.client(NATIONS[nation][1])
            peer, up, down = ("air", "air-up", "air-down") if domain == "air" else ("headquarters", "up-chat", "down-chat")
            never = label(SECRET, BRAVO)
            ways[self.passes_and_is_refused(below, above, label(most), label(most), never)] = ("low-to-high", nation, peer, up)
            ways[self.passes_and_is_refused(above, below, label(most), label(most), never)] = ("high-to-low", peer, nation, down)
        self.assert_ways(ways)
        # What no rule lets pass does not, whatever its label.
        for above, domain, reason in ((self.staff, "charlie.example", "element-not-allowed"), (self.ops, "delta.example", "no-rule")):
            sent = above.request(domain, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
            above.expect(id=sent, error=("service-unavailable", "cancel"))
            self.guard.row(stanza_id=sent, reason=reason)

    def test_clearances_hold_between_nations(self):
        for receiver, shown, reason in ((self.boris, label(SECRET), "receiver-clearance"),
                                        (self.boris, label(RESTRICTED, ALPHA), "receiver-clearance"),
                                        (self.dora, label(CONFIDENTIAL), "receiver-clearance"),
                                        (self.dora, None, "label-missing")):
            sent = self.anna.send(receiver.full_jid, "not for you", shown)
            self.anna.expect(id=sent, error=("policy-violation", "modify"))
            row = self.guard.row(stanza_id=sent, reason=reason)
            self.assertEqual(row["direction"], "low-to-low")
            receiver.hears_nothing(0.2, body="not for you")
        sent = self.dora.send(self.anna.full_jid, "not from you", label(CONFIDENTIAL))
        self.dora.expect(id=sent, error=("policy-violation", "modify"))
        self.guard.row(stanza_id=sent, reason="sender-clearance", direction="low-to-low")
        self.crosses()

    def test_requests_between_nations_are_answered_in_their_lane(self):
        sent = self.anna.ping("bravo.example")
        self.anna.expect(id=sent, name="iq")
        asked = self.guard.row(stanza_id=sent, verdict="allowed", type="get")
        answered = self.guard.row(stanza_id=sent, verdict="allowed", sender="bravo")
        self.assertEqual((asked["direction"], answered["direction"]), ("low-to-low", "low-to-low"))
        self.assertEqual(answered["first_sequence"], asked["sequence"])
        # Delta has no rule for it.
        sent = self.dora.ping("alpha.example")
        self.dora.expect(id=sent, error=("service-unavailable", "cancel"))
        self.guard.row(stanza_id=sent, reason="no-rule", direction="low-to-low")
        self.crosses()

    def test_a_stream_to_a_neighbour_leads_nowhere_else(self):
        for to in ("staff@hq.example", "staff@hq&#46;example", "dora@delta.example", "carl@charlie.example"):
            peer = self.bed.bad_peer("mirror.alpha.example", "bravo.example").authenticate()
            peer.stream.send(message("a@mirror.alpha.example", to, body="by the side door", id="side-door"))
            self.assertEqual(peer.stream.read_end(), "host-unknown", to)
        for nobody in (self.staff, self.dora):
            nobody.hears_nothing(0.2, body="by the side door")
        self.crosses()

    def frozen(self, network, domain):
        """Stops a server (SIGSTOP) until the end of the play, or until what is given is called."""
        pids = network.servers[domain].machine.processes()

        def thaw():
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        self.addCleanup(thaw)
        return thaw

    def test_AUDIT_BEFORE_COUNT_a_stalled_neighbour_holds_up_a_nations_counts_and_nobody_across_does(self):
        peer = self.bed.bad_peer("alpha.example", "charlie.example").authenticate()
        # One more pair joins the stream, by certificate.
        peer.stream.send("<db:result from='alpha.example' to='hq.example'>not looked at</db:result>")
        self.assertEqual(peer.stream.read().get("type"), "valid")
        peer.stream.send(f"<enable xmlns='{MANAGED}'/>")
        self.assertEqual(peer.stream.read().tag, f"{{{MANAGED}}}enabled")
        sender = "zoe@alpha.example"
        peer.stream.send(message(sender, self.carl.full_jid, body="beside"))
        self.carl.expect(body="beside")
        self.assertTrue(wait_for(lambda: handled(peer) == 1, 3))
        thaw = self.frozen(self.bed.high, "hq.example")
        peer.stream.send(message(sender, self.staff.full_jid, body="across"))
        self.assertTrue(wait_for(lambda: handled(peer) == 2, 3))
        self.staff.hears_nothing(0, body="across")
        thaw()
        self.staff.expect(body="across")
        thaw = self.frozen(self.bed.low, "charlie.example")
        peer.stream.send(message(sender, self.carl.full_jid, body="stuck", id="stuck"))
        peer.stream.send(message(sender, self.staff.full_jid, body="behind"))
        self.staff.expect(body="behind")
        self.guard.row(stanza_id="stuck", verdict="allowed", direction="low-to-low")
        self.assertEqual([handled(peer) for _ in range(2)], [2, 2])
        thaw()
        self.carl.expect(body="stuck")
        self.assertTrue(wait_for(lambda: handled(peer) == 4, 3))

    def test_an_operator_stops_what_stays_on_the_side_and_nothing_else(self):
        self.guard.control("stop", "low-to-low")
        self.addCleanup(self.guard.control, "resume", "low-to-low")
        self.assertRegex(self.guard.control("status").stdout, "low-to-low +STOPPED")
        sent = self.anna.send(self.boris.full_jid, "stopped", UNCLASSIFIED)
        row = self.guard.row(stanza_id=sent, reason="direction-stopped")
        self.assertEqual(row["direction"], "low-to-low")
        self.boris.hears_nothing(0.2, body="stopped")
        self.crosses()

    def test_no_nation_speaks_for_another(self):
        peer = self.bed.bad_peer("mirror.alpha.example", "hq.example").authenticate()
        peer.stream.send(message("boris@bravo.example", self.staff.full_jid, body="not from boris", id="stolen"))
        self.assertEqual(peer.stream.read_end(), "invalid-from")
        self.staff.hears_nothing(0.3, body="not from boris")
        self.crosses()

    def test_after_its_last_day_nothing_crosses_to_or_from_a_nation(self):
        for sender in (self.staff, self.anna):
            sent = sender.send("eve@echo.example", "the exercise is over", UNCLASSIFIED)
            sender.expect(5, id=sent, error=NOT_THERE)
        for to in ("hq.example", "alpha.example"):
            peer = self.bed.bad_peer("echo.example", to)
            peer.stream.send(header(to, "echo.example"))
            self.assertIn("host-unknown", heard(peer))
        self.crosses()
