"""Rings: mistakes that no guard can see when it loads its policy.

RingBed: two guards between the same two networks, upside down, each with the other as its default route.

             east network                        west network
      alice ── Prosody east.example
               edge high ──────── guard A ──────── edge low
               edge low  ──────── guard B ──────── edge high

CountedRingBed: three guards who know each other as guards. B believes that C is A: C was given a certificate, in
the west network, for a domain behind A.

             east network              west network                 south network
      alice ── Prosody ── edge high A edge low ══ edge high B edge low ══ edge high C edge low
                                                   ╚═════════════ west network ══════════╝
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


def _policy(folder, high, low, guards=()):
    """The example's policy with these claims of its two peers: a domain, or None for the default route.

    `guards` are the sides whose peers are guards.
    """
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
            if side in guards:
                peer.find(POLICY + "connection").set("guard", "yes")
                # Whoever is believed to be A on a stream that goes both ways is also sent what is for A.
                peer.find(POLICY + "connection").set("streams", "shared")
            if number:
                policy.root.insert(list(policy.root).index(original) + 1, peer)
    folder.mkdir()
    return policy.write(folder)


class _Rings:
    """What both have in common: `build` makes networks and boundaries."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-ring-"))
        self.networks = []
        self.boundaries = []
        try:
            east = self.build()
            for boundary in self.boundaries:
                boundary.start()
            east.ready()
        except BaseException:
            self.close()
            raise
        self.guards = [boundary.guard for boundary in self.boundaries]
        self.alice = east.client("alice", "east.example", "one")

    @property
    def guard(self):
        return next((guard for guard in self.guards if not guard.running()), self.guards[0])

    def tidy(self):
        for network in self.networks:
            network.forget()

    def close(self):
        bed.take_down(self.folder, [network.stop_clients for network in self.networks] +
                      [boundary.stop for boundary in self.boundaries] + [network.close for network in self.networks])


class RingBed(_Rings):
    """RingBed is the ring, running; `guards` are A and B."""

    def build(self):
        east, west = (LeafNetwork(name, number, self.folder) for number, name in enumerate(("east", "west"), 1))
        self.networks += [east, west]
        east.serve("prosody", "east.example", {"alice": "one"})
        self.boundaries += [
            Boundary(self.folder / "first", EXAMPLES / "guard.xml",
                     _policy(self.folder / "first-policy", ["east.example", None], [None]),
                     (east, east.address(20)), (west, west.address(20)),
                     {"high-east.example": [east.address(1)], "high-rest": [east.address(21)],
                      "low-rest": [west.address(21)]},
                     {"high": [NOWHERE], "low": ["east.example"]}),
            Boundary(self.folder / "second", EXAMPLES / "guard.xml",
                     _policy(self.folder / "second-policy", [None], [None]),
                     (west, west.address(21)), (east, east.address(21)),
                     {"high-rest": [west.address(20)], "low-rest": [east.address(20)]},
                     {"high": [NOWHERE], "low": ["west.example"]})]
        east.serve_names(self.boundaries[0].control("dns-records", "high") + _names_nowhere())
        return east


class CountedRingBed(_Rings):
    """CountedRingBed is the other, running; `guards` are A, B and C."""

    def build(self):
        east, west, south = (LeafNetwork(name, number, self.folder)
                             for number, name in enumerate(("east", "west", "south"), 1))
        self.networks += [east, west, south]
        east.serve("prosody", "east.example", {"alice": "one"})

        def guard(name, high, low, guards, *places):
            return Boundary(self.folder / name, EXAMPLES / "guard.xml",
                            _policy(self.folder / f"{name}-policy", high, low, guards), *places,
                            {"high": [NOWHERE], "low": ["east.example"]})

        self.boundaries += [
            guard("a", ["east.example"], [None], ("low",), (east, east.address(20)), (west, west.address(20)),
                  {"high-east.example": [east.address(1)], "low-rest": [west.address(21)]}),
            guard("b", ["east.example"], [None], ("high", "low"), (west, west.address(21)), (south, south.address(21)),
                  {"high-east.example": [west.address(20)], "low-rest": [south.address(22)]}),
            guard("c", [None], [None], ("high", "low"), (south, south.address(22)), (west, west.address(22)),
                  {"high-rest": [south.address(21)], "low-rest": [west.address(21)]})]
        east.serve_names(self.boundaries[0].control("dns-records", "high") + _names_nowhere())
        return east


def _names_nowhere():
    return f"srv-host=_xmpp-server._tcp.{NOWHERE},guard.east.example,5269\n"
