"""ctest_targets.py BIN: reads `ctest --show-only=json-v1` and prints the CMake targets that its tests need.

BIN is the folder of the executables, such as build/asan/bin.
"""

import json
import os
import sys

folder = os.path.realpath(sys.argv[1])
targets = set()
for test in json.load(sys.stdin)["tests"]:
    if "command" not in test:
        # Its program has not been built yet; guard_test() and guard_fuzz() give both one name.
        targets.add(test["name"])
        continue
    for word in test["command"]:
        if os.path.dirname(os.path.realpath(word)) == folder:
            targets.add(os.path.basename(word))
print("\n".join(sorted(targets)))
