"""The example units of deploy/examples/systemd: systemd takes them, and the programs take their arguments. What is started by
hand, and should not be."""

import configparser
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import unittest

from support.guard_service import binaries
from support.servers import ROOT

UNITS = ROOT / "deploy" / "examples" / "systemd"


def commands(unit):
    """The command lines of a unit's Exec settings, each as its words."""
    text = unit.read_text().replace("\\\n", " ")
    return [shlex.split(line.partition("=")[2]) for line in text.splitlines() if line.startswith("Exec")]


class InnerPrograms(unittest.TestCase):
    def test_started_by_hand_they_say_who_starts_them(self):
        for name in ("guard-edge", "guard-filter", "guard-recorder", "guard-metrics"):
            done = subprocess.run([binaries() / name, "--help"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (3, ""), name)
            self.assertRegex(done.stderr, rf"^{name}: is started by guardd, which gives it its control socket[^\n]*\n$")


class Units(unittest.TestCase):
    def test_they_are_sections_and_settings_and_name_programs_of_the_guard(self):
        for unit in sorted(UNITS.glob("*.service")):
            text = unit.read_text().replace("\\\n", " ")
            for line in text.splitlines():
                self.assertRegex(line, r"^(|#.*|\[(Unit|Service|Install)\]|[A-Z][A-Za-z]*=.*)$", unit.name)
            for words in commands(unit):
                self.assertTrue((binaries() / pathlib.Path(words[0]).name).exists(), words[0])

    def test_systemd_finds_nothing_wrong(self):
        if shutil.which("systemd-analyze") is None:
            return  # a host without systemd: the test before this one has to do
        with tempfile.TemporaryDirectory() as folder:
            for unit in sorted(UNITS.glob("*.service")):
                text = unit.read_text()
                for words in commands(unit):
                    text = text.replace(words[0] + " ", f"{binaries() / pathlib.Path(words[0]).name} ")
                copy = pathlib.Path(folder) / unit.name
                copy.write_text(text)
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""), unit.name)
                # And it would say so: a setting that does not exist, a program that is not there.
                for wrong in (text.replace("LimitCORE=0", "LimitCOER=0"), text.replace(str(binaries()), "/nowhere")):
                    copy.write_text(wrong)
                    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True)
                    self.assertNotEqual((done.returncode, done.stderr), (0, ""), unit.name)

    def test_the_anchors_unit_says_what_guard_audit_takes(self):
        words = commands(UNITS / "xmpp-guard-anchors.service")[0]
        with tempfile.TemporaryDirectory() as log:
            program = str(binaries() / "guard-audit")
            there = [log if word == "/var/lib/xmpp-guard/log" else word for word in words[1:]]
            # With --follow it would wait for a log to come: wrong usage it says at once.
            wrong = subprocess.run([program, *there, "--no-such"], capture_output=True, text=True, timeout=20)
            self.assertEqual((wrong.returncode, wrong.stderr.count("--no-such")), (3, 1), wrong.stderr)
            self.assertEqual(there[2:5], ["--follow", "--every", "10"])
            done = subprocess.run([program, *there[:2], *there[5:]], capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("there is no audit log", done.stderr)

    def test_the_anchors_unit_may_nothing(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(UNITS / "xmpp-guard-anchors.service")
        service = unit["Service"]
        self.assertEqual(service["CapabilityBoundingSet"], "")
        self.assertEqual((service["NoNewPrivileges"], service["ProtectSystem"]), ("yes", "strict"))
        self.assertNotEqual(service["User"], "root")
