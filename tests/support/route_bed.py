"""RouteBed: on each side a peer that claims a domain with all below it, and one that gets whatever nobody claims.

    high network                                        low network
    alice ── Prosody high.example  ─┐          ┌─ Prosody low.example ── bob      match="subdomains"
    ann ──── Prosody alpha.example ─┴─ guard ──┴─ Prosody omega.example ── zed    default-route
"""

import copy
import pathlib
import tempfile
import xml.etree.ElementTree as ElementTree

from . import bed
from .bad_peer import BadPeer
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .policies import POLICY, Policy
from .servers import EXAMPLES

USERS = {"high.example": {"alice": "one"}, "alpha.example": {"ann": "two"},
         "low.example": {"bob": "three"}, "omega.example": {"zed": "four"}}
# What the servers of a side reach behind the guard; the policy names but the first.
USED = {"high": ("low.example", "rooms.low.example", "omega.example"),
        "low": ("high.example", "rooms.high.example", "alpha.example")}


def with_routes(policy):
    """Makes the example's peers claim what is below their domains, and adds default routes to both sides."""
    for side, name in policy.names.items():
        peer = policy.peer(name)
        rest = copy.deepcopy(peer)
        rest.set("name", f"{side}-rest")
        peer.find(POLICY + "domain").set("match", "subdomains")
        place = list(rest).index(rest.find(POLICY + "domain"))
        rest.remove(rest[place])
        rest.insert(place, ElementTree.Element(POLICY + "default-route"))
        policy.root.insert(list(policy.root).index(peer) + 1, rest)


class RouteBed:
    """RouteBed is both sides and the guard, all running."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-routes-"))
        self.sides = []
        self.boundary = None
        self._open = []
        try:
            for number, (name, domains) in enumerate((("high", ("high.example", "alpha.example")),
                                                      ("low", ("low.example", "omega.example"))), 1):
                side = LeafNetwork(name, number, self.folder)
                self.sides.append(side)
                side.edge = side.address(20)
                for domain in domains:
                    side.serve("prosody", domain, USERS[domain])
            self.high, self.low = self.sides
            policy = Policy()
            with_routes(policy)
            peers = {f"{side.name}-{role}": [side.address(last)]
                     for side in self.sides for role, last in (("server", 1), ("rest", 2))}
            self.boundary = Boundary(self.folder / "guard", EXAMPLES / "guard.xml", policy.write(self.folder),
                                     *((side, side.edge) for side in self.sides), peers, USED)
            for side in self.sides:
                side.serve_names(self.records(side))
            self.boundary.start()
            for side in self.sides:
                side.ready()
        except BaseException:
            self.close()
            raise

    def records(self, side):
        """What guardctl prints, and, as it says, the same lines for each further name that is used."""
        printed = self.boundary.control("dns-records", side.name)
        lines = [line for line in printed.splitlines() if line.startswith("srv-host=")]
        claimed = USED[side.name][0]
        return printed + "".join(f"{line.replace(f'_tcp.{claimed}', f'_tcp.{domain}')}\n"
                                 for domain in USED[side.name][1:] for line in lines)

    @property
    def guard(self):
        return self.boundary.guard

    def client(self, user):
        domain = next(domain for domain, users in USERS.items() if user in users)
        side = next(side for side in self.sides if domain in side.servers)
        return side.client(user, domain, USERS[domain][user])

    @property
    def alice(self):
        return self.client("alice")

    @property
    def bob(self):
        return self.client("bob")

    def bad_peer(self, side, domain, to):
        """A hostile server of a side that has a good certificate for its domain."""
        peer = BadPeer(side.namespace, side.edge, domain, to, side.authority.issue(f"bad-{domain}", [domain]),
                       source=side.spare)
        self._open.append(peer)
        return peer

    def tidy(self):
        for side in self.sides:
            side.forget()
        for peer in self._open:
            peer.close()
        self._open.clear()

    def close(self):
        bed.take_down(self.folder, [side.stop_clients for side in self.sides] +
                      ([self.boundary.stop] if self.boundary else []) + [side.close for side in self.sides])
