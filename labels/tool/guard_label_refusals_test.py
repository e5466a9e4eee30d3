"""What guard-label refuses: wrong usage (3) and bad input (2), with a complaint and nothing else."""

import os
import pty
import subprocess

from running_for_test import BAD, NATIONAL, NATIONAL_ID, USAGE, YES, Tool, guard_label, main

from support.labels import ess  # running_for_test has set the path


class WrongUsage(Tool):
    def setUp(self):
        super().setUp()
        self.label = self.file("label.der", ess(NATIONAL_ID, 4))
        self.clearance = self.file("clearance", "")

    def usage(self, *words, complaint=None):
        self.refused(self.run_tool(*words), USAGE, complaint)

    def test_no_subcommand_and_unknown_words(self):
        self.usage()
        self.usage("frobnicate", complaint='guard-label: "frobnicate" is no subcommand; the subcommands are show,')
        self.usage("show", "--spif", NATIONAL, "--no-such-option", self.label)
        self.usage("show", "--spif", NATIONAL, self.label, "one-too-many")
        self.usage("--json")

    def test_what_must_be_given(self):
        for subcommand in ("show", "check", "convert", "translate", "catalog"):
            with self.subTest(subcommand):
                self.usage(subcommand, self.label, complaint="--spif")
        for subcommand in ("show", "convert", "translate"):
            with self.subTest(subcommand):
                self.usage(subcommand, "--spif", NATIONAL)
        self.usage("check", "--spif", NATIONAL, self.label, complaint="--clearance")
        self.usage("catalog", "--spif", NATIONAL, complaint="--clearance")
        self.usage("convert", "--spif", NATIONAL, self.label, complaint="--to")
        self.usage("translate", "--spif", NATIONAL, self.label, complaint="--to")
        self.usage("spif")

    def test_values_that_make_no_sense(self):
        self.usage("convert", "--spif", NATIONAL, "--to", "pdf", self.label)
        self.usage("convert", "--spif", NATIONAL, "--to", "icism", self.label, complaint="--icism-map")
        self.usage("translate", "--spif", NATIONAL, "--to", "2.999.50.2", "--as", "pdf", self.label)
        for time in ("yesterday", "2026-02-30", "2026-01-01T25:00:00Z"):
            self.usage("show", "--spif", NATIONAL, "--time", time, self.label, complaint=time)
        for languages in ("de,", ",de", "d_e", "de fr", "deutschland"):
            self.usage("show", "--spif", NATIONAL, "--lang", languages, self.label, complaint=languages)
        for values in ("-1", "9", "many"):
            self.usage("catalog", "--spif", NATIONAL, "--clearance", self.clearance, "--values", values)

    def test_options_that_exclude_each_other(self):
        self.usage("convert", "--spif", NATIONAL, "--to", "ess", "--base64", "--hex", self.label)
        self.usage("translate", "--spif", NATIONAL, "--to", "2.999.50.2", "--base64", self.label, complaint="--as")

    def test_standard_input_only_once(self):
        self.usage("show", "--spif", "-", "-", complaint="once")
        self.usage("check", "--spif", NATIONAL, "--clearance", "-", "-", complaint="once")
        self.usage("catalog", "--spif", "-", "--spif", "-", "--clearance", self.clearance, complaint="once")
        self.usage("spif", "--spif", "-", "-", complaint="once")

    def test_der_is_not_for_a_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        words = [guard_label(), "convert", "--spif", NATIONAL, "--to", "ess", self.label]
        done = subprocess.run(words, stdout=theirs, stderr=subprocess.PIPE, timeout=120, check=False)
        os.close(theirs)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--base64", done.stderr.decode())

    def test_text_is_for_a_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        words = [guard_label(), "convert", "--spif", NATIONAL, "--to", "ess", "--hex", self.label]
        done = subprocess.run(words, stdout=theirs, timeout=120, check=False)
        os.close(theirs)
        self.assertEqual(done.returncode, YES)
        self.assertEqual(os.read(ours, 4096).decode().strip(), ess(NATIONAL_ID, 4).hex())


