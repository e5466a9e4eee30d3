"""ChainBed: two guards in a row, by the policies of deploy/examples/chain.

      core network                     trunk network                  nation network
    duty ── Prosody ── edge high  A  edge low ══ edge high  B  edge low ─┬─ Prosody ── minister
       core.example                                                     │  ministry.example
                                                                        └─ Prosody ── watch, reserve
                                                                           field.example
Each guard is a guardd with a policy, a log and certificates of its own. In the trunk network is nothing but an
edge of each.
"""

import pathlib
import tempfile

from . import bed
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .servers import EXAMPLES, ROOT

CHAIN = ROOT / "deploy" / "examples" / "chain"
USERS = {"core.example": {"duty": "one", "clerk": "two"}, "ministry.example": {"minister": "three"},
         "field.example": {"watch": "four", "reserve": "five"}}


class ChainBed:
    """ChainBed is the whole chain, running; `upper` is guard A, `lower` guard B."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-chain-"))
        self.networks = []
        self.boundaries = []
        try:
            core, trunk, nation = (self._network(name, number) for number, name in enumerate(("core", "trunk", "nation"), 1))
            core.serve("prosody", "core.example", USERS["core.example"])
            for domain in ("ministry.example", "field.example"):
                nation.serve("prosody", domain, USERS[domain])
            upper = self._boundary("upper", "policy.xml", (core, core.address(20)), (trunk, trunk.address(20)),
                                   {"core": [core.address(1)], "trunk": [trunk.address(21)]})
            lower = self._boundary("lower", "hub.xml", (trunk, trunk.address(21)), (nation, nation.address(20)),
                                   {"core-guard": [trunk.address(20)], "ministry": [nation.address(1)],
                                    "field": [nation.address(2)]})
            core.serve_names(upper.control("dns-records", "high"))
            nation.serve_names(lower.control("dns-records", "low"))
            for boundary in self.boundaries:
                boundary.start()
            for network in self.networks:
                network.ready()
        except BaseException:
            self.close()
            raise
        self.core, self.trunk, self.nation = core, trunk, nation
        self.upper, self.lower = upper.guard, lower.guard

    @property
    def guard(self):
        return self.lower if self.upper.running() else self.upper

    def _network(self, name, number):
        network = LeafNetwork(name, number, self.folder)
        self.networks.append(network)
        return network

    def _boundary(self, name, policy, *places):
        boundary = Boundary(self.folder / name, EXAMPLES / "guard.xml", CHAIN / policy, *places)
        self.boundaries.append(boundary)
        return boundary

    def client(self, user):
        domain = next(domain for domain, users in USERS.items() if user in users)
        network = self.core if domain == "core.example" else self.nation
        return network.client(user, domain, USERS[domain][user])

    def tidy(self):
        for network in self.networks:
            network.forget()

    def close(self):
        bed.take_down(self.folder, [network.stop_clients for network in self.networks] +
                      [boundary.stop for boundary in self.boundaries] + [network.close for network in self.networks])
