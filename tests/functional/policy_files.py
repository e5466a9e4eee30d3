"""Files that are bad are refused at start, with file, line, column and what was expected."""

import subprocess

from play import UNCLASSIFIED, Play
from support import bed
from support.guard_service import binaries


class BadFiles(Play):
    """`guardd --check` on copies of a good set of files, each with one fault."""

    bed_options = {"start": False}
    bed_order = "7"

    def check(self, file):
        return subprocess.run([binaries() / "guardd", "--check", file], capture_output=True, text=True, timeout=30)

    def refused(self, file, expected_place):
        done = self.check(file)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertRegex(done.stderr, expected_place + r":\d+:\d+: ")
        started = subprocess.run([binaries() / "guardd", file], capture_output=True, text=True, timeout=30)
        self.assertEqual(started.returncode, 2, "a start refuses what --check refuses")
        return done.stderr

    def copies(self, name, old, new):
        """A set of the bed's files in which `name` has `new` instead of `old`; gives the site file."""
        folder = self.bed.folder / f"files-{self._testMethodName}"
        folder.mkdir(exist_ok=True)
        for file in (self.bed.folder / "policy.xml", self.bed.folder / "spif.xml", self.guard.site):
            text = file.read_text()
            if file.name == name:
                self.assertTrue(old in text, f"no {old} in {name}")
                text = text.replace(old, new, 1)
            if file.name == "guard.xml":
                text = text.replace(str(self.bed.folder / "policy.xml"), str(folder / "policy.xml"))
            (folder / file.name).write_text(text)
        return folder / "guard.xml"

    def test_good_files_are_accepted(self):
        done = self.check(self.guard.site)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_file_that_is_not_there(self):
        self.assertEqual(self.check("/nowhere/guard.xml").returncode, 2)

    def test_a_site_file_that_is_no_xml(self):
        self.refused(self.copies("guard.xml", "</", "<"), "guard.xml")

    def test_a_site_file_with_an_unknown_element(self):
        self.refused(self.copies("guard.xml", "<log ", "<lag "), "guard.xml")

    def test_a_site_file_with_a_name_instead_of_an_address(self):
        self.refused(self.copies("guard.xml", self.bed.low.edge, "edge.low.example"), "guard.xml")

    def test_a_policy_with_an_unknown_attribute(self):
        self.refused(self.copies("policy.xml", "<direction ", "<direction allow='everything' "), "policy.xml")

    def test_a_policy_with_an_unknown_peer(self):
        self.refused(self.copies("policy.xml", "bad-low", "worse-low"), "policy.xml")

    def test_a_security_policy_with_a_fault(self):
        self.refused(self.copies("spif.xml", 'lacv="2"', 'lacv="two"'), "spif.xml")

    def test_an_edge_certificate_that_the_other_side_trusts(self):
        low_trust = str(self.bed.low.authority.certificate)
        site = self.copies("guard.xml", low_trust, str(self.bed.high.authority.certificate))
        done = self.check(site)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertTrue(done.stderr)

    def test_the_same_dialback_secret_for_both_sides(self):
        secrets = (str(self.bed.folder / side / "dialback.secret") for side in ("low", "high"))
        self.assertIn("is that of side high", self.refused(self.copies("guard.xml", *secrets), "guard.xml"))

    def test_a_key_that_everybody_may_read(self):
        file = next((self.bed.low.folder / "certificates").glob("*.pem"))
        file.chmod(0o644)
        self.addCleanup(file.chmod, 0o600)
        self.assertIn(f"{file} is open to everybody", self.refused(self.guard.site, "guard.xml"))

    def test_a_log_directory_that_cannot_be_used_ends_the_start_for_good(self):
        # The unit of systemd tries again after any status but 2, 3 and 74.
        folder = self.bed.folder / f"files-{self._testMethodName}"
        folder.mkdir()
        (folder / "file").write_text("")
        site = self.copies("guard.xml", str(self.bed.folder / "log"), str(folder / "file"))
        done = self.check(site)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"guard.xml:\d+:\d+: the log's .*/file is no directory")
        started = subprocess.run([binaries() / "guardd", site], capture_output=True, text=True, timeout=30)
        self.assertEqual((started.returncode, started.stderr), (74, done.stderr))


class EmptyPolicy(Play):
    """INVARIANT(DENY_BY_DEFAULT): without rules nothing crosses, whatever label it carries."""

    def setUp(self):
        bed.close_all()
        self.bed = bed.Bed(edit=lambda policy: policy.drop_rules())
        self.addCleanup(self.bed.close)
        self.guard = self.bed.guard

    bed_order = "9"

    def test_nothing_crosses(self):
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            sender.send(receiver.full_jid, "against no rule", UNCLASSIFIED)
            sender.send_presence(to=receiver.full_jid)
            sender.ping(receiver.full_jid)
        # Not even the far domain is there for them: what they hear is their own server's answer.
        for client, far in ((self.bob, self.alice), (self.alice, self.bob)):
            answer = client.expect(sender=far.full_jid, name="message")
            self.assertEqual(answer.kind, "error")
            self.assertIn("host-unknown", answer.text)
            client.hears_nothing(1, sender=far.full_jid, kind="chat")
            client.hears_nothing(0, sender=far.full_jid, kind=None)
            client.hears_nothing(0, sender=far.full_jid, kind="get")
        self.assertEqual(self.guard.rows("--verdict", "allowed"), [])
