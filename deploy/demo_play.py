"""The play of deploy/demo.sh: what is sent, what the guard decides, what arrives.

Runs as root. It uses the files of deploy/examples/pair as they stand (only places are put in), and
the bed of the functional tests (tests/support).
"""

import pathlib
import signal
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import network  # noqa: E402  (the path has to be set first)
from support.bed import Bed  # noqa: E402
from support.client import Missing  # noqa: E402
from support.labels import ess_text  # noqa: E402

EXAMPLE = "2.999.1"  # the security policy of spif.xml
LABELS = {"UNCLASSIFIED": ess_text(EXAMPLE, 1), "RESTRICTED": ess_text(EXAMPLE, 2), "SECRET": ess_text(EXAMPLE, 4),
          "of another policy": ess_text("2.999.2", 1), "none": None}


class Scene:
    """One thing that is sent, and what the policy says must come of it."""

    def __init__(self, sender, what, label, verdict, reason, result):
        self.sender = sender
        self.what = what
        self.label = label
        self.expected = (verdict, reason, result)
        self.found = None


SCENES = [
    Scene("alice", "message", "UNCLASSIFIED", "allowed", "allowed", "delivered"),
    Scene("bob", "message", "UNCLASSIFIED", "allowed", "allowed", "delivered"),
    Scene("alice", "message", "RESTRICTED", "allowed", "allowed", "delivered"),
    Scene("alice", "message", "SECRET", "refused", "receiver-clearance", "error to sender"),
    Scene("bob", "message", "SECRET", "refused", "sender-clearance", "error to sender"),
    Scene("alice", "message", "none", "refused", "label-missing", "error to sender"),
    Scene("bob", "message", "of another policy", "refused", "label-policy", "error to sender"),
    Scene("alice", "presence", "by rule", "allowed", "allowed", "delivered"),
    Scene("bob", "ping", "by rule", "allowed", "allowed", "answered"),
    Scene("alice", "ping", "by rule", "allowed", "allowed", "answered"),
]


def act(bed, number, scene):
    """Lets one scene happen; gives what became of it: 'delivered', 'error to sender', …"""
    sender, receiver = (bed.alice, bed.bob) if scene.sender == "alice" else (bed.bob, bed.alice)
    id = f"scene-{number}"
    try:
        if scene.what == "message":
            body = f"This is {scene.label}, says {scene.sender}."
            sender.send(receiver.full_jid, body, LABELS[scene.label], id=id)
            if scene.expected[2] == "delivered":
                heard = receiver.expect(body=body)
                return "delivered" if heard.label == LABELS[scene.label] else "delivered with another label"
            reply = sender.expect(id=id)
            if reply.error != ("policy-violation", "modify"):
                return f"reply {reply.error}"
            receiver.hears_nothing(0.5, body=body)
            return "error to sender"
        if scene.what == "presence":
            sender.send_raw(f"<presence to='{receiver.full_jid}' id='{id}'/>")
            receiver.expect(name="presence", sender=sender.full_jid)
            return "delivered"
        sender.request(receiver.full_jid, "<ping xmlns='urn:xmpp:ping'/>", id=id)
        return "answered" if sender.expect(id=id).kind == "result" else "error to sender"
    except (Missing, AssertionError) as fault:
        print(f"scene {number}: {fault}", file=sys.stderr)
        return "nothing arrived"


def play(bed):
    for number, scene in enumerate(SCENES, 1):
        result = act(bed, number, scene)
        try:
            row = bed.guard.row(**{"class": "decision", "stanza_id": f"scene-{number}"})
            scene.found = (row["verdict"], row["reason"], result, row["rule"])
        except AssertionError as fault:
            print(f"scene {number}: {fault}", file=sys.stderr)
            scene.found = ("no row", "", result, "")


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def report(bed):
    """Prints the table and the log; gives how many scenes went otherwise than the policy says."""
    wrong = 0
    rows = [("sent by", "what", "label", "the guard", "reason", "rule", "what came of it", "")]
    for scene in SCENES:
        good = scene.found[:3] == scene.expected
        wrong += not good
        rows.append((scene.sender, scene.what, scene.label, scene.found[0], scene.found[1], scene.found[3] or "-",
                     scene.found[2], "as the policy says" if good else f"WRONG, expected {scene.expected}"))
    print()
    table(rows)
    # How deliveries ended is recorded about once a second.
    deadline = time.monotonic() + 5
    while "pending" in (log := bed.guard.audit("query", "--class", "decision").stdout) and time.monotonic() < deadline:
        time.sleep(0.2)
    print("\nThe same in the audit log (guard-audit query LOG --class decision):\n")
    print(log)
    verified = bed.guard.audit("verify")
    print("guard-audit verify: " + (verified.stdout or verified.stderr).strip())
    return wrong + (verified.returncode != 0)


def stay(bed):
    """Says how to take part, and waits for the end."""
    print("\nEverything keeps running until Ctrl-C. Take part from another terminal of this machine, as root:\n")
    for user, side in (("alice", bed.high), ("bob", bed.low)):
        far = "bob@low.example" if user == "alice" else "alice@high.example"
        print(f"  {user}:  nsenter --net={side.namespace.path} /usr/bin/python3 {ROOT}/deploy/chat.py \\\n"
              f"            --jid {user}@{side.domain} --password {bed.users[side.name][user]} --address {side.server} \\\n"
              f"            --trust {side.authority.certificate} --to {far}")
    print("\nOr with any XMPP client that runs inside the namespace (same address, account and authority).")
    print(f"The log:  {bed.guard.audit_command()} query {bed.guard.log_folder} --reverse --limit 20")
    print(f"The files: {bed.folder}", flush=True)
    while bed.guard.running():
        time.sleep(0.5)
    print("guardd has ended", file=sys.stderr)


def main():
    # An end by signal unwinds like any other, so that namespaces and processes go.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    network.remove_stale()
    print("starting two servers, the guard between them, and two clients …", flush=True)
    bed = Bed(example=True)
    try:
        play(bed)
        wrong = report(bed)
        if "--stay" in sys.argv[1:]:
            stay(bed)
    except KeyboardInterrupt:
        print()
    finally:
        bed.close()
    print(f"\n{len(SCENES)} sent, " + ("all as the policy says" if wrong == 0 else f"{wrong} DIFFERENT from the policy"))
    return 0 if wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
