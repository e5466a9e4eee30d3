"""Another policy while the guard runs: each stanza is judged once, by the old one or by the new one."""

import collections
import datetime
import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time

from play import RESTRICTED, UNCLASSIFIED, Play, message, wait_for
from support.guard_service import binaries
from support.labels import ess_text
from support.servers import EXAMPLES

NOBODY = 65534
# The example lets RESTRICTED go to the low side.
INVARIANT = """<invariants><nothing-above id="nothing-restricted" reason="A test." classification="UNCLASSIFIED"
    to-side="low"/></invariants>"""
_rounds = itertools.count(1)


class Reload(Play):
    bed_order = "5.1"

    def setUp(self):
        super().setUp()
        self.policy = self.bed.folder / "policy.xml"
        self.good = {file: file.read_text() for file in (self.policy, self.guard.site)}
        self.addCleanup(self.as_it_was)

    def as_it_was(self):
        for file, text in self.good.items():
            file.write_text(text)
        self.assertEqual(self.guard.control("reload").returncode, 0)
        self.assertTrue(wait_for(self.connected, 30), "the servers do not connect again")

    def change(self, old, new, file=None, times=-1):
        file = file or self.policy
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new, times))

    def reload(self, *arguments):
        """A reload that is to succeed; gives the digest that is in force then."""
        done = self.guard.control("reload", "--json", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["policy"], self.in_force())
        return answer["policy"]

    def in_force(self):
        return json.loads(self.guard.control("status", "--json").stdout)["policy"]

    def stays(self, digest):
        self.assertEqual(self.in_force(), digest)
        self.crosses("the old one is in force")

    def noted(self, event, words):
        """Waits for the newest row of the event to have these words."""
        def newest():
            return next((row["detail"] for row in reversed(self.guard.rows()) if row.get("event") == event), "")

        self.assertTrue(wait_for(lambda: words in newest(), 5), f"{event}: {newest()}")

    # ------------------------------------------------------------ what crosses

    def test_none_lost_none_twice_under_load(self):
        self.crosses("before")
        digests = [self.in_force()]
        stop = threading.Event()
        sent = collections.defaultdict(list)
        name = f"load{next(_rounds)}"

        def load(sender, to, way):
            for number in itertools.count():
                if stop.is_set():
                    return
                id = f"{name}-{way}-{number}"
                sender.send(to, id, UNCLASSIFIED, id=id)
                sent[way].append(id)
                time.sleep(0.005)

        threads = [threading.Thread(target=load, args=way) for way in (
            (self.alice, self.bob.full_jid, "down"), (self.bob, self.alice.full_jid, "up"))]
        for thread in threads:
            thread.start()
        try:
            for reason in ("One talks", "Two talk", "Three talk"):
                time.sleep(0.2)
                self.policy.write_text(self.good[self.policy].replace("Partners talk", reason))
                digests.append(self.reload())
            time.sleep(0.2)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(len(set(digests)), 4)
        for way, client in (("down", self.bob), ("up", self.alice)):
            heard = [client.expect(body=id).body for id in sent[way]]
            self.assertEqual(heard, sent[way])
            client.hears_nothing(0.2, name="message")
        rows = [row for row in self.guard.rows() if row["class"] == "decision" and row["kind"] == "message"]
        by_id = collections.Counter(row["stanza_id"] for row in rows if row["stanza_id"].startswith(name))
        self.assertEqual(by_id, collections.Counter(sent["down"] + sent["up"]))
        used = [row["policy_digest"] for row in rows if row["stanza_id"].startswith(name)]
        self.assertEqual([digest for digest, _ in itertools.groupby(used)], digests, "one after the other")

    def test_the_digest_changes_once_and_in_one_row(self):
        old = self.in_force()
        self.change("Partners talk to staff", "They talk to staff")
        new = self.reload("--reason", "change 17")
        self.crosses("after")
        since = self.guard.row(event="operator-reload")["sequence"]
        rows = [row for row in self.guard.rows() if row["sequence"] >= since]
        switched = self.guard.row(event="policy-switched")
        self.assertEqual(switched["detail"], f"from {old}")
        for row in rows:
            self.assertEqual(row["policy_digest"], old if row["sequence"] < switched["sequence"] else new)
        events = [row["event"] for row in rows if row["class"] == "event"]
        for first, then in itertools.pairwise(("operator-reload", "policy-loaded", "policy-switched", "policy-drained")):
            self.assertLess(events.index(first), events.index(then), events)
        self.noted("operator-reload", f"uid {os.getuid()}: change 17")
        self.noted("policy-loaded", new)
        self.assertEqual(self.guard.audit("verify").returncode, 0)

    def test_a_rule_that_never_matters_is_said_and_keeps_nothing_back(self):
        before = json.loads(self.guard.control("reload", "--json").stdout)["warnings"]
        self.assertEqual(["hidden-" in line for line in before], [True, True], "that no rule names them is meant")
        rule = re.search(r'<(?:ns0:)?allow id="down-ping".*?</(?:ns0:)?allow>', self.policy.read_text(), re.DOTALL)[0]
        self.change(rule, rule + rule.replace("down-ping", "down-ping-again"))
        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r'(?m)^warning: .*policy\.xml:\d+:\d+: rule "down-ping-again" never decides')
        self.assertEqual(len(json.loads(self.guard.control("reload", "--json").stdout)["warnings"]), len(before) + 1)
        self.crosses("with a rule too many")

    def test_streams_stay(self):
        self.crosses("before")
        before = len(self.guard.events("stream-opened", "low-server"))
        pids = self.guard.processes()
        self.change("Partners talk to staff", "Partners speak to staff")
        self.reload()
        self.crosses("after")
        self.assertEqual(len(self.guard.events("stream-opened", "low-server")), before)
        after = self.guard.processes()
        for role in ("edge-high", "edge-low", "recorder"):
            self.assertEqual(after[role], pids[role])
        for role in ("filter-high", "filter-low"):
            self.assertNotEqual(after[role], pids[role])

    def test_what_waits_for_a_peer_that_is_another_now_is_withdrawn_at_once(self):
        self.alice.send("one@down-low.example", "to nobody", UNCLASSIFIED, id="waits")
        sequence = self.guard.row(stanza_id="waits")["sequence"]
        self.change(f'{self.bed.low.address["down"]}" port="5269"', f'{self.bed.low.address["down"]}" port="5299"', self.guard.site)
        self.reload()
        row = self.guard.row(first_sequence=sequence)
        self.assertEqual((row["result"], row["last_sequence"]), ("withdrawn", sequence))

    def test_what_does_not_leave_in_time_is_withdrawn_and_counted(self):
        self.alice.send("one@down-low.example", "to nobody", UNCLASSIFIED, id="too-late")
        sequence = self.guard.row(stanza_id="too-late")["sequence"]
        self.change("Partners talk to staff", "Partners whisper to staff")
        answer = json.loads(self.guard.control("reload", "--json").stdout)
        row = self.guard.row(first_sequence=sequence)
        self.assertEqual((row["result"], row["last_sequence"]), ("withdrawn", sequence))
        switched, drained = (self.guard.row(event=event) for event in ("policy-switched", "policy-drained"))
        self.assertGreaterEqual(answer["withdrawn"], 1)
        self.assertEqual(drained["detail"], f"{answer['withdrawn']} withdrawn")
        # It had its five seconds, by the log's own clock.
        moments = [datetime.datetime.fromisoformat(one["time"]) for one in (switched, drained)]
        self.assertGreaterEqual((moments[1] - moments[0]).total_seconds(), 5)
        self.crosses("the others had theirs")

    # ------------------------------------------------------------ what is refused after it

    def test_another_spif_of_a_peer_alone_is_another_policy(self):
        own = self.bed.folder / "own.xml"
        bravo = (EXAMPLES.parent / "star" / "bravo.xml").read_text()
        own.write_text(bravo)
        self.addCleanup(own.unlink)
        self.change('<security-policy file="spif.xml" />',
                    '<security-policy file="spif.xml" /><peer-policy name="own" file="own.xml" />')
        self.change('<peer name="low-server"', '<peer name="low-server" label-policy="own" labels="translate"')
        before = self.reload()
        sent = self.alice.send(self.bob.full_jid, "for the home office", RESTRICTED)
        self.assertEqual(self.bob.expect(id=sent).label, ess_text("2.999.60", 20))
        # Nothing else changes: the policy file names the same SPIF.
        self.change('<equivalentClassification policyRef="EXAMPLE" lacv="2" applied="both"/>', "", own)
        after = self.reload()
        self.assertNotEqual(after, before)
        sent = self.alice.send(self.bob.full_jid, "has no equivalent now", RESTRICTED)
        row = self.guard.row(stanza_id=sent)
        self.assertEqual((row["reason"], row["policy_digest"]), ("receiver-translation", after))
        sent = self.alice.send(self.bob.full_jid, "has one", UNCLASSIFIED)
        self.assertEqual(self.bob.expect(id=sent).label, ess_text("2.999.60", 10))
        # And one that is no SPIF leaves what was in force, by name.
        own.write_text("<SPIF/>")
        done = self.guard.control("reload")
        self.assertEqual(done.returncode, 2)
        self.assertIn("own.xml", done.stderr)
        self.assertEqual(self.in_force(), after)

    def test_what_the_new_policy_forbids_is_refused(self):
        self.alice.send(self.bob.full_jid, "restricted before", RESTRICTED)
        self.bob.expect(body="restricted before")
        self.change('<classification name="RESTRICTED" />', "")
        new = self.reload()
        self.alice.send(self.bob.full_jid, "restricted after", RESTRICTED, id="restricted-after")
        row = self.guard.row(stanza_id="restricted-after")
        self.assertEqual((row["verdict"], row["policy_digest"]), ("refused", new))
        self.bob.hears_nothing(1, body="restricted after")
        self.crosses("unclassified after")

    def test_a_peer_that_the_new_policy_does_not_have_is_a_stranger(self):
        peer = self.bed.bad_peer(self.bed.low).authenticate()
        peer.stream.send(message("x@bad-low.example", self.alice.full_jid, body="from the peer"))
        self.alice.expect(body="from the peer")
        text = self.policy.read_text()
        start = text.index('<peer name="bad-low"')
        self.policy.write_text((text[:start] + text[text.index("</peer>", start) + len("</peer>"):]).replace(" bad-low", ""))
        self.change('<peer name="bad-low">', '<peer name="gone-low">', self.guard.site)
        refused = self.guard.control("reload")
        self.assertEqual(refused.returncode, 2)
        self.assertIn('peer "gone-low" is not in the policy', refused.stderr)
        self.crosses("a site file that does not fit has changed nothing")
        site = self.good[self.guard.site]
        start = site.index('<peer name="bad-low"')
        self.guard.site.write_text(site[:start] + site[site.index("</peer>", start) + len("</peer>"):])
        self.reload()
        self.assertEqual(peer.stream.read_end(), "reset")
        with self.assertRaises(Exception):
            self.bed.bad_peer(self.bed.low).authenticate()
        self.crosses("the others have noticed nothing")

    def test_a_domain_that_moves_is_the_other_peers_from_then_on(self):
        peer = self.bed.bad_peer(self.bed.low).authenticate()
        peer.stream.send(message("x@bad-low.example", self.alice.full_jid, body="before", id="moved-before"))
        self.alice.expect(body="before")
        self.assertEqual(self.guard.row(stanza_id="moved-before")["sender"], "bad-low")
        self.change('<domain name="bad-low.example"', '<domain name="moving.example"')
        self.change('<domain name="late-low.example"', '<domain name="bad-low.example"')
        self.change('<domain name="moving.example"', '<domain name="late-low.example"')
        self.reload()
        self.assertEqual(peer.stream.read_end(), "reset")
        again = self.bed.bad_peer(self.bed.low).authenticate()
        again.stream.send(message("x@bad-low.example", self.alice.full_jid, body="after", id="moved-after"))
        self.alice.expect(body="after")
        self.assertEqual(self.guard.row(stanza_id="moved-after")["sender"], "late-low")

    def test_a_new_domain_has_its_certificate(self):
        domain = "new-low.example"
        shown = self.bed.high.authority.issue(f"guard-{domain}", ["bad-low.example", domain])
        file = self.bed.high.folder / "certificates" / "bad-low.example.pem"
        self.addCleanup(file.write_bytes, file.read_bytes())
        file.write_bytes(shown.chain.read_bytes() + shown.key.read_bytes())
        # By the old policy it would show a domain that does not exist.
        self.noted("certificate-refused", f"shows {domain}")
        self.change('<domain name="bad-low.example" />', f'<domain name="bad-low.example" /><domain name="{domain}" />')
        self.reload()
        peer = self.bed.bad_peer(self.bed.high, to=domain).authenticate()
        self.assertIn(domain.encode(), peer.certificate)

    # ------------------------------------------------------------ what is not taken

    def test_a_bad_policy_leaves_the_old_one_in_force_and_says_why(self):
        old = self.in_force()
        self.change('name="RESTRICTED"', 'name="NOBODY"')
        line = next(number for number, text in enumerate(self.policy.read_text().splitlines(), 1) if "NOBODY" in text)
        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"{self.policy}:{line}:", done.stderr)
        self.assertIn("stays in force", done.stderr)
        self.noted("policy-refused", f"{self.policy}:{line}:")
        self.stays(old)

    def test_an_invariant_that_does_not_hold_leaves_the_old_one_in_force(self):
        old = self.in_force()
        self.change("</policy>", INVARIANT + "</policy>")
        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("nothing-restricted", done.stderr)
        self.stays(old)

    def test_what_needs_a_restart_is_refused_by_name(self):
        old = self.in_force()
        self.change(self.bed.low.edge, self.bed.low.spare[0], self.guard.site)
        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"guard.xml:\d+:\d+: the edge of side low has changed, .*restart")
        self.stays(old)

    def test_a_policy_that_too_few_have_signed_leaves_the_old_one_in_force(self):
        old = self.in_force()
        signer = self.bed.high.authority.issue("approver", ["approver.example"], common_name="approver")
        self.change("<policy ", f'<policy signers="{signer.chain}" ', self.guard.site)
        self.change("Partners talk to staff", "Partners sign to staff")
        signature = self.policy.with_name("policy.xml.approver.p7s")
        self.addCleanup(signature.unlink, missing_ok=True)

        def sign():
            subprocess.run([binaries() / "guard-policy", "sign", self.policy, "--certificate", signer.chain, "--key",
                            signer.key, "-o", signature], check=True, capture_output=True)

        done = self.guard.control("reload")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("is signed by 0 of 1", done.stderr)
        self.noted("policy-refused", "is signed by 0 of 1")
        self.stays(old)
        sign()
        self.assertNotEqual(self.reload(), old)
        self.noted("policy-loaded", "signed by CN=approver")
        # What was signed is that policy and no other.
        self.change("Partners sign to staff", "Partners forge to staff")
        self.assertEqual(self.guard.control("reload").returncode, 2)
        self.noted("policy-refused", "does not count")
        self.crosses("the signed one is in force")

    def test_nobody_else_may_reload(self):
        self.bed.folder.chmod(0o711)
        self.addCleanup(self.bed.folder.chmod, 0o700)
        old = self.in_force()
        self.change("Partners talk to staff", "Partners chat with staff")
        done = self.guard.control("reload", user=NOBODY)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.stays(old)

    def test_a_second_reload_waits_for_nobody_and_is_refused(self):
        self.change("Partners talk to staff", "Partners write to staff")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.guard.control("reload"))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answer.returncode for answer in answers), [0, 1])
        self.assertIn("a reload is going on already", "".join(answer.stderr for answer in answers))
        self.noted("operator-failed", "a reload is going on already")

    # ------------------------------------------------------------ how else it may go

    def test_sighup_does_the_same(self):
        old = self.in_force()
        self.change("Partners talk to staff", "Partners hang up")
        os.kill(self.guard.child.pid, signal.SIGHUP)
        self.assertTrue(wait_for(lambda: self.in_force() != old, 10))
        self.noted("operator-reload", "SIGHUP")
        self.crosses("after")

    def reloads_while_it_dies(self, role):
        """The process hears nothing of the switch; its successor starts with the new policy."""
        self.crosses("before")
        pid = self.guard.processes()[role]
        self.change("Partners talk to staff", f"{role} dies")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(self.guard.control("reload")))
        os.kill(pid, signal.SIGSTOP)
        old_filter = self.guard.processes()["filter-high"]
        thread.start()
        self.assertTrue(wait_for(lambda: "policy-loaded" in self.guard.child.output(), 5))
        time.sleep(0.5)  # the switch is made
        os.kill(pid, signal.SIGKILL)
        thread.join()
        self.assertEqual((answers[0].returncode, answers[0].stderr), (0, ""), answers[0].stdout)
        self.assertNotEqual(self.guard.processes()["filter-high"], old_filter)
        self.assertTrue(wait_for(self.connected, 30))
        self.alice.send(self.bob.full_jid, "after", UNCLASSIFIED, id=f"after-{role}")
        self.assertEqual(self.guard.row(stanza_id=f"after-{role}")["policy_digest"], self.in_force())
        self.assertEqual(self.guard.audit("verify").returncode, 0)

    def test_the_recorder_dies_at_the_switch(self):
        self.reloads_while_it_dies("recorder")

    def test_an_edge_dies_at_the_switch(self):
        self.reloads_while_it_dies("edge-low")

    def test_a_block_goes_over_by_name(self):
        self.assertEqual(self.guard.control("block", "low-server").returncode, 0)
        self.addCleanup(self.guard.control, "unblock", "low-server")
        self.change(self.bed.low.server + '" port="5269"', self.bed.low.server + '" port="5299"', self.guard.site)
        self.reload()
        self.alice.send(self.bob.full_jid, "to a blocked peer with a new number", UNCLASSIFIED, id="to-blocked")
        self.assertEqual(self.guard.row(stanza_id="to-blocked")["reason"], "peer-blocked")
        self.bob.hears_nothing(1, name="message")
        self.assertEqual(self.guard.control("unblock", "low-server").returncode, 0)
