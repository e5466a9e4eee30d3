"""What transcripts cannot show of guard-label: the exit status of every path, JSON, standard input, hostile labels.

    /usr/bin/python3 labels/tool/guard_label_test.py GUARD_LABEL [unittest arguments]
"""

import base64
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCES / "deploy" / "examples" / "labels"
sys.path.insert(0, str(SOURCES / "tests"))

from support.labels import ess, security_label  # noqa: E402  (the path has to be set first)

GUARD_LABEL = ""
NATIONAL = SAMPLES / "national.xml"
ALLIANCE = SAMPLES / "alliance.xml"
NATIONAL_ID = "2.999.50.1"
SUBCOMMANDS = ("show", "check", "convert", "translate", "spif", "catalog")

YES, NO, BAD, USAGE = range(4)


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
        return Done(subprocess.run([GUARD_LABEL, *map(str, words)], input=given, capture_output=True,
                                   timeout=120, cwd=self.folder, check=False))

    def refused(self, done, status, complaint=None):
        """Nothing on standard output, a complaint in one line or more, and that status."""
        self.assertEqual(done.status, status, done.complaints)
        self.assertEqual(done.out, "")
        self.assertNotEqual(done.complaints, "")
        if complaint is not None:
            self.assertIn(complaint, done.complaints)


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
        words = [GUARD_LABEL, "convert", "--spif", NATIONAL, "--to", "ess", self.label]
        done = subprocess.run(words, stdout=theirs, stderr=subprocess.PIPE, timeout=120, check=False)
        os.close(theirs)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--base64", done.stderr.decode())

    def test_text_is_for_a_terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        words = [GUARD_LABEL, "convert", "--spif", NATIONAL, "--to", "ess", "--hex", self.label]
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
            done = subprocess.run([GUARD_LABEL, "show", "--spif", NATIONAL, label], stdout=full,
                                  stderr=subprocess.PIPE, timeout=120, check=False)
        self.assertEqual(done.returncode, BAD)
        self.assertIn("cannot be written", done.stderr.decode())


class Show(Tool):
    def test_the_same_label_in_every_encoding(self):
        der = ess(NATIONAL_ID, 4)
        text = base64.b64encode(der)
        shown = {}
        for encoding, content in (
            ("DER", der), ("hex", der.hex().encode()), ("hex", b"\n " + der.hex().upper().encode() + b"\n"),
            ("base64", text), ("base64", text[:5] + b"\r\n\t " + text[5:] + b"\n"),
        ):
            done = self.run_tool("show", "--spif", NATIONAL, "--json", "-", given=content)
            self.assertEqual(done.status, YES, done.complaints)
            self.assertEqual(done.json["encoding"], encoding)
            self.assertEqual(done.json["format"], "ess")
            shown[content] = {**done.json, "encoding": None, "description": None}
            file = self.file("label", content)
            self.assertEqual(self.run_tool("show", "--spif", NATIONAL, "--json", file).out, done.out)
        self.assertEqual(len({json.dumps(one) for one in shown.values()}), 1)

    def test_a_stanza_and_its_label(self):
        label = security_label(base64.b64encode(ess(NATIONAL_ID, 4)).decode(), marking="WHATEVER")
        stanza = f"<message to='a@b.example' from='c@d.example'><body>x</body>{label}</message>"
        alone = self.run_tool("show", "--spif", NATIONAL, "-", given=label.encode())
        inside = self.run_tool("show", "--spif", NATIONAL, "-", given=stanza.encode())
        self.assertEqual((alone.status, inside.status), (YES, YES), alone.complaints + inside.complaints)
        self.assertIn("in a stanza (message)\n", inside.out)
        self.assertEqual(alone.out.partition("\n")[2], inside.out.partition("\n")[2])
        self.assertEqual(alone.out.count("WHATEVER"), 1)

    def test_hostile_text_stays_on_its_line(self):
        hostile = "\N{ESC}[2J\nvalid  yes\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}"
        for mark in (hostile, "\N{RIGHT-TO-LEFT OVERRIDE}\\\N{ZERO WIDTH SPACE}\N{NO-BREAK SPACE}"):
            done = self.run_tool("show", "--spif", NATIONAL, "-", given=hostile_mark(mark))
            for text in (done.out, done.complaints):
                self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]")
            self.assertNotIn("\nvalid  yes", done.out)
        shown = self.run_tool("show", "--spif", NATIONAL, "--json", "-", given=hostile_mark("\u202e\\\""))
        self.assertEqual(shown.status, NO)
        self.assertEqual(shown.json["privacy_mark"], "\u202e\\\"")
        self.assertNotIn("\u202e", shown.out)

    def test_a_policy_that_is_not_given(self):
        done = self.run_tool("show", "--spif", ALLIANCE, "--json", "-", given=ess(NATIONAL_ID, 4))
        self.assertEqual(done.status, NO)
        self.assertEqual(done.json["policy"], {"id": NATIONAL_ID})
        self.assertEqual(done.json["classification"], {"number": 4})
        self.assertFalse(done.json["valid"])
        self.assertIn(NATIONAL_ID, done.complaints)

    def test_the_marking_alone(self):
        done = self.run_tool("show", "--spif", NATIONAL, "--marking", "-", given=ess(NATIONAL_ID, 4))
        self.assertEqual((done.status, done.out, done.complaints), (YES, "NATIONAL SECRET\n", ""))
        german = self.run_tool("show", "--spif", NATIONAL, "--marking", "--lang", "fr,de-CH", "-", given=ess(NATIONAL_ID, 4))
        self.assertEqual(german.out, "NATIONAL GEHEIM\n")
        unknown = self.run_tool("show", "--spif", ALLIANCE, "--marking", "-", given=ess(NATIONAL_ID, 4))
        self.refused(unknown, NO)


