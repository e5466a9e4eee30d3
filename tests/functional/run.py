"""Runs the functional tests: every <area>_<behaviour>.py of this folder, as root.

  /usr/bin/python3 tests/functional/run.py                everything
  /usr/bin/python3 tests/functional/run.py -k dialback    only what has this in its name
  /usr/bin/python3 tests/functional/run.py --at-once 2    in two processes, each with beds of its own
  /usr/bin/python3 tests/functional/run.py --list         names only

GUARD_BIN names the folder of the guard's executables (default build/dev/bin). --keep leaves the
scratch folders with all logs where a test has failed.
"""

import argparse
import io
import itertools
import multiprocessing
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


class Lines(io.StringIO):
    """What unittest prints to."""

    def writeln(self, text=""):
        self.write(text + "\n")


class Result(unittest.TextTestResult):
    """What became of each test and how long it took, printed in one piece: others may print, too.

    A test, or the making of a bed, that takes longer than MOST_SECONDS fails."""

    MOST_SECONDS = 180
    LOOK_SECONDS = 5

    def watch(self):
        """Looks at the time again and again. The signal also wakes whoever sleeps in vain: some kernels (seen with
        6.18) forget now and then to tell a reader of a pipe that its writer has ended."""
        self._began = time.monotonic()
        signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, self.LOOK_SECONDS, self.LOOK_SECONDS)

    def _look(self, *_):
        if time.monotonic() - self._began > self.MOST_SECONDS:
            self._began = time.monotonic()  # what comes now has a time of its own
            raise TimeoutError(f"took longer than {self.MOST_SECONDS} s")

    def startTest(self, test):
        self._began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.stream.writeln(f"    {time.monotonic() - self._began:.1f} s")
        self._began = time.monotonic()
        self.tell()

    def tell(self):
        sys.stdout.write(self.stream.getvalue())
        sys.stdout.flush()
        self.stream.seek(0)
        self.stream.truncate()

    def wrong(self):
        """A test that was skipped has shown nothing: it counts as failed."""
        return len(self.failures) + len(self.errors) + len(self.skipped) + len(self.unexpectedSuccesses)

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


def by_class(tests):
    """Lists of tests that stand next to each other and are of one class: they share a bed."""
    return [list(group) for _, group in itertools.groupby(tests, key=type)]


def work(groups, next_group, counts):
    """Runs groups until there are no more, and puts (passed, wrong) into `counts`."""
    result = Result(Lines(), descriptions=True, verbosity=2)
    result.watch()
    try:
        while True:
            with next_group.get_lock():
                number = next_group.value
                next_group.value += 1
            if number >= len(groups):
                break
            unittest.TestSuite(groups[number]).run(result)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        result.printErrors()
        result.tell()
        bed.close_all()
    counts.put((max(0, result.testsRun - result.wrong()), result.wrong()))


def run(tests, at_once):
    """Runs the tests in so many processes; gives (passed, wrong). One that dies has not passed what it had."""
    groups = by_class(tests)
    next_group, counts = multiprocessing.Value("i", 0), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(groups, next_group, counts)) for _ in range(at_once)]
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            if worker.is_alive():
                worker.terminate()
                worker.join()
    told = [counts.get() for worker in workers if worker.exitcode == 0]
    passed = sum(one for one, _ in told)
    return passed, max(len(tests) - passed, sum(other for _, other in told))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", dest="pattern", help="only tests with this in their names (or one of these, with commas between)")
    parser.add_argument("--list", action="store_true", help="print the names, run nothing")
    parser.add_argument("--keep", action="store_true", help="leave scratch folders behind")
    parser.add_argument("--at-once", type=int, default=1, help="in so many processes (default 1)")
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
    passed, wrong = run(tests, max(1, options.at_once))
    if options.counts:
        pathlib.Path(options.counts).write_text(f"{passed} {wrong}\n")
    print(f"functional: {passed} passed, {wrong} failed")
    return 0 if wrong == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
