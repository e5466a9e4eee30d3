"""kills.py [COUNT] [SEED]: kills a random process of the guard COUNT times while messages cross.

After every kill the service has to be whole again within 30 s. At the end the log must verify, every
message that arrived must have its row (INVARIANT(AUDIT_BEFORE_RELEASE)), and messages must cross.
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
from support.labels import ess_text  # noqa: E402

ROLES = ("edge-high", "edge-low", "filter-high", "filter-low", "recorder", "guardd")
LABEL = ess_text("2.999.1", 1)


class Load:
    """Numbered messages both ways, about fifty a second, until stopped."""

    def __init__(self, bed):
        self.heard = []
        self._stop = threading.Event()
        self._threads = []
        for sender, receiver in ((bed.alice, bed.bob), (bed.bob, bed.alice)):
            self._threads.append(threading.Thread(target=self._send, args=(sender, receiver)))
            self._threads.append(threading.Thread(target=self._hear, args=(receiver,)))
        for thread in self._threads:
            thread.start()

    def _send(self, sender, receiver):
        number = 0
        while not self._stop.wait(0.04):
            number += 1
            sender.send(receiver.full_jid, f"load {number}", LABEL, id=f"load-{sender.jid[0]}-{number}")

    def _hear(self, client):
        while not self._stop.is_set():
            try:
                stanza = client.expect(1, name="message")
            except AssertionError:
                continue
            if stanza.kind != "error" and (stanza.body or "").startswith("load "):
                self.heard.append((stanza.sender, stanza.body))

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()


def crosses(bed, within=60):
    deadline = time.monotonic() + within
    for sender, receiver in ((bed.alice, bed.bob), (bed.bob, bed.alice)):
        number = 0
        while True:
            number += 1
            sender.send(receiver.full_jid, f"after all {number}", LABEL)
            try:
                receiver.expect(2, body=f"after all {number}")
                break
            except AssertionError:
                if time.monotonic() > deadline:
                    raise


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print(f"{count} kills, seed {seed}", flush=True)
    chance = random.Random(seed)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    network.remove_stale()
    bed = Bed(example=True)
    try:
        crosses(bed)
        load = Load(bed)
        try:
            for number in range(1, count + 1):
                time.sleep(chance.uniform(0.0, 1.0))
                role = chance.choice(ROLES)
                if role == "guardd":
                    bed.guard.remember()
                    bed.guard.child.process.kill()
                    bed.guard.stop()
                    bed.guard.start()
                else:
                    old = bed.guard.wait_for_roles(ROLES[:-1], 30)
                    bed.guard.kill(role)
                    bed.guard.wait_for_roles(ROLES[:-1], 30, without=[old[role]])
                if number % 50 == 0:
                    print(f"{number} killed, {len(load.heard)} messages arrived", flush=True)
        finally:
            load.stop()
        crosses(bed)
        verified = bed.guard.audit("verify")
        allowed = {(row["from_address"], row["stanza_id"].rpartition("-")[2])
                   for row in bed.guard.rows("--verdict", "allowed") if row["stanza_id"].startswith("load-")}
        unrecorded = [heard for heard in load.heard if (heard[0], heard[1].split()[1]) not in allowed]
        print(f"{len(load.heard)} messages arrived, {len(unrecorded)} without a row; "
              f"verify: {verified.stdout.strip() or verified.stderr.strip()}")
        return 1 if unrecorded or verified.returncode != 0 else 0
    finally:
        bed.close()


if __name__ == "__main__":
    sys.exit(main())
