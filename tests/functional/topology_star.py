"""A star: headquarters and three nations around the guard. Who gets what is released to whom; nations stay apart."""

from play import POLICY, UNCLASSIFIED, Play, message
from support.labels import ess_text, permissive_category
from support.star_bed import StarBed
from support.xml_stream import StreamError

RELEASABLE_TO = "2.999.1.2"
ALPHA, BRAVO, CHARLIE = 0, 1, 2
RESTRICTED, CONFIDENTIAL, SECRET = 2, 3, 4


def label(classification, *nations):
    return ess_text(POLICY, classification, permissive_category(RELEASABLE_TO, nations) if nations else b"")


class Star(Play):
    bed_kind = StarBed
    bed_order = "9d"

    def setUp(self):
        super().setUp()
        self.staff, self.anna, self.boris = map(self.bed.client, ("staff", "anna", "boris"))

    def crosses(self, body="still there"):
        for nation in (self.anna, self.boris):
            for sender, receiver in ((self.staff, nation), (nation, self.staff)):
                sender.send(receiver.full_jid, body, UNCLASSIFIED)
                receiver.expect(body=body, sender=sender.jid)

    def test_each_nation_gets_what_is_released_to_it(self):
        for shown, to in ((label(SECRET, ALPHA), "a"), (label(CONFIDENTIAL, BRAVO), "b"), (label(CONFIDENTIAL, ALPHA, BRAVO), "ab"),
                          (label(CONFIDENTIAL), "ab"), (label(SECRET), "a"), (label(SECRET, BRAVO), ""), (label(RESTRICTED, CHARLIE), "")):
            for letter, nation in (("a", self.anna), ("b", self.boris)):
                body = f"{shown} for {letter}"
                sent = self.staff.send(nation.full_jid, body, shown)
                if letter in to:
                    self.assertEqual(nation.expect(body=body).label, shown)
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

    def test_nations_do_not_reach_each_other_through_the_guard(self):
        for sender, receiver in ((self.anna, self.boris), (self.boris, self.anna)):
            sent = sender.send(receiver.full_jid, "to a neighbour", UNCLASSIFIED)
            self.assertEqual(sender.expect(id=sent).error, ("remote-server-not-found", "cancel"))
        answers = []
        for to in ("bravo.example", "nowhere.example"):
            with self.assertRaises(StreamError) as ended:
                self.bed.bad_peer("mirror.alpha.example", to).open()
            answers.append(ended.exception.condition)
        self.assertEqual(answers, ["host-unknown"] * 2)
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
            self.guard.row(stanza_id=sent, verdict="refused", reason="peer-inactive")
            receiver.hears_nothing(0.3, body="the exercise is over")
        self.crosses()
