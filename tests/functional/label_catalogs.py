"""Label catalogs (XEP-0258): the guard tells a client which labels pass to a far domain."""

from play import RESTRICTED, SECRET, UNCLASSIFIED, Play
from support.leaf_bed import LeafBed

CATALOG = "urn:xmpp:sec-label:catalog:2"
DISCO = "http://jabber.org/protocol/disco#info"


class Catalogs(Play):
    """The bed of leaf_servers: Prosody on the high side, ejabberd on the low one."""

    bed_kind = LeafBed
    bed_order = "8"

    def catalog(self, client, to, of=None):
        """What a client hears that asks for the catalog of an address; the labels in it, by selector."""
        asked = client.request(to, f"<catalog xmlns='{CATALOG}'" + (f" to='{of}'/>" if of else "/>"))
        answer = client.expect(id=asked)
        self.assertEqual(answer.kind, "result", answer)
        self.assertEqual(answer.sender, to)
        items = answer.xml.findall(f"{{{CATALOG}}}catalog/{{{CATALOG}}}item")
        ess = ".//{urn:xmpp:sec-label:ess:0}esssecuritylabel"
        row = self.guard.row(stanza_id=asked)
        self.assertEqual((row["verdict"], row["reason"], row["action"]), ("refused", "catalog-answered", "reply"))
        return {item.get("selector"): item.findtext(ess) for item in items}

    def features(self, client, domain):
        answer = client.expect(id=client.request(domain, f"<query xmlns='{DISCO}'/>"))
        return {one.get("var") for one in answer.xml.iter(f"{{{DISCO}}}feature")}

    def ways(self):
        return ((self.alice, self.bob, "low.example"), (self.bob, self.alice, "high.example"))

    def test_a_client_finds_the_labels_that_pass_and_sends_with_them(self):
        for sender, receiver, domain in self.ways():
            self.assertIn(CATALOG, self.features(sender, domain))
            found = self.catalog(sender, domain)
            self.assertEqual(found, {"UNCLASSIFIED": UNCLASSIFIED, "RESTRICTED": RESTRICTED})
            for selector, label in found.items():
                sender.send(receiver.full_jid, f"as {selector}", label)
                self.assertEqual(receiver.expect(body=f"as {selector}").label, label)
            # The twin: a label that the catalog does not have.
            sent = sender.send(receiver.full_jid, "never", SECRET)
            self.assertEqual(sender.expect(id=sent).error, ("policy-violation", "modify"))
            receiver.hears_nothing(0.3, body="never")
        self.crosses()

    def test_a_catalog_is_of_whom_it_is_asked_for(self):
        for sender, receiver, domain in self.ways():
            for to, of in ((f"rooms.{domain}", None), (domain, receiver.jid), (receiver.full_jid, f"r@rooms.{domain}")):
                self.assertEqual(len(self.catalog(sender, to, of)), 2)

    def test_a_catalog_of_who_is_not_there_is_none(self):
        for sender, _, domain in self.ways():
            for of in ("nowhere.example", sender.jid):
                asked = sender.request(domain, f"<catalog xmlns='{CATALOG}' to='{of}'/>")
                self.assertEqual(sender.expect(id=asked).error, ("service-unavailable", "cancel"))
                self.assertEqual(self.guard.row(stanza_id=asked)["reason"], "payload-jid-foreign")
        self.crosses()

    def test_features_are_those_that_the_rules_carry(self):
        for sender, _, domain in self.ways():
            shown = self.features(sender, f"rooms.{domain}")
            self.assertIn("http://jabber.org/protocol/muc", shown)
            self.assertNotIn("urn:xmpp:receipts", shown)
            self.assertNotIn("http://jabber.org/protocol/chatstates", shown)