class BadInput(Tool):
    def bad(self, *words, complaint=None, given=b""):
        self.refused(self.run_tool(*words, given=given), BAD, complaint)

    def test_files_that_cannot_be_read(self):
        label = self.file("label.der", ess(NATIONAL_ID, 4))
        self.bad("show", "--spif", NATIONAL, "nowhere", complaint="nowhere: No such file")
        self.bad("show", "--spif", NATIONAL, self.folder, complaint="Is a directory")
        self.bad("show", "--spif", "nowhere", label, complaint="nowhere: No such file")
        self.bad("spif", "nowhere", complaint="nowhere: No such file")
        for subcommand, *rest in (("check", label), ("catalog",)):
            self.bad(subcommand, "--spif", NATIONAL, "--clearance", "nowhere", *rest, complaint="nowhere")
        self.bad("convert", "--spif", NATIONAL, "--to", "ess", "nowhere", complaint="nowhere")
        self.bad("translate", "--spif", NATIONAL, "--to", NATIONAL_ID, "nowhere", complaint="nowhere")

    def test_a_label_that_is_too_large(self):
        most = 1 << 20
        self.bad("show", "--spif", NATIONAL, self.file("large", b" " * (most + 1)), complaint="too large")
        at_most = self.run_tool("show", "--spif", NATIONAL, self.file("fits", ess(NATIONAL_ID, 4).hex().ljust(most)))
        self.assertEqual(at_most.status, YES, at_most.complaints)

    def test_labels_that_are_none(self):
        good = ess(NATIONAL_ID, 4)
        for name, content, complaint in (
            ("empty", b"", "empty:"),
            ("space", b" \n", "space:"),
            ("truncated", good[:-1], "truncated at octet"),
            ("trailing", good + b"\0", "at octet"),
            ("noise", bytes(range(256)), "at octet"),
            ("slack", b"MQYCAQMGASk", "slack:"),
            ("odd", good.hex().encode() + b"0", "odd:"),
            ("text", b"SECRET", "text:"),
            ("xml", b"<a", "xml:1:"),
            ("stranger", b"<message xmlns='jabber:client'/>", "stranger:"),
        ):
            with self.subTest(name):
                self.bad("show", "--spif", NATIONAL, self.file(name, content), complaint=complaint)
                self.bad("show", "--spif", NATIONAL, "-", given=content, complaint="(standard input):")

    def test_security_policies_that_are_none(self):
        label = self.file("label.der", ess(NATIONAL_ID, 4))
        twice = NATIONAL.read_text().replace('name="RESTRICTED" lacv="2"', 'name="RESTRICTED" lacv="1"')
        for name, content, complaint in (
            ("empty.xml", "", "empty.xml:"),
            ("other.xml", "<a/>", "other.xml:1:"),
            ("twice.xml", twice, "twice.xml:"),
        ):
            with self.subTest(name):
                policy = self.file(name, content)
                self.bad("spif", policy, complaint=complaint)
                self.bad("spif", "-", given=content.encode(), complaint="(standard input):")
                self.bad("show", "--spif", policy, label, complaint=complaint)
        done = self.run_tool("spif", self.file("twice.xml", twice))
        self.assertRegex(done.complaints, r"\Atwice\.xml:\d+:\d+: .*\n\Z|/twice\.xml:\d+:\d+: ")

    def test_two_policies_of_one_name_or_identifier(self):
        label = self.file("label.der", ess(NATIONAL_ID, 4))
        text = NATIONAL.read_text()
        self.assertIn('name="EXAMPLE NATIONAL" id="2.999.50.1"', text)
        for change in ('name="OTHER" id="2.999.50.1"', 'name="EXAMPLE NATIONAL" id="2.999.51"'):
            other = self.file("other.xml", text.replace('name="EXAMPLE NATIONAL" id="2.999.50.1"', change))
            self.bad("show", "--spif", NATIONAL, "--spif", other, label, complaint="two security policies")

    def test_output_that_cannot_be_written(self):
        label = self.file("label.der", ess(NATIONAL_ID, 4))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([guard_label(), "show", "--spif", NATIONAL, label], stdout=full,
                                  stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual(done.returncode, BAD)
        self.assertIn("cannot be written", done.stderr.decode())


if __name__ == "__main__":
    main()
