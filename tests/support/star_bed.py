"""StarBed: the guard as hub between a headquarters and four nations, by the policy of deploy/examples/star.

      high network                      low network
                                   ┌── ejabberd alpha.example ──── anna
    staff ── Prosody hq.example ── guard ── Prosody bravo.example ── boris
                                   ├── Prosody charlie.example ── carl (whose exercise is over)
                                   └── Prosody delta.example ──── dora

Bravo labels under a security policy of its own, deploy/examples/star/bravo.xml. Delta is
added here: it talks to Alpha, and does not exist for Bravo and for headquarters.
"""

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
DELTA = """<peer name="delta" side="low"><domain name="delta.example" match="subdomains"/>
    <connection authentication="external" tls="1.3"/>
    <clearance><classifications from="UNCLASSIFIED" to="RESTRICTED"/></clearance></peer>
"""
BESIDE = '<direction from="low" to="low">'
BESIDE_DELTA = """
    <allow id="beside-delta" reason="Alpha and Delta talk." from-peers="alpha delta" to-peers="alpha delta">
      <message types="chat" parts="body" others="strip"/></allow>"""
PASSWORD = "star"


def _policy(folder):
    """The example's policy with delta, and the dates of charlie's exercise in the past, whenever this runs."""
    text = STAR.read_text()
    old, new = '<active from="2026-09-01" until="2027-03-01"/>', '<active from="2020-01-01" until="2020-02-01"/>'
    assert old in text, old
    text = text.replace(old, new)
    text = text.replace("<group ", DELTA + "<group ", 1).replace(BESIDE, BESIDE + BESIDE_DELTA, 1)
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
            high.serve("prosody", "hq.example", {"staff": PASSWORD})
            peers = {"headquarters": [high.address(1)],
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
        if user == "staff":
            return self.high.client(user, "hq.example", PASSWORD)
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
