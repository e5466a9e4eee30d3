"""What the log keeps of a stanza's content: only officers read it, and only where the policy says so."""

import re
import subprocess
import time

from play import SECRET, UNCLASSIFIED, Play
from support.guard_service import binaries


class KeptContent(Play):
    bed_order = "5.2"

    def setUp(self):
        super().setUp()
        self.policy = self.bed.folder / "policy.xml"
        self.good = self.policy.read_text()
        self.addCleanup(self.as_it_was)

    def as_it_was(self):
        if self.policy.read_text() != self.good:
            self.policy.write_text(self.good)
            self.assertEqual(self.guard.control("reload").returncode, 0)

    def officer(self, name):
        """Makes a key and a certificate beside the policy; gives the key's file."""
        key = self.bed.folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", self.bed.folder / f"{name}.pem", "-subj", f"/CN={name}", "-days", "1"],
                       check=True, capture_output=True)
        return key

    def keep(self, of, *officers):
        """Puts a policy in force that keeps content for these officers."""
        named = "".join(f'<officer file="{name}.pem"/>' for name in officers)
        text = self.good.replace("<policy ", f'<policy content="{of}" ', 1)
        text = re.sub(r"(<security-policy [^>]*/>)", rf"\1<officers>{named}</officers>", text, count=1)
        self.policy.write_text(text)
        done = self.guard.control("reload")
        self.assertEqual(done.returncode, 0, done.stderr)

    def sent(self, body, label):
        """Alice sends a message; gives its row, which ends up durable."""
        id = self.alice.send(self.bob.full_jid, body, label)
        if label == UNCLASSIFIED:
            self.bob.expect(body=body)
        else:
            self.alice.expect(id=id, kind="error")
        return self.guard.row(stanza_id=id)

    def opened(self, row, *arguments):
        log = self.guard.log_folder
        return subprocess.run([binaries() / "guard-audit", "open", log, str(row["sequence"]), *arguments],
                              capture_output=True, text=True, timeout=30)

    def in_clear(self, text):
        """The files of the log that hold a text as it is."""
        return [file.name for file in self.guard.log_folder.iterdir() if text.encode() in file.read_bytes()]

    def test_a_refused_message_is_read_by_its_officer_alone(self):
        anna, eve = self.officer("anna"), self.officer("eve")
        self.keep("refused", "anna")
        canary = f"the canary sings {time.monotonic()}"
        row = self.sent(canary, SECRET)
        self.assertGreater(row["content_size"], len(canary))
        done = self.opened(row, "--key", anna)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("<message "))
        self.assertIn(f"<body>{canary}</body>", done.stdout)
        self.assertEqual(len(done.stdout.encode()), row["received_size"])
        refused = self.opened(row, "--key", eve)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        # Nobody who has the disk reads it, and what crossed is not kept at all.
        self.assertEqual(self.in_clear(canary), [])
        open_row = self.sent(f"no secret {time.monotonic()}", UNCLASSIFIED)
        self.assertEqual(open_row["content_size"], 0)
        self.assertEqual(self.guard.audit("verify").returncode, 0)

    def test_all_is_kept_where_the_policy_wants_all(self):
        anna = self.officer("anna")
        self.keep("all", "anna")
        canary = f"it crossed {time.monotonic()}"
        row = self.sent(canary, UNCLASSIFIED)
        self.assertIn(canary, self.opened(row, "--key", anna).stdout)
        self.assertEqual(self.in_clear(canary), [])

    def test_with_none_nothing_is_there(self):
        anna = self.officer("anna")
        canary = f"forgotten {time.monotonic()}"
        row = self.sent(canary, SECRET)
        self.assertEqual(row["content_size"], 0)
        done = self.opened(row, "--key", anna)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no content of it is kept", done.stderr)
        self.assertEqual(self.in_clear(canary), [])

    def test_an_officer_whom_nothing_can_be_sealed_to_keeps_the_policy_out(self):
        (self.bed.folder / "bad.pem").write_text("no certificate")
        with self.assertRaises(AssertionError):
            self.keep("all", "bad")
        self.crosses("the old policy is in force")
