"""junit_counts.py FILE: prints "PASSED FAILED" of a ctest --output-junit file.

A test that did not run (its program is missing, say) counts as failed.
"""

import sys
import xml.etree.ElementTree as ElementTree

cases = ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
results = [case.get("status") == "run" and case.find("failure") is None for case in cases]
print(results.count(True), results.count(False))
