"""The table of wrong certificates, in both directions; whose authorities count; certificates that stop being good."""

import datetime
import ssl

from play import UNCLASSIFIED, Play, message, wait_for
from support.pki import Authority, new_key, pin_of
from support.xml_stream import StreamEnded, StreamError

BAD = "bad-low.example"
WRONG = "wrong-low.example"


def table(bed, domain):
    """[(name, identity, what is wrong where it is a client's, and where it is a server's)]; None: nothing."""
    side = bed.low

    def issue(domains=None, authority=side.authority, **options):
        bed.number += 1
        return authority.issue(f"table-{bed.number}", [domain] if domains is None else domains, **options)

    def authority(name, **options):
        bed.number += 1
        return Authority(name, bed.folder / f"authority-{bed.number}", **options)

    revoked = issue()
    side.authority.publish([revoked, *bed.revoked])
    bed.revoked.append(revoked)
    both = [
        ("good", issue(), None),
        ("expired", issue(expired=True), "certificate expired"),
        ("not yet valid", issue(early=True), "certificate not-yet-valid"),
        ("of another name", issue(["low.example"]), "certificate name"),
        ("a wildcard above", issue(["*.example"]), "certificate name"),
        ("of an unknown authority", issue(authority=authority("nobody we know")), "certificate unknown-authority"),
        ("of the other side's authority", issue(authority=bed.high.authority), "certificate unknown-authority"),
        ("revoked", revoked, "certificate revoked"),
        ("RSA 1024", issue(key="RSA-1024"), "certificate weak"),
        ("RSA 2048", issue(key="RSA-2048"), None),
        ("SHA-1", issue(digest="SHA-1"), "certificate weak"),
        ("for mail", issue(usages=("mail",)), "certificate usage"),
    ]
    rows = [(name, identity, fault, fault) for name, identity, fault in both]
    rows.append(("for servers only", issue(usages=("server",)), "certificate usage", None))
    rows.append(("for clients only", issue(usages=("client",)), None, "certificate usage"))
    return rows


class Certificates(Play):
    bed_options = {"revocation": True}
    bed_order = "2"

    def setUp(self):
        super().setUp()
        self.low = self.bed.low
        if not hasattr(self.bed, "revoked"):
            self.bed.revoked = []
            self.bed.number = 0

    def peer(self, identity, domain=BAD):
        return self.bed.bad_peer(self.low, to="high.example", domain=domain, identity=identity)

    def refused(self, identity):
        """What the guard says to a peer that shows this."""
        peer = self.peer(identity)
        with self.assertRaises(StreamError) as caught:
            peer.secure()
        return caught.exception.condition

    def strangers(self):
        """What was counted of those who were not let in, by its words; the guard is started anew for it."""
        self.guard.stop()
        self.guard.start()
        counted = {}
        for row in self.guard.rows():
            if row.get("event") == "strangers":
                counted[row["detail"]] = counted.get(row["detail"], 0) + 1
        return counted

    def test_those_that_connect_to_us(self):
        wanted = set()
        for name, identity, fault, _ in table(self.bed, BAD):
            if fault is None:
                peer = self.peer(identity).authenticate()
                peer.stream.send(message(f"x@{BAD}", self.alice.full_jid, body=f"table {name}"))
                self.alice.expect(body=f"table {name}")
            else:
                # The list of what is revoked is read within seconds.
                self.assertTrue(wait_for(lambda: not self.let_in(identity), 10), name)
                self.assertEqual(self.refused(identity), "not-authorized", name)
                wanted.add(fault)
        counted = self.strangers()
        for fault in wanted:
            self.assertIn(fault, counted)
        self.crosses()

    def test_those_that_we_connect_to(self):
        for number, (name, identity, _, fault) in enumerate(table(self.bed, WRONG)):
            server = self.bed.server(self.low, "wrong", identity=identity)
            self.addCleanup(server.stop)
            seen = len(self.guard.events("connect-failed", "wrong-low"))
            body = f"number {number}"
            self.alice.send(f"x@{WRONG}", body, UNCLASSIFIED)
            if fault is None:
                self.assertIn(body, "".join(server.expect(15).itertext()), name)
            else:
                failed = lambda: self.guard.events("connect-failed", "wrong-low")  # noqa: E731
                self.assertTrue(wait_for(lambda: len(failed()) > seen), f"{name}: {server.faults}")
                self.assertEqual(failed()[-1]["detail"], fault, name)
                self.assertTrue(server.received.empty(), name)
            server.stop()
            # So that no row waits for the back-off of the one before it.
            self.guard.stop()
            self.guard.start()
        self.crosses()

    def test_a_weak_curve(self):
        peer = self.peer(self.bed.identity(self.low, [BAD], key="P-192"))
        peer.open()
        with self.assertRaises((ssl.SSLError, OSError, StreamEnded)):
            peer.start_tls(ceiling=ssl.TLSVersion.TLSv1_2)
            peer.open()
        self.assertIn("handshake-failed weak-certificate", self.strangers())

    def test_a_certificate_that_expires_while_its_stream_lives(self):
        brief = self.peer(self.bed.identity(self.low, [BAD], seconds=3)).authenticate()
        brief.stream.send(message(f"x@{BAD}", self.alice.full_jid, body="while it lasts"))
        self.alice.expect(body="while it lasts")
        self.assertEqual(brief.stream.read_end(15), "reset")
        self.guard.row(event="stream-closed", peer="bad-low", detail="certificate expired reset")
        self.crosses()

    def test_a_certificate_that_is_revoked_while_its_stream_lives(self):
        identity = self.bed.identity(self.low, [BAD])
        unlucky = self.peer(identity).authenticate()
        other = self.peer(self.bed.identity(self.low, [BAD])).authenticate()
        self.bed.revoked.append(identity)
        self.low.authority.publish(self.bed.revoked)
        self.assertEqual(unlucky.stream.read_end(15), "reset")
        self.guard.row(event="stream-closed", peer="bad-low", detail="certificate revoked reset")
        self.guard.row(event="revocation-list-read")
        self.assertEqual(self.refused(identity), "not-authorized")
        other.stream.send(message(f"x@{BAD}", self.alice.full_jid, body="not me"))
        self.alice.expect(body="not me")
        self.crosses()

    def test_a_server_that_is_revoked_while_we_write_to_it(self):
        server = self.bed.bad_server
        self.alice.send(f"x@{BAD}", "still good", UNCLASSIFIED)
        server.expect(15)
        self.bed.revoked.append(server.identity)
        self.low.authority.publish(self.bed.revoked)
        self.guard.row(15, event="stream-closed", peer="bad-low", kind="outgoing", detail="certificate revoked reset")
        self.alice.send(f"x@{BAD}", "no more", UNCLASSIFIED)
        self.guard.row(10, event="connect-failed", peer="bad-low", detail="certificate revoked")
        self.assertTrue(server.received.empty())
        self.bed.revoked.remove(server.identity)
        self.low.authority.publish(self.bed.revoked)
        self.crosses()

    def test_a_list_that_is_too_old(self):
        self.low.authority.publish(self.bed.revoked, datetime.timedelta(seconds=-5))
        row = self.guard.row(10, event="revocation-list-stale")
        self.assertIn("authority.crl", row["detail"])
        old = self.bed.identity(self.low, [BAD])
        self.assertTrue(wait_for(lambda: not self.let_in(old)))
        self.low.authority.publish(self.bed.revoked)
        good = self.bed.identity(self.low, [BAD])
        self.assertTrue(wait_for(lambda: self.let_in(good), 15), "a new list is read without a restart")
        self.assertIn("certificate crl-stale", self.strangers())
        self.crosses()

    def test_a_list_that_is_broken_leaves_the_old_one_in_force(self):
        identity = self.bed.identity(self.low, [BAD])
        self.bed.revoked.append(identity)
        self.low.authority.publish(self.bed.revoked)
        self.assertTrue(wait_for(lambda: not self.let_in(identity)))
        self.low.authority.list.write_text("half of a list")
        self.guard.row(10, event="revocation-list-unreadable")
        self.assertFalse(self.let_in(identity))
        self.assertTrue(self.let_in(self.bed.identity(self.low, [BAD])))
        self.low.authority.publish(self.bed.revoked)
        self.crosses()

    def let_in(self, identity):
        try:
            self.peer(identity).authenticate()
            return True
        except StreamError:
            return False


