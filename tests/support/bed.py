"""The whole bed: two sides that nothing joins but the guard, real servers, real clients.

        high namespace                                     low namespace
    alice ── Prosody high ── edge high   (guard)   edge low ── Prosody low ── bob
             10.77.1.1       10.77.1.2             10.77.2.2   10.77.2.1
             hostile peers   10.77.1.3 …           10.77.2.3 …
"""

import pathlib
import shutil
import tempfile

from .bad_peer import BadPeer
from .client import Client
from .guard_service import GuardService, Site
from .network import Namespace
from .pki import Authority
from .policies import write_policy
from .servers import NameServer, Prosody

keep_folders = False
_shared = {}


class Side:
    """Side is one network: its namespace, authority, name server and Prosody."""

    def __init__(self, name, number, folder):
        self.name = name
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.domain = f"{name}.example"
        self.server = f"10.77.{number}.1"
        self.edge = f"10.77.{number}.2"
        self.spare = [f"10.77.{number}.{last}" for last in range(3, 9)]
        self.namespace = Namespace(name[0], [self.server, self.edge, *self.spare])
        self.authority = Authority(f"{name} authority", self.folder / "authority")
        self.names = None
        self.prosody = None

    def close(self):
        for server in (self.prosody, self.names):
            if server is not None:
                server.stop()
        self.namespace.remove()


class Bed:
    """Bed is both sides and the guard, all running. `dialback` makes both Prosodys dial back.

    `limits` are lowered in the site file. `start=False` leaves the guard for the test to start.
    """

    def __init__(self, dialback=False, limits=None, start=True, prosody=True, users=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-bed-"))
        self.sides = []
        self.guard = None
        self._clients = {}
        self._open = []
        self._number = 0
        users = users or {"high": {"alice": "wonderland"}, "low": {"bob": "builder"}}
        self.users = users
        try:
            self.high = self._side("high", 1)
            self.low = self._side("low", 2)
            for side, far in ((self.high, self.low), (self.low, self.high)):
                side.names = NameServer(side.name, side.namespace, side.folder, self._more_names(side))
                if prosody:
                    identity = side.authority.issue(side.domain, [side.domain])
                    side.prosody = Prosody(side.name, side.namespace, side.folder, identity,
                                           side.authority.certificate, users[side.name], dialback)
            self.site = self._site(dialback, limits or {})
            self.guard = GuardService(self.site.write(), self.folder)
            if start:
                self.guard.start()
        except BaseException:
            self.close()
            raise

    def _side(self, name, number):
        side = Side(name, number, self.folder)
        self.sides.append(side)
        return side

    @staticmethod
    def _more_names(side):
        """Far domains of the test policy that only hostile peers and probes ask for."""
        far = "low" if side.name == "high" else "high"
        domains = [f"bad-{far}.example", f"hidden-{far}.example", f"down-{far}.example", "nowhere.example"]
        return "".join(f"srv-host=_xmpp-server._tcp.{domain},guard.{side.name}.example,5269\n" for domain in domains)

    def _site(self, dialback, limits):
        site = Site(self.folder)
        site.policy(write_policy(self.folder, dialback))
        (self.folder / "log").mkdir()
        site.log(self.folder / "log")
        for side, far in ((self.high, self.low), (self.low, self.high)):
            certificates = side.folder / "certificates"
            certificates.mkdir()
            # What the guard shows on this side: the far domains, from this side's authority.
            for domain in (far.domain, f"bad-{far.name}.example", f"down-{far.name}.example"):
                shown = side.authority.issue(f"guard-{domain}", [domain])
                (certificates / f"{domain}.pem").write_bytes(shown.chain.read_bytes())
                (certificates / f"{domain}.key").write_bytes(shown.key.read_bytes())
                (certificates / f"{domain}.key").chmod(0o600)
            secret = side.folder / "dialback.secret"
            secret.write_text(f"throw-away dialback secret of the {side.name} side\n")
            secret.chmod(0o600)
            site.edge(side.name, side.namespace, side.edge, certificates, side.authority.certificate, secret)
            site.peer(f"{side.name}-server", side.server)
            site.peer(f"bad-{side.name}", side.spare[0])
            site.peer(f"down-{side.name}", side.spare[5])
            site.peer(f"dial-{side.name}", side.spare[1])
            site.peer(f"hidden-{side.name}")
        if limits:
            site.limits(**limits)
        return site

    def client(self, user):
        """The client of a user ("alice", "bob"); made once, and used by all plays of the bed."""
        if user not in self._clients:
            side = next(side for side in self.sides if user in self.users[side.name])
            self._clients[user] = Client(
                f"{user}@{side.domain}/play", self.users[side.name][user], side.server,
                side.authority.certificate, side.namespace, side.folder)
        client = self._clients[user]
        client.forget()
        return client

    @property
    def alice(self):
        return self.client("alice")

    @property
    def bob(self):
        return self.client("bob")

    def identity(self, side, domains, **options):
        """A fresh certificate of the side's authority."""
        self._number += 1
        return side.authority.issue(f"test-{self._number}", domains, **options)

    def bad_peer(self, side, to=None, domain=None, **options):
        """A connection from the hostile peer of `side` to the edge there, with a good certificate."""
        domain = domain or f"bad-{side.name}.example"
        far = self.low if side is self.high else self.high
        if "identity" not in options:
            options["identity"] = self.identity(side, [domain])
        peer = BadPeer(side.namespace, side.edge, domain, to or far.domain, source=side.spare[0], **options)
        self._open.append(peer)
        return peer

    def tidy(self):
        """Closes what a play has opened."""
        for peer in self._open:
            peer.close()
        self._open.clear()

    def close(self):
        self.tidy()
        faults = []
        for client in self._clients.values():
            client.stop()
        try:
            if self.guard is not None:
                self.guard.stop()
        except Exception as fault:
            faults.append(fault)
        for side in self.sides:
            side.close()
        if keep_folders:
            print(f"left in {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        if faults:
            raise faults[0]


def shared(**options):
    """A running bed with these options; made once. A bed whose guard has ended is made anew."""
    key = repr(sorted(options.items()))
    bed = _shared.get(key)
    if bed is not None and not bed.guard.running():
        del _shared[key]
        bed.close()
        bed = None
    if bed is None:
        # Two cores are shared with whatever else runs: one bed at a time.
        close_all()
        bed = _shared[key] = Bed(**options)
    return bed


def close_all():
    while _shared:
        _, bed = _shared.popitem()
        bed.close()
