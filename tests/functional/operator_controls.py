"""What an operator sees and does with guardctl: look, block, stop, and undo it."""

import json
import os
import re
import signal
import subprocess
import threading

from play import UNCLASSIFIED, Play, wait_for
from support.guard_service import binaries

NOBODY = 65534


class Operator(Play):
    bed_order = "5"

    def setUp(self):
        super().setUp()
        self.addCleanup(self.open_again)

    def open_again(self):
        for command, argument in (("unblock", "low-server"), ("unblock", "high-server"),
                                  ("resume", "high-to-low"), ("resume", "low-to-high")):
            self.guard.control(command, argument)
        self.assertTrue(wait_for(self.connected, 30), "the servers do not connect again")

    def does(self, *arguments):
        done = self.guard.control(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def never_hears(self, client, body, within=2):
        with self.assertRaises(AssertionError):
            client.expect(within, body=body)

    def test_status_shows_every_process(self):
        shown = json.loads(self.does("status", "--json"))
        running = self.guard.processes()
        self.assertEqual({one["name"]: one["pid"] for one in shown["processes"]}, running)
        self.assertEqual({one["state"] for one in shown["processes"]}, {"ready"})
        self.assertEqual(shown["policy"], self.guard.row(event="recorder-ready")["policy_digest"])
        self.assertEqual((shown["blocked"], shown["stopped"]), ([], []))
        self.assertIn("high-to-low  open", self.does("status"))

    def test_the_site_file_says_where_the_socket_is(self):
        def ask(*words):
            return subprocess.run([binaries() / "guardctl", *map(str, words)], capture_output=True, text=True, timeout=20)

        done = ask("--site", self.guard.site, "status")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(ask("--site", self.guard.site, "--socket", self.guard.control_socket, "status").returncode, 3)
        site = self.bed.folder / "no-control.xml"
        site.write_text(re.sub(r"<(ns0:)?control [^>]*>", "", self.guard.site.read_text()))
        done = ask("--site", site, "status")
        self.assertEqual(done.returncode, 2)
        self.assertIn("has no <control>", done.stderr)
        self.assertEqual(ask("--site", "/nowhere/guard.xml", "status").returncode, 2)

    def test_peers_shows_streams(self):
        self.crosses()

        def shown():
            return {one["name"]: one for one in json.loads(self.does("peers", "--json"))}

        self.assertTrue(wait_for(lambda: all(
            shown()[name]["inbound"] > 0 and shown()[name]["outbound"] > 0 for name in ("low-server", "high-server")), 5))
        self.assertEqual(shown()["low-server"]["side"], "low")
        self.assertEqual(shown()["low-server"]["queued"], 0)
        self.assertEqual(shown()["low-server"]["addresses"], [{"ip": self.bed.low.server, "port": 5269, "tls": "starttls"}])
        self.assertEqual(shown()["down-low"]["addresses"], [])
        self.assertIn(f"  {self.bed.low.server}:5269\n", self.does("peers"))

    def test_a_word_that_is_no_subcommand_is_named(self):
        done = self.guard.control("frob")
        self.assertEqual(done.returncode, 3)
        self.assertIn('guardctl: "frob" is no subcommand; the subcommands are status, peers, block,', done.stderr)

    def test_nothing_crosses_to_or_from_a_blocked_peer(self):
        self.crosses()
        self.assertEqual(self.does("block", "low-server", "--reason", "incident 42"), "low-server is blocked\n")
        self.alice.send(self.bob.full_jid, "to a blocked peer", UNCLASSIFIED)
        self.never_hears(self.bob, "to a blocked peer")
        self.bob.send(self.alice.full_jid, "from a blocked peer", UNCLASSIFIED)
        self.never_hears(self.alice, "from a blocked peer")
        row = self.guard.row(reason="peer-blocked")
        self.assertEqual((row["verdict"], row["receiver"]), ("refused", "low-server"))
        self.assertIn("incident 42", self.guard.row(event="operator-block")["detail"])
        self.assertIn(f"uid {os.getuid()}", self.guard.row(event="operator-block")["detail"])
        self.assertEqual(self.guard.events("stream-closed", "low-server")[-1]["detail"], "requested reset")

    def test_what_is_unblocked_crosses_again(self):
        self.does("block", "low-server")
        self.does("unblock", "low-server")
        self.assertTrue(wait_for(self.connected, 30))
        self.guard.row(event="operator-unblock")

    def test_a_stopped_direction_stops_and_the_other_goes_on(self):
        self.crosses()
        self.does("stop", "high-to-low")
        self.alice.send(self.bob.full_jid, "down", UNCLASSIFIED)
        self.bob.send(self.alice.full_jid, "up", UNCLASSIFIED)
        self.alice.expect(5, body="up")
        self.never_hears(self.bob, "down")
        row = self.guard.row(reason="direction-stopped")
        self.assertEqual((row["verdict"], row["direction"]), ("refused", "high-to-low"))
        self.does("resume", "high-to-low")
        self.crosses("open again")

    def test_a_block_survives_the_death_of_the_recorder_and_of_an_edge(self):
        self.does("block", "low-server")
        for role in ("recorder", "edge-low"):
            old = self.guard.kill(role)
            self.guard.wait_for_roles(("edge-high", "edge-low", "recorder"), without=[old])
        self.assertTrue(wait_for(lambda: {one["state"] for one in json.loads(
            self.does("status", "--json"))["processes"]} == {"ready"}))
        body = "after two deaths"
        before = len(self.guard.rows("--reason", "peer-blocked"))

        def refused():
            self.alice.send(self.bob.full_jid, body, UNCLASSIFIED)
            return len(self.guard.rows("--reason", "peer-blocked")) > before

        self.assertTrue(wait_for(refused))
        self.never_hears(self.bob, body)

    def test_what_a_recorder_was_told_and_did_not_write_is_told_to_the_next(self):
        old = self.guard.processes()["recorder"]
        os.kill(old, signal.SIGSTOP)
        asked = threading.Thread(target=self.guard.control, args=("block", "low-server", "--reason", "while it slept"))
        asked.start()
        self.addCleanup(asked.join)
        self.assertTrue(wait_for(lambda: "while it slept" in self.guard.child.output(), 5))
        self.guard.kill("recorder")
        self.guard.wait_for_roles(("recorder",), without=[old])

        def rows():
            return [row["detail"] for row in self.guard.rows("--event", "operator-block") if "while it slept" in row["detail"]]

        self.assertTrue(wait_for(rows, 10))
        told = rows()
        self.assertEqual(len(told), 1)
        self.assertTrue(told[0].endswith(" (told again)"), told[0])

    def test_nobody_else_may_ask_or_act(self):
        self.bed.folder.chmod(0o711)
        self.addCleanup(self.bed.folder.chmod, 0o700)
        for arguments in (("status",), ("block", "low-server"), ("stop", "high-to-low")):
            done = self.guard.control(*arguments, user=NOBODY)
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(json.loads(self.does("status", "--json"))["blocked"], [])
        self.crosses()

    def test_what_does_not_exist_is_refused_by_name(self):
        for arguments, status in ((("block", "no-such-peer"), 2), (("stop", "sideways"), 2),
                                  (("unblock", "low-server"), 1), (("resume", "high-to-low"), 1),
                                  (("block",), 3), (("reboot",), 3), ((), 3)):
            done = self.guard.control(*arguments)
            self.assertEqual((done.returncode, done.stdout), (status, ""), f"{arguments}: {done.stderr}")
            self.assertNotEqual(done.stderr, "")


class OperatorRestart(Play):
    bed_options = {"dialback": True}

    def test_a_block_survives_a_restart_of_guardd(self):
        self.guard.control("block", "low-server")
        self.assertIn("block low-server", self.guard.operator_state.read_text())
        self.assertEqual(self.guard.stop(), 0)
        self.assertFalse(self.guard.control_socket.exists())
        self.guard.start()
        try:
            shown = json.loads(self.guard.control("status", "--json").stdout)
            self.assertEqual([one["peer"] for one in shown["blocked"]], ["low-server"])
            self.alice.send(self.bob.full_jid, "after a restart", UNCLASSIFIED)
            self.guard.row(within=20, reason="peer-blocked")
        finally:
            self.assertEqual(self.guard.control("unblock", "low-server").returncode, 0)

    def test_a_state_that_cannot_be_read_keeps_guardd_from_starting(self):
        self.assertEqual(self.guard.stop(), 0)
        state = self.guard.operator_state
        kept = state.read_text() if state.exists() else None
        state.write_text("xmpp-guard operator state 1\nblock low-server\n")
        try:
            checked = subprocess.run([binaries() / "guardd", "--check", self.guard.site], capture_output=True, text=True)
            self.assertEqual((checked.returncode, checked.stdout), (2, ""))
            self.assertIn(f"{state}:2:", checked.stderr)
            self.guard.start(ready=False)
            self.assertEqual(self.guard.child.wait(10), 2)
            self.assertIn(f"{state}:2:", self.guard.child.output())
        finally:
            self.guard.child = None
            if kept is None:
                state.unlink()
            else:
                state.write_text(kept)
            self.guard.start()
