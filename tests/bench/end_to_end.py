#!/usr/bin/python3
"""Measures the whole guard: stanzas a second, CPU for each, latency added, memory.

    tests/bench/end_to_end.py [--bin DIR] [--seconds 30] [--json FILE] [--rates 0,1000,10000]

Generator, guard and sink run on this machine's loopback, TLS with SASL EXTERNAL on both sides,
the audit log durable before each release, on the disk of --log (a temporary folder without it).
Rate 0 is as fast as the guard takes them. CPU is user and system time of each process of the guard,
divided by the stanzas that arrived.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.guard_service import GuardService, Site  # noqa: E402
from support.labels import ess_text  # noqa: E402
from support.pki import Authority  # noqa: E402
from support.policies import Policy  # noqa: E402

HIGH_EDGE, LOW_EDGE, LOW_PEER = "127.0.77.2", "127.0.78.2", "127.0.78.1"
POLICY_OID = "2.999.1"

# Nanoseconds for one stanza on 2 shared x86-64 cores, of the prototypes that the design rests on.
FLOORS = {"mini-guard, stanzas/s": 113_000, "p99 at 10 k/s, ms": 2.0}


def both(identity, file):
    file.write_bytes(identity.chain.read_bytes() + identity.key.read_bytes())
    file.chmod(0o600)
    return file


class Bench:
    """Bench is a guard with a site of its own, and the identities of its two peers."""

    def __init__(self, folder, log):
        self.folder = pathlib.Path(folder)
        self.high = Authority("bench high", self.folder / "high")
        self.low = Authority("bench low", self.folder / "low")
        self.from_pem = both(self.high.issue("sender", ["high.example"]), self.folder / "sender.pem")
        self.to_pem = both(self.low.issue("receiver", ["low.example"]), self.folder / "receiver.pem")
        policy = Policy()
        site = Site(self.folder)
        site.policy(policy.write(self.folder))
        site.log(log)
        for side, authority, far, edge in (("high", self.high, "low", HIGH_EDGE), ("low", self.low, "high", LOW_EDGE)):
            certificates = self.folder / f"certificates-{side}"
            certificates.mkdir()
            both(authority.issue("guard", [f"{far}.example"]), certificates / f"{far}.pem")
            secret = self.folder / f"{side}.secret"
            secret.write_text(f"throw-away secret of the {side} side")
            secret.chmod(0o600)
            site.edge(side, None, edge, certificates, authority.certificate, secret)
        site.peer(policy.names["high"])
        site.peer(policy.names["low"], LOW_PEER)
        self.guard = GuardService(site.write(), self.folder)

    def load(self, bin_folder, rate, seconds):
        before = self.cpu()
        done = subprocess.run(
            [bin_folder / "guard-load", "--edge", f"{HIGH_EDGE}:5269", "--listen", f"{LOW_PEER}:5269",
             "--from-pem", self.from_pem, "--to-pem", self.to_pem, "--from-trust", self.high.certificate,
             "--to-trust", self.low.certificate, "--label", ess_text(POLICY_OID, 1),
             "--seconds", str(seconds), "--rate", str(rate)],
            stdout=subprocess.PIPE, timeout=seconds + 120)
        if not done.stdout:
            raise SystemExit("guard-load gave no result")
        result = json.loads(done.stdout)
        after = self.cpu()
        received = max(result["received"], 1)
        result["cpu_us"] = {name: round((after[name] - before[name]) * 1e6 / received, 2) for name in after}
        result["memory_kb"] = self.guard.memory()
        return result

    def cpu(self):
        """{role: seconds of CPU so far}."""
        tick = os.sysconf("SC_CLK_TCK")
        used = {}
        for name, pid in {**self.guard.processes(), "guardd": self.guard.child.pid}.items():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used[name] = (int(fields[11]) + int(fields[12])) / tick
        return used


def show(result):
    kind = f"{result['rate']} stanzas/s" if result["rate"] else "as fast as it goes"
    print(f"\n{kind}: {result['bytes']} bytes each, {result['seconds']} s")
    print(f"  sent {result['sent']}, arrived {result['received']}, {result['per_second']:.0f} stanzas/s")
    print(f"  latency ms: p50 {result['p50_ms']:.2f}  p99 {result['p99_ms']:.2f}  p99.9 {result['p999_ms']:.2f}")
    for name, cpu in sorted(result["cpu_us"].items()):
        print(f"  {name:32} {cpu:8.2f} us CPU a stanza {result['memory_kb'].get(name, 0):10} kB")
    print(f"  {'all processes':32} {sum(result['cpu_us'].values()):8.2f} us CPU a stanza")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=HERE.parent.parent / "build" / "release" / "bin", type=pathlib.Path)
    parser.add_argument("--seconds", default=30, type=int)
    parser.add_argument("--rates", default="0,1000,10000")
    parser.add_argument("--log", type=pathlib.Path, help="where the audit log is to be (a new folder)")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    os.environ["GUARD_BIN"] = str(options.bin)
    folder = tempfile.mkdtemp(prefix="xmpp-guard-bench-")
    results = []
    try:
        bench = Bench(folder, options.log or pathlib.Path(folder) / "log")
        for rate in (int(text) for text in options.rates.split(",")):
            # Each rate has a guard of its own: one whose receiver has just gone waits before it
            # connects again, and its queue overflows meanwhile.
            bench.guard.start()
            try:
                results.append(bench.load(options.bin, rate, options.seconds))
                show(results[-1])
            finally:
                bench.guard.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for result in results:
        if result["rate"] == 0:
            share = result["per_second"] / FLOORS["mini-guard, stanzas/s"]
            print(f"\nshare of the prototype's {FLOORS['mini-guard, stanzas/s']} stanzas/s: {share:.0%}")
        if result["rate"] == 10_000:
            print(f"p99 at 10 k/s: {result['p99_ms']:.2f} ms, aim {FLOORS['p99 at 10 k/s, ms']} ms")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0 if all(result["received"] == result["sent"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
