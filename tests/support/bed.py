"""The whole bed: two sides that nothing joins but the guard, real servers, real clients.

        high namespace                                     low namespace
    alice ── Prosody high ── edge high   (guard)   edge low ── Prosody low ── bob
             10.77.1.1       10.77.1.2             10.77.2.2   10.77.2.1
             hostile peers   10.77.1.3 …           10.77.2.3 …

The extra peers of each side (policies.py), by the names of their domains:
    bad-*     may send what the example's own server may, and has a good certificate
    dial-*    the same, by dialback
    down-*    nobody is at its address
    late-*    comes up only in the course of a play
    wrong-*   shows certificates that are not good enough
    hidden-*  no rule names it: the other side must not learn that it exists
"""

import pathlib
import shutil
import tempfile

from .bad_peer import BadPeer, BadServer
from .client import Client
from .guard_service import GuardService, Site
from .network import Namespace
from .pki import Authority
from .policies import EXTRA, Policy
from .servers import NameServer, Prosody, example_names

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
        self.address = {extra: f"10.77.{number}.{last}" for last, extra in enumerate(EXTRA, 3)}
        self.spare = [f"10.77.{number}.{last}" for last in range(21, 25)]
        self.namespace = Namespace(name[0], [self.server, self.edge, *self.address.values(), *self.spare])
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

    With `revocation` the lists of both authorities count. With `direct` Prosodys and guard speak
    direct TLS with each other, and have no other way. `limits` are set in the policy. `edit` may change the policy, `edit_site` the site file, before
    they are written; `start=False` leaves the guard for the test to start. `example` takes policy
    and security policy as they stand in deploy/examples/pair, without hostile peers. `metrics` has numbers served
    at a Unix socket, `self.metrics`. With `managed` both Prosodys have stream management.
    """

    def __init__(self, dialback=False, limits=None, start=True, users=None, edit=None, edit_site=None, example=False,
                 guardd_options=(), revocation=False, direct=False, metrics=False, managed=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-bed-"))
        self.sides = []
        self.guard = None
        self._clients = {}
        self._open = []
        self._number = 0
        self._bad_server = None
        users = users or {"high": {"alice": "wonderland"}, "low": {"bob": "builder"}}
        self.users = users
        try:
            self.high = self._side("high", 1)
            self.low = self._side("low", 2)
            for side, far in ((self.high, self.low), (self.low, self.high)):
                side.names = NameServer(side.name, side.namespace, side.folder,
                                        {"names.conf": self._names(example_names(side.name), side, direct)})
                identity = side.authority.issue(side.domain, [side.domain])
                side.prosody = Prosody(side.name, side.namespace, side.folder, identity,
                                       side.authority.certificate, users[side.name], dialback,
                                       settings="s2s_direct_tls_ports = { 5270 }" if direct else "",
                                       managed=managed)
            self.policy = Policy()
            self.extra = () if example else EXTRA
            self.policy.add_peers(self.extra)
            if dialback:
                for name in self.policy.names.values():
                    self.policy.authentication(name, "dialback")
            if limits:
                self.policy.limits(**limits)
            if edit is not None:
                edit(self.policy)
            self.site = self._site()
            for side in self.sides:
                if direct:
                    self.site.only_direct_tls(side.name, 5270)
                    self.site.peer(self.policy.names[side.name], f"{side.server}:5270/direct")
                if revocation:
                    self.site.revocation(side.name, side.authority.list)
            if metrics:
                self.metrics = self.folder / "metrics.sock"
                self.site.metrics(f"unix:{self.metrics}")
            if edit_site is not None:
                edit_site(self.site)
            self.guard = GuardService(self.site.write(), self.folder, guardd_options)
            if start:
                self.guard.start()
        except BaseException:
            self.close()
            raise

    def _side(self, name, number):
        side = Side(name, number, self.folder)
        self.sides.append(side)
        return side

    def _names(self, text, side, direct):
        if direct:
            far = "low" if side.name == "high" else "high"
            plain = f"_xmpp-server._tcp.{far}.example,guard.{side.name}.example,5269"
            text = text.replace(plain, f"_xmpps-server._tcp.{far}.example,guard.{side.name}.example,5270")
        return text + self._more_names(side)

    @staticmethod
    def _more_names(side):
        """Far domains of the test policy that only hostile peers and probes ask for."""
        far = "low" if side.name == "high" else "high"
        domains = [f"{extra}-{far}.example" for extra in EXTRA] + ["nowhere.example"]
        return "".join(f"srv-host=_xmpp-server._tcp.{domain},guard.{side.name}.example,5269\n" for domain in domains)

    def _site(self):
        site = Site(self.folder)
        site.policy(self.policy.write(self.folder))
        (self.folder / "log").mkdir()
        site.log(self.folder / "log")
        site.control(self.folder)
        for side, far in ((self.high, self.low), (self.low, self.high)):
            certificates = side.folder / "certificates"
            certificates.mkdir()
            # What the guard shows on this side: the far domains, from this side's authority.
            for domain in (far.domain, *(f"{extra}-{far.name}.example" for extra in self.extra)):
                shown = side.authority.issue(f"guard-{domain}", [domain])
                both = certificates / f"{domain}.pem"
                both.touch(0o600)
                both.write_bytes(shown.chain.read_bytes() + shown.key.read_bytes())
            secret = side.folder / "dialback.secret"
            secret.write_text(f"throw-away dialback secret of the {side.name} side\n")
            secret.chmod(0o600)
            site.edge(side.name, side.namespace, side.edge, certificates, side.authority.certificate, secret)
            site.peer(self.policy.names[side.name], side.server)
            for extra in self.extra:
                site.peer(f"{extra}-{side.name}", *([] if extra == "hidden" else [side.address[extra]]))
        return site

    def client(self, user):
        """The client of a user ("alice", "bob"); made once, and used by all plays of the bed."""
        if user not in self._clients:
            side = next(side for side in self.sides if user in self.users[side.name])
            self._clients[user] = Client(
                f"{user}@{side.domain}/play", self.users[side.name][user], side.server,
                side.authority.certificate, side.namespace, side.folder)
        return self._clients[user]

    def reconnect(self, user):
        """Makes a new client for a user whose server has been away."""
        self._clients.pop(user).stop()
        return self.client(user)

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
        peer = BadPeer(side.namespace, side.edge, domain, to or far.domain, source=side.address["bad"], **options)
        self._open.append(peer)
        return peer

    @property
    def bad_server(self):
        """Where the guard delivers what is for bad-low.example; one for all plays of the bed.

        A server that comes and goes would leave the guard waiting before its next attempt.
        """
        if self._bad_server is None:
            self._bad_server = self.server(self.low, "bad")
        return self._bad_server

    def server(self, side, extra, **options):
        """A hostile server at the address of one of the extra peers, with a good certificate."""
        domain = f"{extra}-{side.name}.example"
        if "identity" not in options:
            options["identity"] = self.identity(side, [domain])
        return BadServer(side.namespace, side.address[extra], [domain], **options)

    def tidy(self):
        """Closes what a play has opened, and lets the clients forget what they heard in it."""
        for client in self._clients.values():
            client.forget()
        for peer in self._open:
            peer.close()
        self._open.clear()
        if self._bad_server is not None:
            self._bad_server.forget()

    def close(self):
        self.tidy()
        if self._bad_server is not None:
            self._bad_server.stop()
        take_down(self.folder, [client.stop for client in self._clients.values()] +
                  ([self.guard.stop] if self.guard is not None else []) + [side.close for side in self.sides])


def take_down(folder, steps):
    """Takes every step, whatever fails on the way, and removes the folder; then raises the first fault."""
    faults = []
    for step in steps:
        try:
            step()
        except Exception as fault:
            faults.append(fault)
    if keep_folders:
        print(f"left in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    if faults:
        raise faults[0]


def shared(kind=Bed, **options):
    """A running bed of a kind with these options; made once. One whose guard has ended is made anew."""
    key = repr((kind, sorted(options.items())))
    bed = _shared.get(key)
    if bed is not None and options.get("start", True) and not bed.guard.running():
        del _shared[key]
        bed.close()
        bed = None
    if bed is None:
        # Two cores are shared with whatever else runs: one bed at a time in a process.
        close_all()
        bed = _shared[key] = kind(**options)
    return bed


def close_all():
    while _shared:
        _, bed = _shared.popitem()
        bed.close()