class Check(Tool):
    def check(self, label, clearance, *words):
        return self.run_tool("check", "--spif", NATIONAL, "--clearance", clearance, *words, label)

    def test_exit_status_and_first_line_agree(self):
        clearance = SAMPLES / "clearance.xml"
        for classification, status, first in ((4, YES, "granted"), (5, NO, "denied"), (9, NO, "denied")):
            label = self.file("label", ess(NATIONAL_ID, classification))
            text = self.check(label, clearance)
            self.assertEqual((text.status, text.out.partition("\n")[0]), (status, first), text.complaints)
            shown = self.check(label, clearance, "--json")
            self.assertEqual((shown.status, shown.json["granted"]), (status, status == YES))
            self.assertEqual(shown.json["reasons"] == [], status == YES)
            for reason in shown.json["reasons"]:
                self.assertIn(f"{reason['reason']}: {reason['what']}", text.out)

    def test_the_clearance_on_standard_input(self):
        text = (SAMPLES / "clearance.xml").read_bytes()
        label = self.file("label", ess(NATIONAL_ID, 4))
        done = self.run_tool("check", "--spif", NATIONAL, "--clearance", "-", label, given=text)
        self.assertEqual((done.status, done.complaints), (YES, ""))

    def test_hostile_text_stays_out(self):
        label = self.file("label", hostile_mark("\N{RIGHT-TO-LEFT OVERRIDE}granted"))
        for words in ((), ("--json",)):
            done = self.check(label, SAMPLES / "clearance.xml", *words)
            self.assertEqual(done.status, NO)
            self.assertNotIn("\N{RIGHT-TO-LEFT OVERRIDE}", done.out + done.complaints)

    def test_a_clearance_that_is_none(self):
        label = self.file("label", ess(NATIONAL_ID, 4))
        for name, content in (("empty", b""), ("label", label.read_bytes()), ("cut", b"0\x04\x06"), ("pem", b"-----BEGIN X-----\n")):
            done = self.check(label, self.file(f"clearance-{name}", content))
            self.refused(done, BAD, f"clearance-{name}:")


