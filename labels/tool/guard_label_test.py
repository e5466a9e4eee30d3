"""What transcripts cannot show of each command: exit status, JSON, standard input, hostile labels."""

import base64
import json
from xml.etree import ElementTree

from running_for_test import ALLIANCE, BAD, NATIONAL, NATIONAL_ID, NO, SAMPLES, USAGE, YES, Tool, hostile_mark, main

from support.labels import ess, security_label  # running_for_test has set the path


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


if __name__ == "__main__":
    main()
