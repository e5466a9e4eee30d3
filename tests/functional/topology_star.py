"""A star: headquarters and four nations around the guard. Who gets what is released to whom; which nations talk to each
other through the guard, and that the others stay apart; the labels of one of them are translated."""

import re

from play import POLICY, UNCLASSIFIED, Play, message
from support.bad_peer import header, heard
from support.labels import ess_text, permissive_category
from support.star_bed import StarBed

# What Prosody makes of host-unknown.
NOT_THERE = ("remote-server-timeout", "wait")
RELEASABLE_TO = "2.999.1.2"
ALPHA, BRAVO, CHARLIE = 0, 1, 2
RESTRICTED, CONFIDENTIAL, SECRET = 2, 3, 4


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
        self.staff, self.anna, self.boris, self.dora = map(self.bed.client, ("staff", "anna", "boris", "dora"))

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

    def test_nations_without_a_rule_do_not_exist_for_each_other(self):
        for sender, receiver in ((self.boris, self.dora), (self.dora, self.boris), (self.dora, self.staff)):
            sent = sender.send(receiver.full_jid, "to nobody", UNCLASSIFIED)
            sender.expect(5, id=sent, error=NOT_THERE)
            receiver.hears_nothing(0.2, body="to nobody")
        # A stream, before and after it is known who asks, and a dialback key: as for what is not there at all.
        for ask in (self.opens, self.opens_again, self.dials):
            nowhere = ask("nowhere.example")
            self.assertIn("host-unknown" if ask != self.dials else "item-not-found", nowhere)
            for hidden in ("delta.example", "charlie.example", "bravo.example", "rooms.bravo.example"):
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
        row = self.beside(self.anna, self.dora, "between us", label(RESTRICTED), label(RESTRICTED))
        self.assertEqual((row["receiver"], row["rule"]), ("delta", "beside-delta"))
        self.beside(self.dora, self.anna, "between us", UNCLASSIFIED, UNCLASSIFIED)
        self.staff.hears_nothing(0.3, body="between us")
        for row in self.guard.rows("--direction", "low-to-low"):
            self.assertNotEqual(row["receiver"], "headquarters", row)
        self.crosses()

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
        carl = self.bed.client("carl")
        for sender, receiver in ((self.staff, carl), (carl, self.staff)):
            sent = sender.send(receiver.full_jid, "the exercise is over", UNCLASSIFIED)
            sender.expect(5, id=sent, error=NOT_THERE)
            receiver.hears_nothing(0.3, body="the exercise is over")
        self.crosses()
