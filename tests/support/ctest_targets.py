"""Reads `ctest --show-only=json-v1` and prints the CMake targets that its tests run."""

import json
import os
import sys

targets = set()
for test in json.load(sys.stdin)["tests"]:
    # A test whose program has not been built yet has no command; guard_test() names it alike.
    targets.add(os.path.basename(test["command"][0]) if "command" in test else test["name"])
print("\n".join(sorted(targets)))
