"""RingBed: a mistake: two guards between the same two networks, upside down, each with the other as its default route.

             east network                        west network
      alice ── Prosody east.example
               edge high ──────── guard A ──────── edge low
               edge low  ──────── guard B ──────── edge high
"""

import copy
import pathlib
import tempfile
import xml.etree.ElementTree as ElementTree

from . import bed
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .policies import POLICY, Policy
from .servers import EXAMPLES

NOWHERE = "nowhere.example"


def _policy(folder, high, low):
    """The example's policy with these claims of its two peers: a domain, or None for the default route."""
    policy = Policy()
    for side, claims in (("high", high), ("low", low)):
        original = policy.peer(policy.names[side])
        for number, claim in enumerate(claims):
            peer = original if number == 0 else copy.deepcopy(original)
            place = list(peer).index(peer.find(POLICY + "connection"))
            for old in peer.findall(POLICY + "domain") + peer.findall(POLICY + "default-route"):
                peer.remove(old)
                place -= 1
            peer.insert(place, ElementTree.Element(POLICY + "default-route") if claim is None
                        else ElementTree.Element(POLICY + "domain", name=claim))
            peer.set("name", f"{side}-{claim or 'rest'}")
            if number:
                policy.root.insert(list(policy.root).index(original) + 1, peer)
    folder.mkdir()
    return policy.write(folder)


class RingBed:
    """RingBed is the ring, running; `first` is guard A, `second` guard B."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-ring-"))
        self.networks = []
        self.boundaries = []
        try:
            east, west = (LeafNetwork(name, number, self.folder) for number, name in enumerate(("east", "west"), 1))
            self.networks += [east, west]
            east.serve("prosody", "east.example", {"alice": "one"})
            first = Boundary(self.folder / "first", EXAMPLES / "guard.xml",
                             _policy(self.folder / "first-policy", ["east.example", None], [None]),
                             (east, east.address(20)), (west, west.address(20)),
                             {"high-east.example": [east.address(1)], "high-rest": [east.address(21)],
                              "low-rest": [west.address(21)]},
                             {"high": [NOWHERE], "low": ["east.example"]})
            second = Boundary(self.folder / "second", EXAMPLES / "guard.xml",
                              _policy(self.folder / "second-policy", [None], [None]),
                              (west, west.address(21)), (east, east.address(21)),
                              {"high-rest": [west.address(20)], "low-rest": [east.address(20)]},
                              {"high": [NOWHERE], "low": ["west.example"]})
            self.boundaries += [first, second]
            records = first.control("dns-records", "high")
            east.serve_names(records + f"srv-host=_xmpp-server._tcp.{NOWHERE},guard.east.example,5269\n")
            for boundary in self.boundaries:
                boundary.start()
            east.ready()
        except BaseException:
            self.close()
            raise
        self.first, self.second = first.guard, second.guard
        self.alice = east.client("alice", "east.example", "one")

    @property
    def guard(self):
        return self.second if self.first.running() else self.first

    def tidy(self):
        for network in self.networks:
            network.forget()

    def close(self):
        bed.take_down(self.folder, [network.stop_clients for network in self.networks] +
                      [boundary.stop for boundary in self.boundaries] + [network.close for network in self.networks])
