"""Runs the functional tests: every <area>_<behaviour>.py of this folder, as root.

  /usr/bin/python3 tests/functional/run.py                everything
  /usr/bin/python3 tests/functional/run.py -k dialback    only what has this in its name
  /usr/bin/python3 tests/functional/run.py --list         names only

GUARD_BIN names the folder of the guard's executables (default build/dev/bin). --keep leaves the
scratch folders with all logs where a test has failed.
"""

import argparse
import os
import pathlib
import resource
import signal
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from support import bed, network  # noqa: E402  (the path has to be set first)


class Result(unittest.TextTestResult):
    """One line for each test, with the time that it took."""

    def startTest(self, test):
        self._began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"    {time.monotonic() - self._began:.1f} s")
        self.stream.flush()

    def getDescription(self, test):
        return test.id().partition(".")[0] + ": " + test.id().rpartition(".")[2].replace("test_", "").replace("_", " ")


def every_test(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from every_test(test)
        else:
            yield test


def selected(pattern):
    loader = unittest.TestLoader()
    modules = sorted(file.stem for file in HERE.glob("*_*.py"))
    # Plays that share a bed stand next to each other, so that few beds are made.
    tests = [test for module in modules for test in every_test(loader.loadTestsFromName(module))]
    wanted = (pattern or "").split(",")
    tests = [test for test in tests if any(word in test.id() for word in wanted)]
    return sorted(tests, key=lambda test: getattr(test, "bed_order", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", dest="pattern", help="only tests with this in their names (or one of these, with commas between)")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--keep", action="store_true", help="leave scratch folders behind")
    parser.add_argument("--counts", help="write 'PASSED FAILED' into this file")
    options = parser.parse_args()

    tests = selected(options.pattern)
    if options.list:
        print("\n".join(test.id() for test in tests))
        return 0
    if os.geteuid() != 0:
        print("functional tests make network namespaces: run them as root", file=sys.stderr)
        return 2

    # Thousands of silent connections are held by this process.
    _, ceiling = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(ceiling, 65536), ceiling))
    # An end by signal unwinds like any other, so that namespaces and processes go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    network.remove_stale()
    bed.keep_folders = options.keep
    try:
        runner = unittest.TextTestRunner(sys.stdout, verbosity=2, resultclass=Result)
        result = runner.run(unittest.TestSuite(tests))
    finally:
        bed.close_all()
    # A test that was skipped has shown nothing: it counts as failed.
    wrong = len(result.failures) + len(result.errors) + len(result.skipped) + len(result.unexpectedSuccesses)
    passed = max(0, result.testsRun - wrong)
    if options.counts:
        pathlib.Path(options.counts).write_text(f"{passed} {wrong}\n")
    print(f"functional: {passed} passed, {wrong} failed")
    return 0 if wrong == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