class Convert(Tool):
    def test_json_and_text_agree(self):
        label = SAMPLES / "label.xml"
        for to in ("ess", "4774", "xep0258", "xml"):
            for words in ((), ("--base64",), ("--hex",)):
                plain = self.run_tool("convert", "--spif", NATIONAL, "--to", to, *words, label)
                shown = self.run_tool("convert", "--spif", NATIONAL, "--to", to, *words, "--json", label)
                self.assertEqual((plain.status, shown.status), (YES, YES), plain.complaints + shown.complaints)
                self.assertEqual(shown.json["format"], to)
                text = shown.json["label"]
                if to == "ess" and not words:
                    self.assertEqual(shown.json["encoding"], "base64")
                    self.assertEqual(plain.raw, base64.b64decode(text, validate=True))
                else:
                    self.assertEqual(shown.json["encoding"], words[0][2:] if words else "XML")
                    self.assertEqual(plain.out, text + "\n")

    def test_every_encoding_is_read_back(self):
        label = SAMPLES / "label.xml"
        plain = self.run_tool("convert", "--spif", NATIONAL, "--to", "ess", label).raw
        for words in ((), ("--base64",), ("--hex",)):
            first = self.run_tool("convert", "--spif", NATIONAL, "--to", "ess", *words, label).raw
            again = self.run_tool("convert", "--spif", NATIONAL, "--to", "ess", "-", given=first)
            self.assertEqual(again.raw, plain, again.complaints)

    def test_what_is_lost_is_refused(self):
        dated = (SAMPLES / "label.xml").read_text().replace('classification="SECRET"', 'classification="SECRET" created="2026-01-31T00:00:00Z"')
        for to, status in (("ess", NO), ("xep0258", NO), ("4774", YES), ("xml", YES)):
            done = self.run_tool("convert", "--spif", NATIONAL, "--to", to, "-", given=dated.encode())
            self.assertEqual(done.status, status, done.complaints)
            if status == NO:
                self.refused(done, NO, "2026-01-31")


class Translate(Tool):
    def translate(self, to, label, *words):
        return self.run_tool("translate", "--spif", NATIONAL, "--spif", ALLIANCE, "--to", to, *words, label)

    def test_by_name_and_by_identifier(self):
        for words in ((), ("--json",), ("--as", "ess", "--hex"), ("--as", "xep0258"), ("--as", "4774", "--json")):
            by_name = self.translate("EXAMPLE ALLIANCE", SAMPLES / "label.xml", *words)
            by_identifier = self.translate("2.999.50.2", SAMPLES / "label.xml", *words)
            self.assertEqual(by_name.status, YES, by_name.complaints)
            self.assertEqual(by_name.raw, by_identifier.raw)

    def test_there_and_back(self):
        there = self.translate("EXAMPLE ALLIANCE", SAMPLES / "label.xml", "--as", "ess")
        back = self.translate("EXAMPLE NATIONAL", self.file("there", there.raw), "--as", "ess")
        own = self.run_tool("convert", "--spif", NATIONAL, "--to", "ess", SAMPLES / "label.xml")
        self.assertEqual(back.raw, own.raw)

    def test_no_equivalent_is_a_no(self):
        label = self.file("label.xml", (SAMPLES / "label.xml").read_text().replace("CAN", "AUS"))
        text = self.translate("EXAMPLE ALLIANCE", label)
        shown = self.translate("EXAMPLE ALLIANCE", label, "--json")
        self.assertEqual((text.status, shown.status), (NO, NO))
        self.assertTrue(text.out.startswith("not translated\n"), text.out)
        self.assertFalse(shown.json["translated"])
        self.assertIn("AUS", shown.json["faults"][0]["what"])

    def test_a_policy_that_is_not_given(self):
        self.refused(self.translate("EXAMPLE TLP", SAMPLES / "label.xml"), USAGE, "EXAMPLE TLP")
        self.refused(self.translate("2.999.50.4", SAMPLES / "label.xml"), USAGE, "2.999.50.4")


