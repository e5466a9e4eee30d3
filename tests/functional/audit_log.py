"""The audit log: found again, verified, and what becomes of the service when the log cannot be written."""

import shutil
import sqlite3
import subprocess

from play import SECRET, Play, message
from support import bed
from support.child import run
from support.guard_service import binaries


class AuditTools(Play):
    def setUp(self):
        super().setUp()
        self.crosses("for the log")
        self.sent = self.alice.send(self.bob.full_jid, "for the log", SECRET)
        self.alice.expect(id=self.sent, kind="error")
        self.guard.row(stanza_id=self.sent)

    def found(self, *arguments):
        return self.guard.rows(*arguments)

    def test_query_by_verdict_reason_and_direction(self):
        refused = self.found("--verdict", "refused")
        self.assertTrue(refused)
        self.assertEqual({row["verdict"] for row in refused}, {"refused"})
        self.assertEqual({row["reason"] for row in self.found("--reason", "receiver-clearance")}, {"receiver-clearance"})
        self.assertEqual({row["direction"] for row in self.found("--direction", "low-to-high")}, {"low-to-high"})

    def test_query_by_address_peer_and_rule(self):
        for row in self.found("--from", "alice@high.example"):
            self.assertTrue(row["from_address"].startswith("alice@high.example"))
        self.assertTrue(self.found("--from", "alice@high.example"))
        self.assertTrue(self.found("--to", "bob@low.example"))
        self.assertTrue(self.found("--peer", self.bed.policy.names["low"]))
        rule = next(row["rule"] for row in self.found("--verdict", "allowed") if row["rule"])
        self.assertEqual({row["rule"] for row in self.found("--rule", rule)}, {rule})

    def test_query_by_time_and_number(self):
        self.assertEqual(self.found("--since", "2100-01-01T00:00:00Z"), [])
        self.assertEqual(self.found("--until", "2000-01-01T00:00:00Z"), [])
        self.assertEqual(len(self.found("--limit", "2")), 2)

    def test_a_query_with_no_rows_is_still_a_yes(self):
        self.assertEqual(self.guard.audit("query", "--from", "nobody@nowhere.example").returncode, 0)

    def test_table_and_csv(self):
        table = self.guard.audit("query", "--reason", "receiver-clearance")
        self.assertEqual(table.returncode, 0)
        self.assertIn("receiver-clearance", table.stdout)
        csv = self.guard.audit("query", "--csv", "--reason", "receiver-clearance")
        self.assertIn(",", csv.stdout.splitlines()[0])

    def test_wrong_usage_and_a_log_that_is_not_there(self):
        self.assertEqual(self.guard.audit("query", "--no-such-option").returncode, 3)
        done = subprocess.run([binaries() / "guard-audit", "query", "/nowhere"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertTrue(done.stderr)

    def test_looking_changes_nothing(self):
        before = [row["sequence"] for row in self.found()]
        for _ in range(3):
            self.guard.audit("query")
            self.guard.audit("verify")
        self.crosses("after many looks")
        self.assertEqual([row["sequence"] for row in self.found()][:len(before)], before)

    def test_a_changed_a_missing_and_a_swapped_row_are_found(self):
        for name, statement in (
            ("changed", "UPDATE record SET reason = 'allowed' WHERE reason = 'receiver-clearance'"),
            ("missing", "DELETE FROM record WHERE sequence = 3"),
        ):
            copy = self.bed.folder / f"copy-{name}"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.guard.log_folder, copy)
            changed = 0
            for segment in sorted(copy.glob("*.sqlite")):
                with sqlite3.connect(segment) as database:
                    changed += database.execute(statement).rowcount
            self.assertGreater(changed, 0)
            done = subprocess.run([binaries() / "guard-audit", "verify", copy], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1, f"{name}: {done.stdout}{done.stderr}")


class DiskFull(Play):
    """The log's disk is full: nothing more is released, streams are closed, the service says so."""

    bed_order = "9"

    def setUp(self):
        bed.close_all()
        self.bed = bed.Bed(start=False)
        self.addCleanup(self.bed.close)
        self.guard = self.bed.guard
        log = self.guard.log_folder
        run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", log])
        self.addCleanup(lambda: run(["umount", "--lazy", log]))
        self.guard.start()

    def test_a_full_disk_stops_everything_and_says_so(self):
        self.crosses("while there is room")
        peer = self.bed.bad_peer(self.bed.low, to="high.example").authenticate()
        with open(self.guard.log_folder / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"\0" * 4096)
            except OSError:
                pass
        alice = self.alice
        for number in range(5000):
            try:
                peer.stream.send(message("x@bad-low.example", alice.full_jid, body=f"full {number} " + "x" * 400, id=f"full-{number}"))
            except OSError:
                break
        condition = peer.stream.read_end(within=15)
        self.assertEqual(condition, "resource-constraint")
        status = self.guard.child.wait(20)
        self.assertNotEqual(status, 0)
        self.assertIn("log", self.guard.child.output().lower())
        (self.guard.log_folder / "filler").unlink()

        # Whatever arrived has its row.
        self.assertEqual(self.guard.audit("verify").returncode, 0)
        ids = {row["stanza_id"] for row in self.guard.rows("--verdict", "allowed")}
        heard = set()
        try:
            while True:
                heard.add(alice.expect(1, sender="x@bad-low.example").body.split()[1])
        except AssertionError:
            pass
        self.assertLessEqual({f"full-{number}" for number in heard}, ids)

        # With room again it starts and goes on.
        self.guard.stop()
        self.guard.start()
        self.crosses("with room again")
        self.assertTrue(self.guard.rows("--limit", "1"))
