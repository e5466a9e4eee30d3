"""StarBed: the guard as hub between six servers, by the policy of deploy/examples/star.

      high network                        low network
                                     ┌── ejabberd alpha.example ──── anna
    staff ── Prosody hq.example ──┐  ├── Prosody bravo.example ───── boris
                                guard
      ops ── Prosody air.example ─┘  ├── Prosody charlie.example ─── carl
                                     └── Prosody delta.example ───── dora

Bravo labels under a security policy of its own, deploy/examples/star/bravo.xml. Added here: air, another
server of the high side, which only Alpha and Delta talk to; delta, which talks to each other nation by a
rule for each way, to air, and does not exist for headquarters; echo, which has no server, and whose last
day is past.
"""

import itertools
import pathlib
import re
import tempfile

from . import bed
from .bad_peer import BadPeer
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .servers import EXAMPLES, ROOT

STAR = ROOT / "deploy" / "examples" / "star" / "policy.xml"
NATIONS = {"alpha": ("ejabberd", "anna"), "bravo": ("prosody", "boris"), "charlie": ("prosody", "carl"),
           "delta": ("prosody", "dora")}
ACROSS = {"hq": "staff", "air": "ops"}
PEERS = """<peer name="air" side="high"><domain name="air.example"/>
    <connection authentication="external" tls="1.3"/>
    <clearance><classifications from="UNCLASSIFIED" to="CONFIDENTIAL"/></clearance></peer>
  <peer name="delta" side="low"><domain name="delta.example" match="subdomains"/>
    <connection authentication="external" tls="1.3"/>
    <clearance><classifications from="UNCLASSIFIED" to="RESTRICTED"/></clearance></peer>
  <peer name="echo" side="low"><active from="2020-01-01" until="2020-02-01"/><domain name="echo.example"/>
    <connection authentication="external" tls="1.3"/>
    <clearance><classifications from="UNCLASSIFIED" to="RESTRICTED"/></clearance></peer>
"""
PASSWORD = "star"


def _chat(id, senders, receivers):
    return (f'\n    <allow id="{id}" reason="They talk." from-peers="{senders}" to-peers="{receivers}">'
            '<message types="chat" parts="body" others="strip"/></allow>')


def _rules():
    """The rules that are added, by direction."""
    ways = [way for way in itertools.permutations(NATIONS, 2) if "delta" in way]
    return {("high", "low"): _chat("air-down", "air", "alpha delta"), ("low", "high"): _chat("air-up", "alpha delta", "air"),
            ("low", "low"): "".join(_chat(f"{one}-{other}", one, other) for one, other in ways)}


def rule_between(sender, receiver):
    """The rule by which a nation talks to another."""
    return f"{sender}-{receiver}" if "delta" in (sender, receiver) else "nations-chat"


def _policy(folder):
    """The example's policy with air, delta and echo; charlie's exercise goes on, whenever this runs."""
    text = STAR.read_text()

    def replace(old, new):
        nonlocal text
        assert old in text, old
        text = text.replace(old, new, 1)

    replace('<active from="2026-09-01" until="2027-03-01"/>', '<active from="2020-01-01"/>')
    replace("<group ", PEERS + "  <group ")
    replace('peers="alpha bravo charlie"', 'peers="alpha bravo charlie echo"')
    for (near, far), rules in _rules().items():
        begin = f'<direction from="{near}" to="{far}">'
        replace(begin, begin + rules)
    # The example knows one server across, and need not say which.
    text = re.sub(r'<allow id="(down|up)-',
                  lambda rule: f'<allow {"from" if rule[1] == "down" else "to"}-peers="headquarters" id="{rule[1]}-', text)
    text = re.sub(r' file="([^"]+)"', lambda named: f' file="{(STAR.parent / named[1]).resolve()}"', text)
    file = folder / "policy.xml"
    file.write_text(text)
    return file


class StarBed:
    """StarBed is the whole star, running."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-star-"))
        self.networks = []
        self.boundary = None
        self._open = []
        try:
            high, low = (LeafNetwork(name, number, self.folder) for number, name in enumerate(("high", "low"), 1))
            self.networks += [high, low]
            for name, (kind, user) in NATIONS.items():
                low.serve(kind, f"{name}.example", {user: PASSWORD})
            for name, user in ACROSS.items():
                high.serve("prosody", f"{name}.example", {user: PASSWORD})
            peers = {"headquarters": [high.address(1)], "air": [high.address(2)], "echo": [],
                     **{name: [low.address(number)] for number, name in enumerate(NATIONS, 1)}}
            self.boundary = Boundary(self.folder / "guard", EXAMPLES / "guard.xml", _policy(self.folder),
                                     (high, high.address(20)), (low, low.address(20)), peers)
            high.serve_names(self.boundary.control("dns-records", "high"))
            low.serve_names(self.boundary.control("dns-records", "low"))
            self.boundary.start()
            for network in self.networks:
                network.ready()
        except BaseException:
            self.close()
            raise
        self.high, self.low = high, low

    @property
    def guard(self):
        return self.boundary.guard

    def client(self, user):
        for name, who in ACROSS.items():
            if user == who:
                return self.high.client(user, f"{name}.example", PASSWORD)
        nation = next(name for name, (_, who) in NATIONS.items() if who == user)
        return self.low.client(user, f"{nation}.example", PASSWORD)

    def bad_peer(self, domain, to):
        """A hostile server of a nation, with a good certificate of its own."""
        identity = self.low.authority.issue(f"bad-{domain}", [domain])
        peer = BadPeer(self.low.namespace, self.low.address(20), domain, to, identity, source=self.low.spare)
        self._open.append(peer)
        return peer

    def tidy(self):
        for network in self.networks:
            network.forget()
        for peer in self._open:
            peer.close()
        self._open.clear()

    def close(self):
        bed.take_down(self.folder, [network.stop_clients for network in self.networks] +
                      ([self.boundary.stop] if self.boundary else []) + [network.close for network in self.networks])
