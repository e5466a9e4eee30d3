"""LeafBed: the guard between two ordinary servers, all from the files of deploy/examples/leaf.

        high namespace                                        low namespace
    alice ── Prosody ── edge high   (guard)   edge low ── ejabberd ── bob
             10.77.1.1  10.77.1.2             10.77.2.2   10.77.2.1
"""

import pathlib
import tempfile

from . import bed
from .bad_peer import BadPeer
from .boundary import Boundary
from .leaf_network import LeafNetwork
from .leaf_servers import LEAF


class LeafBed:
    """LeafBed is both sides and the guard, all running. `high` and `low` say which server is where.

    Without `direct` the guard neither listens for direct TLS nor calls by it. With `shared` pairs share streams
    with both servers, where they can, and the low one proves its domains by dialback.
    """

    def __init__(self, high="prosody", low="ejabberd", direct=True, shared=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-leaf-"))
        self.sides = []
        self.boundary = None
        self._open = []
        try:
            for number, (name, kind, users) in enumerate(
                    (("high", high, {"alice": "wonderland"}), ("low", low, {"bob": "builder"})), 1):
                side = LeafNetwork(name, number, self.folder)
                self.sides.append(side)
                side.domain = f"{name}.example"
                side.edge = side.address(2)
                side.serve(kind, side.domain, users)
            self.high, self.low = self.sides
            places = [(side, None if direct else side.edge) for side in self.sides]
            peers = None if direct else {f"{side.name}-server": [side.address(1)] for side in self.sides}
            policy = self._shared_policy() if shared else LEAF / "policy.xml"
            self.boundary = Boundary(self.folder / "guard", LEAF / "guard.xml", policy, *places, peers)
            for side in self.sides:
                side.serve_names(self.control("dns-records", side), (LEAF / f"own-{side.name}.conf").read_text())
            self.boundary.start()
            for side in self.sides:
                side.ready()
        except BaseException:
            self.close()
            raise

    def _shared_policy(self):
        text = (LEAF / "policy.xml").read_text()
        text = text.replace('"../pair/spif.xml"', f'"{(LEAF / "../pair/spif.xml").resolve()}"')
        text = text.replace('authentication="external" tls="1.2"', 'authentication="external" tls="1.2" streams="shared"')
        above, low, below = text.partition('side="low"')
        file = self.folder / "policy.xml"
        file.write_text(above + low + below.replace('"external"', '"dialback"', 1))
        return file

    @property
    def guard(self):
        return self.boundary.guard

    def control(self, command, side, *arguments):
        return self.boundary.control(command, side.name, *arguments)

    @property
    def alice(self):
        return self.high.client("alice", "high.example", "wonderland")

    @property
    def bob(self):
        return self.low.client("bob", "low.example", "builder")

    def impostor(self, side, to, port=5269):
        """A connection to the edge of a side from somebody with the leaf server's name and no certificate."""
        peer = BadPeer(side.namespace, side.edge, side.domain, to, source=side.spare, port=port)
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
