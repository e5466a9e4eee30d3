"""Ordinary servers behind the guard: stock Prosody and stock ejabberd, whose names lead to it."""

from cryptography import x509
from play import RESTRICTED, SECRET, UNCLASSIFIED, Play
from support.leaf_bed import LeafBed
from support.name_query import ask
from support.xml_stream import StreamError

DISCO = "http://jabber.org/protocol/disco#info"
SERVICES = ("", "rooms.", "pubsub.")


class Leaves(Play):
    """Prosody on the high side, ejabberd on the low one, direct TLS: the files of the example as they are."""

    bed_kind = LeafBed
    bed_order = "8"
    ports = (5269, 5270)  # where the guard listens

    def far_of(self, side):
        return self.bed.low if side is self.bed.high else self.bed.high

    def test_labelled_messages_cross_and_refused_ones_are_answered(self):
        self.crosses()
        self.alice.send(self.bob.full_jid, "for partners", RESTRICTED)
        self.assertEqual(self.bob.expect(body="for partners").label, RESTRICTED)
        for sender, receiver, why in ((self.alice, self.bob, "receiver-clearance"), (self.bob, self.alice, "sender-clearance")):
            for label, reason in ((SECRET, why), (None, "label-missing")):
                sent = sender.send(receiver.full_jid, f"never {reason}", label)
                sender.expect(id=sent, error=("policy-violation", "modify"))
                self.guard.row(stanza_id=sent, reason=reason)
                receiver.hears_nothing(0.3, body=f"never {reason}")
        self.crosses()

    def test_prosody_acknowledges_what_it_gets_and_ejabberd_does_not(self):
        servers = {"high": "prosody", "low": "ejabberd", **self.bed_options}
        for sender, receiver, side in ((self.alice, self.bob, "low"), (self.bob, self.alice, "high")):
            sent = sender.send(receiver.full_jid, "how does it end", UNCLASSIFIED)
            receiver.expect(body="how does it end")
            self.guard.row(stanza_id=sent, ended="delivered" if servers[side] == "prosody" else "written")

    def test_every_stream_takes_the_preferred_way(self):
        self.crosses()
        for side in self.bed.sides:
            used = side.streams()
            # At least both ends of a stream in and a stream out: plays before this one have left others.
            self.assertGreaterEqual(len(used), 4, used)
            self.assertEqual(set(used), {self.ports[-1]})

    def test_rooms_and_pubsub_are_reached_under_their_own_names(self):
        for asks, far in ((self.alice, self.bed.low), (self.bob, self.bed.high)):
            for service in SERVICES:
                asked = asks.ping(service + far.domain)
                answer = asks.expect(id=asked, sender=service + far.domain)
                # ejabberd's pubsub service knows no ping; its own refusal crosses as any answer does.
                self.assertIn(answer.error, (None, ("service-unavailable", "cancel")), answer)
                self.guard.row(stanza_id=asked, from_address=service + far.domain, verdict="allowed")

    def test_what_a_service_can_do_is_learnt_across_and_its_forms_are_left_out(self):
        for asks, far in ((self.alice, self.bed.low), (self.bob, self.bed.high)):
            for service, category in zip(SERVICES, ("server", "conference", "pubsub")):
                asked = asks.request(service + far.domain, f"<query xmlns='{DISCO}'/>")
                answer = asks.expect(id=asked)
                self.assertEqual(answer.kind, "result", answer)
                self.assertIn(category, [one.get("category") for one in answer.xml.iter(f"{{{DISCO}}}identity")])
                self.assertNotIn("<x ", answer.text)

    def test_the_services_of_a_server_are_found_across(self):
        for asks, far in ((self.alice, self.bed.low), (self.bob, self.bed.high)):
            asked = asks.request(far.domain, "<query xmlns='http://jabber.org/protocol/disco#items'/>")
            answer = asks.expect(id=asked)
            found = [item.get("jid") for item in answer.xml.iter("{http://jabber.org/protocol/disco#items}item")]
            self.assertEqual(sorted(found), [f"pubsub.{far.domain}", f"rooms.{far.domain}"])

    def test_each_far_domain_has_its_own_certificate(self):
        for side in self.bed.sides:
            for service in SERVICES:
                domain = service + self.far_of(side).domain
                for port in self.ports:
                    peer = self.bed.impostor(side, domain, port)
                    if port == 5270:
                        peer.shake_hands(domain, ["xmpp-server"])
                    else:
                        peer.open()
                        peer.start_tls()
                    shown = x509.load_der_x509_certificate(peer.certificate)
                    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
                    self.assertEqual(names.get_values_for_type(x509.DNSName), [domain])
                    peer.close()
            self.bed.control("certificates", side)  # fails where one is missing

    def test_the_records_are_those_of_the_policy_and_no_others(self):
        for side in self.bed.sides:
            far = self.far_of(side).domain
            for service in SERVICES:
                self.assertEqual(ask(side.namespace, f"_xmpp-server._tcp.{service}{far}"), ("NOERROR", 1))
                direct = ("NOERROR", 1) if len(self.ports) == 2 else ("NXDOMAIN", 0)
                self.assertEqual(ask(side.namespace, f"_xmpps-server._tcp.{service}{far}"), direct)
            for name in (f"_xmpp-server._tcp.nowhere.{far}", "_xmpps-server._tcp.nowhere.example", "nowhere.example"):
                self.assertEqual(ask(side.namespace, name), ("NXDOMAIN", 0))
            self.assertEqual(ask(side.namespace, far, "A"), ("NOERROR", 0), "no address: nobody finds its server by accident")

    def test_a_domain_that_the_policy_does_not_name_does_not_exist(self):
        for sender, far in ((self.alice, self.bed.low), (self.bob, self.bed.high)):
            for domain in ("nowhere.example", f"nowhere.{far.domain}"):
                sent = sender.send(f"x@{domain}", "is anybody there", UNCLASSIFIED)
                self.assertEqual(sender.expect(id=sent, within=10).error, ("remote-server-not-found", "cancel"))
        asked = [row for row in self.guard.rows() if "nowhere" in row.get("to_address", "") + row.get("detail", "")]
        self.assertEqual(asked, [], "the guard was not even asked")
        for side in self.bed.sides:
            peer = self.bed.impostor(side, "nowhere.example")
            with self.assertRaises(StreamError) as error:
                peer.open()
            self.assertEqual(error.exception.condition, "host-unknown")
        self.crosses()


class LeavesTheOtherWay(Leaves):
    """ejabberd on the high side, Prosody on the low one, STARTTLS alone."""

    bed_options = {"high": "ejabberd", "low": "prosody", "direct": False}
    bed_order = "8b"
    ports = (5269,)
