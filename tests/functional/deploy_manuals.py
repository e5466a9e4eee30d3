"""The manual pages of deploy/man: they render, and name whatever the site file and guardd have."""

import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from support.guard_service import binaries
from support.servers import ROOT

MANUALS = ROOT / "deploy" / "man"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"


def plain(page):
    """A page's text without its markup; where bold and plain words change, there is a space or none, as it is read."""
    text = re.sub(r"\\f[BIRP]", "", (MANUALS / page).read_text())
    return re.sub(r"(?m)^\.[A-Z]+ ?", "", text).replace("\\-", "-")


class Manuals(unittest.TestCase):
    def test_they_render_without_a_warning(self):
        if shutil.which("groff") is None:
            return
        for page in sorted(MANUALS.glob("*.[158]")):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)

    def test_the_site_file_s_page_names_every_element_and_attribute(self):
        page = plain("guard.xml.5")
        schema = ElementTree.parse(ROOT / "schemas" / "site.xsd").getroot()
        elements = {element.get("name") for element in schema.iter(SCHEMA + "element")}
        attributes = {attribute.get("name") for attribute in schema.iter(SCHEMA + "attribute")}
        words = {value.get("value") for value in schema.iter(SCHEMA + "enumeration")}
        self.assertGreater((len(elements), len(attributes), len(words)), (10, 30, 6))
        for element in elements:
            self.assertRegex(page, rf"<{element}[ />]", element)
        for attribute in attributes:
            # As the head of a paragraph or, of the small elements, in the tag itself.
            self.assertRegex(page, rf"(?m)^(<.*)?(.*, )?\b{attribute}(=|,|$| )", attribute)
        for word in words:
            self.assertRegex(page, rf"\b{word}\b", word)

    def test_guardd_s_page_names_every_option_and_status(self):
        page = plain("guardd.8")
        shown = subprocess.run([binaries() / "guardd", "--help"], capture_output=True, text=True, timeout=20).stdout
        options = set(re.findall(r"--[a-z-]+", shown))
        self.assertIn("--check", options)
        for option in options:
            self.assertIn(option, page)
        source = (ROOT / "guard" / "supervisor" / "main.cc").read_text()
        statuses = re.search(r"// Exit status: ((?:.*\n// ?)*?.*)\n\n", source)[1]
        statuses = re.findall(r"(?:^|; |\n// )(\d+)\b", statuses)
        self.assertGreater(len(statuses), 5)
        for status in statuses:
            self.assertRegex(page, rf"(?m)^{status}$", status)

    def test_guardctl_s_page_names_every_option(self):
        page = plain("guardctl.1")
        commands = ("", "block", "reload", "dns-records", "certificates", "certificate-request")
        shown = "".join(subprocess.run([binaries() / "guardctl", *command.split(), "--help"], capture_output=True, text=True,
                                       timeout=20).stdout for command in commands)
        for option in set(re.findall(r"(?<![\w-])--[a-z-]+", shown)) - {"--help", "--version"}:
            self.assertIn(option, page)
