"""The invariants of guard/README.md, each by its name, on the running service.

Others have plays of their own: NO_OTHER_PATH in processes_graph.py, DENY_BY_DEFAULT in
policy_files.py, REGENERATED in edges_authentication.py, SIDE_BOUND and INVISIBLE in
refusing_addresses.py.
"""

import os
import signal
import subprocess

from play import SECRET, UNCLASSIFIED, Play, message, wait_for
from support.guard_service import binaries


class Invariants(Play):
    bed_order = "5"

    def frozen(self, role):
        """Stops a role (SIGSTOP) until the end of the play, or thaw()."""
        pid = self.guard.processes()[role]
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(self.thaw, pid)
        return pid

    @staticmethod
    def thaw(pid):
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass

    def test_AUDIT_BEFORE_RELEASE_nothing_leaves_while_the_recorder_does_not_write(self):
        self.crosses("before")
        pid = self.frozen("recorder")
        self.alice.send(self.bob.full_jid, "not yet", UNCLASSIFIED)
        refused = self.alice.send(self.bob.full_jid, "never", SECRET)
        self.bob.hears_nothing(2, body="not yet")
        self.alice.hears_nothing(0, id=refused)
        self.thaw(pid)
        self.bob.expect(body="not yet")
        self.alice.expect(id=refused)

    def test_FAIL_CLOSED_nothing_crosses_while_the_filter_does_not_judge(self):
        self.crosses("before")
        pid = self.frozen("filter-high")
        self.alice.send(self.bob.full_jid, "unjudged", UNCLASSIFIED)
        self.bob.hears_nothing(2, body="unjudged")
        # The other direction has a filter of its own.
        self.bob.send(self.alice.full_jid, "the other way", UNCLASSIFIED)
        self.alice.expect(body="the other way")
        self.thaw(pid)
        self.bob.expect(body="unjudged")

    def test_EVERY_STANZA_JUDGED_what_was_allowed_was_judged_under_a_label(self):
        self.crosses("labelled")
        self.alice.send_presence(to=self.bob.full_jid)
        self.bob.expect(name="presence", sender=self.alice.full_jid)
        self.alice.expect(id=self.alice.ping(self.bob.full_jid))
        allowed = self.guard.rows("--verdict", "allowed")
        self.assertLessEqual({"message", "presence", "iq"}, {row["kind"] for row in allowed})
        for row in allowed:
            if row["type"] != "error":
                self.assertTrue(row["marking"], row)

    def test_ONE_POLICY_PER_RECORD(self):
        self.crosses("under one policy")
        decisions = self.guard.rows("--class", "decision")
        for digest in ("policy_digest", "configuration_digest"):
            values = {row[digest] for row in decisions}
            self.assertEqual(len(values), 1)
            self.assertRegex(values.pop(), "^[0-9a-f]{64}$")
        printed = subprocess.run([binaries() / "guardd", "--check", self.guard.site], capture_output=True, text=True)
        self.assertIn(decisions[0]["policy_digest"], printed.stdout)
        self.assertIn(decisions[0]["configuration_digest"], printed.stdout)

    def test_NOTHING_SILENT_every_stanza_ends_in_exactly_one_way_and_the_log_says_which(self):
        count = 60
        server = self.bed.bad_server
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        for number in range(count):
            label = (UNCLASSIFIED, SECRET, None)[number % 3]
            peer.stream.send(message("x@bad-low.example", "alice@high.example/silent", body="text", label=label, id=f"silent-{number}"))

        def mine():
            return [row for row in self.guard.rows("--class", "decision") if row["to_address"] == "alice@high.example/silent"]

        def ways(row, ended):
            receiver = row["receiver"] if row["action"] == "forward" else row["sender"]
            return sum(receiver == peer and first <= row["sequence"] <= last for peer, first, last in ended)

        def outcomes():
            return [(row["peer"], row["first_sequence"], row["last_sequence"]) for row in self.guard.rows("--class", "outcome")]

        self.assertTrue(wait_for(lambda: len(mine()) >= count))
        rows = mine()
        self.assertEqual(sorted(row["stanza_id"] for row in rows), sorted(f"silent-{number}" for number in range(count)))
        self.assertEqual(sum(row["verdict"] == "allowed" for row in rows), count // 3)
        self.assertEqual({row["action"] for row in rows}, {"forward", "reply"})
        self.assertTrue(wait_for(lambda: all(ways(row, ended) == 1 for ended in [outcomes()] for row in rows)), "each has one outcome")
        for number in range(count * 2 // 3):
            self.assertEqual(server.expect().get("type"), "error", f"reply {number}")

    def test_WHO_DECIDES_WHAT_the_site_file_may_lower_limits_and_never_raise_them(self):
        folder = self.bed.folder / "limits"
        folder.mkdir(exist_ok=True)
        for limits, status in (("stanza-bytes='65535'", 0), ("stanza-bytes='65536'", 0), ("stanza-bytes='65537'", 2)):
            text = self.guard.site.read_text()
            site = folder / "guard.xml"
            # The policy of the example sets 65,536 bytes; the element comes behind the log's.
            place = text.index("<edge ")
            site.write_text(f"{text[:place]}<limits {limits}/>{text[place:]}")
            done = subprocess.run([binaries() / "guardd", "--check", site], capture_output=True, text=True)
            self.assertEqual(done.returncode, status, done.stderr)

    def test_what_the_processes_say_of_themselves_holds_nothing_of_the_stanzas(self):
        self.crosses("a body that is nobody's business")
        self.alice.send(self.bob.full_jid, "refused business", SECRET)
        self.alice.expect(kind="error")
        output = self.guard.child.output()
        for word in ("business", "@", "high.example", "low.example", "secret"):
            self.assertNotIn(word, output)
