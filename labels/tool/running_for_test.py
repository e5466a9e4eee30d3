"""guard-label as the tests run it: a scratch folder, one run, and what became of it.

Each guard_label_*_test.py ends with main(), and is called as

    /usr/bin/python3 labels/tool/guard_label_…_test.py GUARD_LABEL [unittest arguments]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCES / "deploy" / "examples" / "labels"
sys.path.insert(0, str(SOURCES / "tests"))

from support.labels import ess  # noqa: E402  (the path has to be set first)

NATIONAL = SAMPLES / "national.xml"
ALLIANCE = SAMPLES / "alliance.xml"
NATIONAL_ID = "2.999.50.1"
SUBCOMMANDS = ("show", "check", "convert", "translate", "spif", "catalog")

YES, NO, BAD, USAGE = range(4)


def guard_label():
    """The program under test."""
    return pathlib.Path(sys.argv[1]).resolve()


def main():
    unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[2:]])


def hostile_mark(text):
    """A SECRET label whose privacy mark is `text`, as a UTF8String."""
    label = ess(NATIONAL_ID, 4)
    # DER orders a SET by tag: INTEGER (02), OID (06), UTF8String (0c).
    mark = text.encode()
    content = label[2:] + bytes([0x0C, len(mark)]) + mark
    return bytes([0x31, len(content)]) + content


class Done:
    """One run: what it printed, and its exit status."""

    def __init__(self, done):
        self.status = done.returncode
        self.raw = done.stdout
        self.complaints = done.stderr.decode()

    @property
    def out(self):
        return self.raw.decode()

    @property
    def json(self):
        return json.loads(self.out)


class Tool(unittest.TestCase):
    """guard-label, and a scratch folder for what it is given."""

    maxDiff = None

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="guard-label-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run_tool(self, *words, given=b""):
        return Done(subprocess.run([guard_label(), *map(str, words)], input=given, capture_output=True,
                                   timeout=120, cwd=self.folder, check=False))

    def refused(self, done, status, complaint=None):
        """Nothing on standard output, a complaint in one line or more, and that status."""
        self.assertEqual(done.status, status, done.complaints)
        self.assertEqual(done.out, "")
        self.assertNotEqual(done.complaints, "")
        if complaint is not None:
            self.assertIn(complaint, done.complaints)
