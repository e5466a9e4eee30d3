"""Who reads the audit log is in the audit log: the guard writes it down, and may demand it."""

import os
import subprocess

from play import Play
from support.guard_service import binaries

NOBODY = 65534
AUDITORS = 4711  # a group that nobody else is in


class LogAccess(Play):
    """A site that demands that every reading is recorded, and names a group of auditors."""

    bed_order = "9"

    def setUp(self):
        super().setUp()
        self.crosses("for the log")
        site = self.guard.site
        before = site.read_text()
        self.addCleanup(self.restart, site, before)
        self.restart(site, before.replace(' access="none"', ' access="required"').replace(
            "<control ", f'<control auditors="{AUDITORS}" '))
        # As audit/README.md says: the group of those who may read goes over to new files.
        log = self.guard.log_folder
        for path in (log, *log.iterdir()):
            os.chown(path, -1, AUDITORS)
        log.chmod(0o2750)
        self.bed.folder.chmod(0o711)
        self.addCleanup(self.bed.folder.chmod, 0o700)

    def restart(self, site, text):
        self.guard.stop()
        site.write_text(text)
        self.guard.start()

    def reads(self, *arguments, groups=()):
        return subprocess.run([binaries() / "guard-audit", arguments[0], self.guard.log_folder, *arguments[1:]],
                              capture_output=True, text=True, timeout=60, user=NOBODY, group=NOBODY,
                              extra_groups=groups)

    def test_who_reads_is_in_the_log_and_who_may_not_say_so_reads_nothing(self):
        self.assertEqual(self.guard.audit("query", "--verdict", "allowed", "--limit", "1").returncode, 0)
        done = self.reads("query", "--from", "alice@high.example", groups=[AUDITORS])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("alice@high.example", done.stdout)
        self.assertEqual(self.reads("verify", groups=[AUDITORS]).returncode, 0)
        # Neither in the group nor of the service; and a guard that is not there writes nothing down.
        self.guard.log_folder.chmod(0o2755)
        for file in self.guard.log_folder.iterdir():
            file.chmod(file.stat().st_mode | 0o004)
        done = self.reads("query")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("has to be recorded, and cannot be: the guard: you may not ask anything", done.stderr)
        details = [row["detail"] for row in self.guard.rows("--event", "log-read")]
        log = self.guard.log_folder
        self.assertEqual(details[:3], [
            f"by uid 0: query --verdict allowed --limit 1 {log}"[:256],
            f"by uid {NOBODY}: query --from alice@high.example {log}",
            f"by uid {NOBODY}: verify {log}"])
        self.guard.stop()
        done = self.guard.audit("query")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no guardd answers there", done.stderr)