def own_authority(site):
    """bad-low has an authority of its own, bound to its domain, whose list counts."""
    site.private = Authority("bad-low's own", site.folder / "private", permitted=[BAD])
    site.own_trust("bad-low", site.private.certificate, site.private.list)


def pin_late(policy):
    policy.key = new_key()
    policy.pin("late-low", pin_of(policy.key))


class OwnAuthority(Play):
    bed_options = {"edit_site": own_authority, "edit": pin_late}
    bed_order = "3"

    def condition(self, domain, identity):
        """"let in", or the stream error; or SASL's, where what counts has changed since it was offered."""
        try:
            peer = self.bed.bad_peer(self.bed.low, to="high.example", domain=domain, identity=identity)
            peer.secure()
            result = peer.external()
            if result != "success":
                return result
            peer.open()
            return "let in"
        except StreamError as error:
            return error.condition

    def test_it_counts_for_its_peer_and_for_no_other(self):
        private = self.bed.site.private
        self.assertEqual(self.condition(BAD, private.issue("own", [BAD])), "let in")
        self.assertEqual(self.condition("down-low.example", private.issue("down", ["down-low.example"])), "not-authorized")

    def test_the_sides_authority_does_not_count_for_that_peer(self):
        self.assertEqual(self.condition(BAD, self.bed.identity(self.bed.low, [BAD])), "not-authorized")
        down = "down-low.example"
        self.assertEqual(self.condition(down, self.bed.identity(self.bed.low, [down])), "let in")

    def test_a_name_that_the_authority_may_not_give(self):
        private = self.bed.site.private
        self.assertEqual(self.condition(BAD, private.issue("within", [BAD, f"rooms.{BAD}"])), "let in")
        self.assertEqual(self.condition(BAD, private.issue("beyond", [BAD, "low.example"])), "not-authorized")

    def test_its_list_counts(self):
        private = self.bed.site.private
        identity = private.issue("unlucky", [BAD])
        self.assertEqual(self.condition(BAD, identity), "let in")
        private.publish([identity])
        self.assertTrue(wait_for(lambda: self.condition(BAD, identity) == "not-authorized"))
        private.publish()
        self.assertTrue(wait_for(lambda: self.condition(BAD, identity) == "let in"))

    def test_a_pinned_key(self):
        late = "late-low.example"
        pinned = self.bed.identity(self.bed.low, [late], key=self.bed.policy.key)
        self.assertEqual(self.condition(late, pinned), "let in")
        self.assertEqual(self.condition(late, self.bed.identity(self.bed.low, [late])), "not-authorized")
        # Neither does the key alone let anyone in.
        nobody = Authority("nobody", self.bed.folder / "nobody")
        self.assertEqual(self.condition(late, nobody.issue("late", [late], key=self.bed.policy.key)), "not-authorized")
        self.crosses()
