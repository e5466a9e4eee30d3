"""The play of deploy/demo.sh: what is sent, what the guard decides, what arrives.

Runs as root. It uses the files of deploy/examples as they stand (only places are put in, and the dates
of the star's exercise), and the beds of the functional tests (tests/support).
"""

import argparse
import signal
import sys
import time

from demo_scenes import LABELS, NOT_ASKED, ROOT, TOPOLOGIES
from support import network
from support.client import Missing


def act(bed, number, scene):
    """Lets one scene happen; gives what became of it: 'delivered', 'error to sender', …"""
    sender, receiver = bed.client(scene.sender), bed.client(scene.receiver)
    id = f"scene-{number}"
    try:
        if scene.what == "message":
            body = f"This is {scene.label}, says {scene.sender}."
            sender.send(receiver.full_jid, body, LABELS[scene.label], id=id)
            if scene.expected[0] == "delivered":
                heard = receiver.expect(body=body, sender=sender.jid)
                return "delivered" if heard.label == LABELS[scene.arrives] else "delivered with another label"
            reply = sender.expect(id=id, within=20)
            receiver.hears_nothing(0.5, body=body, sender=sender.jid)
            return {"policy-violation": "error to sender", "remote-server-timeout": "no such server"}.get(
                (reply.error or ("",))[0], f"reply {reply.error}")
        if scene.what == "presence":
            sender.send_raw(f"<presence to='{receiver.full_jid}' id='{id}'/>")
            receiver.expect(name="presence", sender=sender.full_jid)
            return "delivered"
        sender.request(receiver.full_jid, "<ping xmlns='urn:xmpp:ping'/>", id=id)
        return "answered" if sender.expect(id=id).kind == "result" else "error to sender"
    except (Missing, AssertionError) as fault:
        print(f"scene {number}: {fault}", file=sys.stderr)
        return "nothing arrived"


def said(guard, id):
    """What a guard's log says of a scene: verdict, reason, rule."""
    rows = [row for row in guard.rows() if row["class"] == "decision" and row["stanza_id"] == id]
    return (rows[0]["verdict"], rows[0]["reason"], rows[0]["rule"]) if rows else (*NOT_ASKED, "")


def play(bed, topology):
    for number, scene in enumerate(topology.scenes, 1):
        result = act(bed, number, scene)
        scene.found = (result, [said(of(bed), f"scene-{number}") for of in topology.guards.values()])


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def report(bed, topology):
    """Prints the table and the logs; gives how many scenes went otherwise than the policies say."""
    wrong = 0
    rows = [("sent by", "to", "what", "label", *(word for name in topology.guards for word in (f"the {name}", "reason", "rule")),
             "what came of it", "")]
    for scene in topology.scenes:
        result, decisions = scene.found
        good = (result, [decision[:2] for decision in decisions]) == scene.expected
        wrong += not good
        rows.append((scene.sender, scene.receiver, scene.what, scene.label,
                     *(word or "-" for decision in decisions for word in decision), result,
                     "as the policy says" if good else f"WRONG, expected {scene.expected}"))
    print()
    table(rows)
    for name, of in topology.guards.items():
        wrong += show_log(name, of(bed))
    return wrong


def show_log(name, guard):
    """Prints a guard's log; gives how many faults it has."""
    # How deliveries ended is recorded about once a second.
    deadline = time.monotonic() + 5
    while "pending" in (log := guard.audit("query", "--class", "decision").stdout) and time.monotonic() < deadline:
        time.sleep(0.2)
    print(f"\nThe same in the audit log of the {name} (guard-audit query LOG --class decision):\n")
    print(log)
    verified = guard.audit("verify")
    print("guard-audit verify: " + (verified.stdout or verified.stderr).strip())
    return verified.returncode != 0


def stay(bed, topology):
    """Says how to take part, and waits for the end."""
    print("\nEverything keeps running until Ctrl-C. Take part from another terminal of this machine, as root:\n")
    first = topology.scenes[0]
    for user, other in ((first.sender, first.receiver), (first.receiver, first.sender)):
        client, far = bed.client(user), bed.client(other).jid.partition("/")[0]
        print(f"  {user}:  nsenter --net={client.namespace.path} /usr/bin/python3 {ROOT}/deploy/chat.py \\\n"
              f"            --jid {client.jid.partition('/')[0]} --password {client.password} --address {client.address} \\\n"
              f"            --trust {client.trust} --to {far}")
    print("\nOr with any XMPP client that runs inside the namespace (same address, account and authority).")
    guards = [of(bed) for of in topology.guards.values()]
    for guard in guards:
        print(f"The log:  {guard.audit_command()} query {guard.log_folder} --reverse --limit 20")
    print(f"The files: {bed.folder}", flush=True)
    while all(guard.running() for guard in guards):
        time.sleep(0.5)
    print("guardd has ended", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(prog="deploy/demo.sh")
    parser.add_argument("--stay", action="store_true", help="leave everything running and say how to connect")
    parser.add_argument("--topology", choices=TOPOLOGIES, default="pair")
    options = parser.parse_args()
    topology = TOPOLOGIES[options.topology]
    # An end by signal unwinds like any other, so that namespaces and processes go.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    network.remove_stale()
    print(f"starting {topology.about} …", flush=True)
    wrong = len(topology.scenes)
    bed = topology.make()
    try:
        play(bed, topology)
        wrong = report(bed, topology)
        if options.stay:
            stay(bed, topology)
    except KeyboardInterrupt:
        print()
    finally:
        bed.close()
    print(f"\n{len(topology.scenes)} sent, " + ("all as the policy says" if wrong == 0 else f"{wrong} DIFFERENT from the policy"))
    return 0 if wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
