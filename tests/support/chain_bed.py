"""ChainBed: two guards in a row, by the policies of deploy/examples/chain.

      core network                        trunk network                  nation network
    duty ── Prosody ──┬─ edge high  A  edge low ══ edge high  B  edge low ─┬─ Prosody ── minister, watch
       core.example   │                                                    │  ministry.example
    duty ── Prosody ──┘                                                    └─ Prosody ── watch, reserve
       annex.example                                                          field.example
Each guard is a guardd with a policy, a log and certificates of its own. In the trunk network is nothing but an
edge of each; there each shows one certificate for all that is behind it. The annex is added here.
"""

import pathlib
import re
import tempfile
import time

from . import bed
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .servers import EXAMPLES, ROOT

CHAIN = ROOT / "deploy" / "examples" / "chain"
USERS = {"core.example": {"duty": "one", "clerk": "two"}, "annex.example": {"duty": "six"},
         "field.example": {"watch": "four", "reserve": "five"},
         "ministry.example": {"minister": "three", "watch": "seven"}}
CORE = ("core.example", "annex.example")
# To the guard above the annex is a server of its own, to the one below one more domain behind that guard.
ANNEX = {"policy.xml": ('  <peer name="trunk"', """  <peer name="annex" side="high"><domain name="annex.example"/>
    <connection authentication="external" tls="1.3"/>
    <clearance><classifications from="UNCLASSIFIED" to="SECRET"/></clearance></peer>
"""),
         "hub.xml": ('    <connection authentication="external" tls="1.3" guard="yes"/>', '    <domain name="annex.example"/>\n')}


class ChainBed:
    """ChainBed is the whole chain, running; `upper` is guard A, `lower` guard B."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-chain-"))
        self.networks = []
        self.boundaries = []
        try:
            core, trunk, nation = (self._network(name, number) for number, name in enumerate(("core", "trunk", "nation"), 1))
            for domain in CORE:
                core.serve("prosody", domain, USERS[domain])
            for domain in ("ministry.example", "field.example"):
                nation.serve("prosody", domain, USERS[domain])
            upper = self._boundary("upper", "policy.xml", (core, core.address(20)), (trunk, trunk.address(20)),
                                   {"core": [core.address(1)], "annex": [core.address(2)], "trunk": [trunk.address(21)]},
                                   "low")
            lower = self._boundary("lower", "hub.xml", (trunk, trunk.address(21)), (nation, nation.address(20)),
                                   {"core-guard": [trunk.address(20)], "ministry": [nation.address(1)],
                                    "field": [nation.address(2)]}, "high")
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

    def _boundary(self, name, policy, high, low, peers, trunk):
        """A guard whose side `trunk` is towards the other one."""
        boundary = Boundary(self.folder / name, EXAMPLES / "guard.xml", self._policy(policy), high, low, peers,
                            one_for_all=[trunk])
        self.boundaries.append(boundary)
        return boundary

    def _policy(self, name):
        """The example's policy with the annex, in a file of this bed."""
        before, annex = ANNEX[name]
        text = (CHAIN / name).read_text()
        assert before in text, before
        text = text.replace(before, annex + before, 1)
        text = re.sub(r' file="([^"]+)"', lambda named: f' file="{(CHAIN / named[1]).resolve()}"', text)
        file = self.folder / name
        file.write_text(text)
        return file

    def use_streams(self, use):
        """Has both guards use their streams with each other like this, from now on."""
        for guard, name in ((self.upper, "policy.xml"), (self.lower, "hub.xml")):
            file = self.folder / name
            file.write_text(re.sub(r' guard="yes"( streams="[a-z-]+")?', f' guard="yes" streams="{use}"', file.read_text()))
            self._order(guard, "reload")
        self.close_trunk()

    def close_trunk(self):
        """Has the upper guard close every stream between the two; nobody waits before the next one is made."""
        self._order(self.upper, "block", "trunk")
        self._order(self.upper, "unblock", "trunk")
        deadline = time.monotonic() + 5
        while self.trunk.namespace.connections() and time.monotonic() < deadline:
            time.sleep(0.02)

    @staticmethod
    def _order(guard, *words):
        done = guard.control(*words)
        assert done.returncode == 0, done.stdout + done.stderr

    def cut_trunk(self):
        """Kills every connection between the two guards, without a word."""
        self.trunk.namespace.cut(self.trunk.address(20), self.trunk.address(21))

    def client(self, user, domain=None):
        """The client of a user; where there are two of a name, of the first of USERS."""
        domain = domain or next(domain for domain, users in USERS.items() if user in users)
        network = self.core if domain in CORE else self.nation
        return network.client(user, domain, USERS[domain][user])

    def tidy(self):
        for network in self.networks:
            network.forget()

    def close(self):
        bed.take_down(self.folder, [network.stop_clients for network in self.networks] +
                      [boundary.stop for boundary in self.boundaries] + [network.close for network in self.networks])