class Catalog(Tool):
    LABEL = "{urn:xmpp:sec-label:0}"
    CATALOG = "{urn:xmpp:sec-label:catalog:2}"

    def catalog(self, *words):
        return self.run_tool("catalog", "--spif", NATIONAL, "--clearance", SAMPLES / "clearance.xml", *words)

    def test_the_catalog_keeps_to_the_schema(self):
        done = self.catalog("--values", "2", "--default", "SECRET|SECRET", "--name", "<&\"'>", "--to", "a@b.example")
        self.assertEqual(done.status, YES, done.complaints)
        root = ElementTree.fromstring(done.out)
        self.assertEqual(root.tag, self.CATALOG + "catalog")
        self.assertEqual(root.get("name"), "<&\"'>")
        self.assertEqual(root.get("to"), "a@b.example")
        self.assertEqual(root.get("restrict"), "false")
        items = list(root)
        self.assertEqual(root.get("size"), str(len(items)))
        self.assertGreater(len(items), 4)
        self.assertEqual({item.tag for item in items}, {self.CATALOG + "item"})
        self.assertTrue(all(item.get("selector") for item in items))
        self.assertEqual(len({item.get("selector") for item in items}), len(items))
        self.assertEqual([item.get("selector") for item in items if item.get("default") == "true"], ["SECRET|SECRET"])
        for item in items:
            (label,) = item
            self.assertEqual([child.tag for child in label], [self.LABEL + "displaymarking", self.LABEL + "label"])

    def test_what_it_offers_is_granted(self):
        lines = self.catalog("--values", "2", "--json").out.splitlines()
        elements = ElementTree.fromstring(self.catalog("--values", "2").out)
        self.assertEqual(len(lines), len(elements))
        for line, element in zip(lines[::5], list(elements)[::5]):
            item = json.loads(line)
            self.assertEqual(item["selector"], element.get("selector"))
            self.assertEqual(item["marking"], element[0][0].text)
            self.assertEqual(item["ess"], element[0][1][0].text)
            done = self.run_tool("check", "--spif", NATIONAL, "--clearance", SAMPLES / "clearance.xml", "-", given=item["ess"].encode())
            self.assertEqual(done.status, YES, done.out)

    def test_at_most_one_default(self):
        self.assertNotIn("default", self.catalog().out)
        for selector in ("TOP SECRET", "SECRET|", "SECRE"):
            self.refused(self.catalog("--default", selector), NO, "default")
        for selector in ("SECRET", "SECRET|SECRET"):
            self.assertEqual(self.catalog("--default", selector).out.count("default="), 1)

    def test_text_that_no_xml_can_hold(self):
        for text in ("a\x1bb", "a\nb", "a\N{RIGHT-TO-LEFT OVERRIDE}b"):
            for option in ("--name", "--desc", "--to"):
                self.refused(self.catalog(option, text), USAGE)


class Spif(Tool):
    def test_text_and_json_tell_of_the_same_things(self):
        for sample in sorted(SAMPLES.glob("*.xml")):
            if "<SPIF" not in sample.read_text():
                continue
            text = self.run_tool("spif", sample)
            shown = self.run_tool("spif", "--json", sample)
            self.assertEqual((text.status, shown.status), (YES, YES), text.complaints + shown.complaints)
            policy = shown.json
            self.assertTrue(text.out.startswith(f"Security policy {policy['name']} ({policy['id']})\n"))
            for one in policy["classifications"]:
                self.assertIn(f"  {one['name']} ({one['number']}), hierarchy {one['hierarchy']}", text.out)
            for tag_set in policy["tag_sets"]:
                self.assertIn(f"  {tag_set['name']} ({tag_set['id']})\n", text.out)
                for tag in tag_set["tags"]:
                    for value in tag["values"]:
                        self.assertIn(f"      {value['name']} ({value['number']})\n", text.out)
            for marking in policy["sample_markings"]:
                self.assertIn(f"  {marking['page']}", text.out)
            self.assertGreaterEqual(len(policy["sample_markings"]), len(policy["classifications"]))


