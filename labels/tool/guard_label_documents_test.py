"""Help, manual and README say what guard-label does."""

import json
import re

from running_for_test import ALLIANCE, NATIONAL, NO, SAMPLES, SOURCES, SUBCOMMANDS, YES, Tool, main


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
    main()
