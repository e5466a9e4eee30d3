"""cuts.py [MESSAGES] [EVENTS] [SEED] [STREAMS]: breaks streams and processes under load, and accounts for each message.

Numbered messages cross both ways, half of MESSAGES (default 2,000) each, between servers with stream
management. EVENTS (default 10) times, at random, TCP connections of a side are cut without a word,
or an edge, a filter or the recorder is killed. STREAMS (own, shared or both-ways; default own) is how streams with both
servers are used. Afterwards, of each way:

    a row          the message has that one; where it is not refused, its end is in the log too; what is called
                   delivered was heard; what was heard is in the order of the log, but for what came twice
    no row         it came back to its sender as an error: its server was not told that it was taken
"""

import pathlib
import random
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from support import network  # noqa: E402  (the path has to be set first)
from support.bed import Bed  # noqa: E402
from support.child import run  # noqa: E402
from support.labels import ess_text  # noqa: E402

ROLES = ("edge-high", "edge-low", "filter-high", "filter-low", "recorder")
EVENTS = ("cut out low", "cut in low", "cut out high", "cut in high", *ROLES)
LABEL = ess_text("2.999.1", 1)
PAUSE = 0.004  # between two messages: Prosody keeps no more than 500 without an acknowledgement
QUIET = 15  # seconds without a message, at the end


class Way:
    """One direction of the load: what was sent, heard, and returned as an error."""

    def __init__(self, name, sender, receiver, count):
        self.name, self.sender, self.receiver, self.count = name, sender, receiver, count
        self.heard, self.failed = [], set()
        self.last = time.monotonic()
        self.sending = threading.Thread(target=self._send)

    def _send(self):
        for number in range(self.count):
            self.sender.send(self.receiver.full_jid, f"{self.name} {number}", LABEL, id=f"{self.name}-{number}")
            time.sleep(PAUSE)

    def take(self, client, stanza):
        """Notes a stanza that a client has heard; gives whether it was one of this way."""
        name, _, number = (stanza.id or "").rpartition("-")
        if name != self.name:
            return False
        self.last = time.monotonic()
        if client is self.receiver and stanza.kind != "error":
            self.heard.append(int(number))
        elif client is self.sender and stanza.kind == "error":
            self.failed.add(int(number))
        return True


def hear(client, ways, stop):
    while not stop.is_set():
        try:
            stanza = client.expect(1, name="message")
        except AssertionError:
            continue
        any(way.take(client, stanza) for way in ways)


def hurt(bed, what):
    """Does one event."""
    if what.startswith("cut"):
        side = bed.low if what.endswith("low") else bed.high
        to = side.server if what.startswith("cut out") else side.edge
        run(["ss", "-K", "dst", to, "dport", "=", ":5269"], side.namespace)
    else:
        old = bed.guard.wait_for_roles(ROLES, 30)
        bed.guard.kill(what)
        bed.guard.wait_for_roles(ROLES, 30, without=[old[what]])


def account(way, rows):
    """What is wrong with the books of a way: a list of sentences."""
    found = {}
    faults = []
    for row in rows:
        name, _, number = row["stanza_id"].rpartition("-")
        if row["class"] != "decision" or name != way.name:
            continue
        if int(number) in found:
            faults.append(f"{way.name} {number} has two rows")
        found[int(number)] = row
    firsts = list(dict.fromkeys(way.heard))
    # By the log, which is the order in which the edge has received them. COMPAT(prosody 0.12): what is sent
    # while its stream is being made may overtake what waits for it.
    received = sorted(firsts, key=lambda number: found[number]["sequence"] if number in found else 0)
    if firsts != received:
        faults.append(f"{way.name}: out of order")
    heard = set(firsts)
    ends = {}
    for number in range(way.count):
        row = found.get(number)
        end = "no row" if row is None else row["ended"] if row["verdict"] == "allowed" else row["verdict"]
        if row is None and number in way.failed:
            end = "came back"
        ends[end] = ends.get(end, 0) + 1
        if end in ("no row", "pending"):
            faults.append(f"{way.name} {number}: {end}")
        if end in ("delivered", "written") and number not in heard:
            faults.append(f"{way.name} {number}: {end}, and never heard")
        if number in heard and (row is None or row["verdict"] != "allowed"):
            faults.append(f"{way.name} {number}: heard, and not allowed by any row")
    print(f"{way.name}: {way.count} sent, {len(heard)} heard, {len(way.heard) - len(heard)} of them again; {ends}")
    return faults


def main():
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time())
    streams = sys.argv[4] if len(sys.argv) > 4 else "own"
    print(f"{messages} messages, {events} events, seed {seed}, streams {streams}", flush=True)
    chance = random.Random(seed)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    network.remove_stale()

    def use_streams(policy):
        for server in policy.names.values():
            policy.streams(server, streams)

    bed = Bed(example=True, managed=True, edit=use_streams)
    stop = threading.Event()
    try:
        ways = [Way("down", bed.alice, bed.bob, messages // 2), Way("up", bed.bob, bed.alice, messages // 2)]
        ears = [threading.Thread(target=hear, args=(client, ways, stop)) for client in (bed.alice, bed.bob)]
        hands = [way.sending for way in ways]
        for thread in ears + hands:
            thread.start()
        pause = messages / 2 * PAUSE / (events + 1)
        done = [EVENTS[number % len(EVENTS)] for number in range(events)]
        chance.shuffle(done)
        for what in done:
            time.sleep(chance.uniform(0.5, 1.5) * pause)
            hurt(bed, what)
        for thread in hands:
            thread.join()
        while time.monotonic() - max(way.last for way in ways) < QUIET:
            time.sleep(0.5)
        stop.set()
        for thread in ears:
            thread.join()
        print(", ".join(f"{done.count(what)} {what}" for what in sorted(set(done))))
        rows = bed.guard.rows()
        faults = [fault for way in ways for fault in account(way, rows)]
        verified = bed.guard.audit("verify")
        print(*faults[:20], verified.stdout.strip() or verified.stderr.strip(), sep="\n")
        print(f"{len(faults)} faults")
        return 1 if faults or verified.returncode != 0 else 0
    finally:
        stop.set()
        bed.close()


if __name__ == "__main__":
    sys.exit(main())