class Signature(Tool):
    def setUp(self):
        super().setUp()
        self.policy = self.file("policy.xml", NATIONAL.read_bytes())
        for name in ("signer", "stranger"):
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                         "-out", f"{name}.pem", "-subj", f"/CN={name}", "-addext", "keyUsage=critical,digitalSignature")
        self.openssl("cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", "policy.xml", "-signer", "signer.pem",
                     "-inkey", "signer.key", "-out", "policy.p7s")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def test_a_good_signature_beside_the_file(self):
        text = self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "policy.p7s", "policy.xml")
        self.assertEqual(text.status, YES, text.out + text.complaints)
        self.assertEqual(text.out.splitlines()[1], "Signed by CN=signer")
        shown = self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "policy.p7s", "--json", "policy.xml")
        self.assertEqual((shown.status, shown.json["signed_by"]), (YES, "CN=signer"))
        unsigned = self.run_tool("spif", "policy.xml")
        self.assertNotIn("Signed", unsigned.out)

    def test_a_good_signature_inside_the_file(self):
        signed = subprocess.run([pathlib.Path(GUARD_LABEL).parent / "sign_for_test", "signer.pem", "signer.key"], cwd=self.folder,
                                input=NATIONAL.read_bytes(), capture_output=True, check=True, timeout=60).stdout
        policy = self.file("signed.xml", signed)
        text = self.run_tool("spif", "--trust-anchor", "signer.pem", policy)
        self.assertEqual(text.status, YES, text.out + text.complaints)
        self.assertEqual(text.out.splitlines()[1], "Signed by CN=signer")
        plain = self.run_tool("spif", NATIONAL)
        self.assertEqual(text.out.replace("Signed by CN=signer\n", ""), plain.out)
        other = self.run_tool("spif", "--trust-anchor", "stranger.pem", policy)
        self.assertEqual(other.status, NO)
        self.assertTrue(other.out.startswith("not signed as demanded\n"), other.out)
        changed = self.file("changed.xml", signed.replace(b'hierarchy="2"', b'hierarchy="7"'))
        self.assertEqual(self.run_tool("spif", "--trust-anchor", "signer.pem", changed).status, NO)
        # Nobody takes a signed file for checked who has not asked for a check.
        self.refused(self.run_tool("spif", policy), BAD, "Signature")

    def test_what_is_not_signed_as_demanded_is_not_shown(self):
        changed = self.file("changed.xml", NATIONAL.read_text() + " ")
        for anchor, signature, policy in (
            ("stranger.pem", "policy.p7s", self.policy), ("signer.pem", "policy.p7s", changed),
            ("signer.pem", "signer.pem", self.policy), ("signer.pem", None, self.policy),
        ):
            words = ["spif", "--trust-anchor", anchor, *(["--signature", signature] if signature else []), policy]
            text = self.run_tool(*words)
            self.assertEqual(text.status, NO, text.out + text.complaints)
            self.assertTrue(text.out.startswith("not signed as demanded\nfault  "), text.out)
            shown = self.run_tool(*words, "--json")
            self.assertEqual((shown.status, list(shown.json)), (NO, ["faults"]))
            self.assertIn(f"{shown.json['faults'][0]['reason']}: ", text.out)

    def test_files_that_cannot_be_read(self):
        self.refused(self.run_tool("spif", "--trust-anchor", "nowhere", self.policy), BAD, "nowhere")
        self.refused(self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "nowhere", self.policy), BAD, "nowhere")
        self.refused(self.run_tool("spif", "--signature", "policy.p7s", self.policy), USAGE, "--trust-anchor")


class Documents(Tool):
    def options(self, subcommand):
        done = self.run_tool(subcommand, "--help")
        self.assertEqual((done.status, done.complaints), (YES, ""))
        return set(re.findall(r"^ +(?:-\w,)?(--[a-z0-9-]+)", done.out, re.MULTILINE)) - {"--help"}

    def test_help_and_manual_agree(self):
        manual = (SOURCES / "deploy" / "man" / "guard-label.1").read_text()
        synopsis = manual.partition(".SH DESCRIPTION")[0]
        described = manual.partition(".SH OPTIONS")[2].partition(".SH EXIT STATUS")[0]
        for subcommand in SUBCOMMANDS:
            with self.subTest(subcommand):
                line = re.search(rf"^\\fBguard-label {subcommand}\\fR.*$", synopsis, re.MULTILINE).group()
                self.assertEqual(self.options(subcommand), set(re.findall(r"--[a-z0-9-]+", line)))
                for option in self.options(subcommand):
                    self.assertRegex(described, rf"{option}(?![a-z0-9-])")

    def test_the_files_of_the_manual_are_accepted(self):
        manual = (SOURCES / "deploy" / "man" / "guard-label.1").read_text()
        label, clearance, icism_map = re.findall(r"^\.RS\n(<.*?)^\.RE$", manual, re.MULTILINE | re.DOTALL)
        label = self.file("label.xml", label)
        shown = self.run_tool("show", "--spif", NATIONAL, "--json", label)
        self.assertEqual((shown.status, len(shown.json["categories"])), (YES, 2), shown.out + shown.complaints)
        done = self.run_tool("check", "--spif", NATIONAL, "--clearance", self.file("clearance.xml", clearance), label)
        self.assertEqual(done.status, YES, done.out + done.complaints)
        icism = self.file("icism.xml", (SOURCES / "labels/tool/transcripts/icism.xml").read_text().replace("CAN GBR", "GBR"))
        done = self.run_tool("show", "--spif", NATIONAL, "--icism-map", self.file("map.xml", icism_map), icism)
        self.assertEqual(done.status, YES, done.out + done.complaints)

    def members(self, value):
        if isinstance(value, dict):
            return set(value) | {name for one in value.values() for name in self.members(one)}
        if isinstance(value, list):
            return {name for one in value for name in self.members(one)}
        return set()

    def test_every_json_member_is_documented(self):
        documented = (SOURCES / "labels" / "tool" / "README.md").read_text().partition("## JSON")[2].partition("\n## ")[0]
        transcripts = SOURCES / "labels" / "tool" / "transcripts"
        spifs = ("--spif", NATIONAL, "--spif", ALLIANCE)
        clearance = ("--clearance", SAMPLES / "clearance.xml")
        used = set()
        for words in (
            ("show", *spifs, transcripts / "everything.xml"), ("show", *spifs, transcripts / "binding-4778.xml"),
            ("show", *spifs, transcripts / "stanza.xml"), ("show", *spifs, transcripts / "label-4774-all.xml"),
            ("show", *spifs, transcripts / "binding-signed.xml"), ("show", *spifs, "--marking", SAMPLES / "label.xml"),
            ("check", *spifs, *clearance, transcripts / "everything.xml"),
            ("convert", *spifs, "--to", "ess", SAMPLES / "label.xml"),
            ("translate", *spifs, "--to", "2.999.50.2", "--as", "4774", SAMPLES / "label.xml"),
            ("translate", *spifs, "--to", "2.999.50.2", transcripts / "everything.xml"),
            ("spif", NATIONAL), ("catalog", *spifs, *clearance),
        ):
            done = self.run_tool(words[0], "--json", *words[1:])
            self.assertIn(done.status, (YES, NO), done.complaints)
            self.assertTrue(done.out.endswith("\n"))
            for line in done.out.splitlines():
                used |= self.members(json.loads(line))
        for name in sorted(used):
            self.assertIn(f"`{name}`", documented)

    def test_help_is_a_yes(self):
        done = self.run_tool("--help")
        self.assertEqual((done.status, done.complaints), (YES, ""))
        for subcommand in SUBCOMMANDS:
            self.assertIn(subcommand, done.out)


if __name__ == "__main__":
    GUARD_LABEL = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
