"""LeafBed: the guard between two ordinary servers, all from the files of deploy/examples/leaf.

        high namespace                                        low namespace
    alice ── Prosody ── edge high   (guard)   edge low ── ejabberd ── bob
             10.77.1.1  10.77.1.2             10.77.2.2   10.77.2.1

Names and certificates come as an operator makes them: the zone of each side is what `guardctl
dns-records` prints, the guard's keys and requests are those of `guardctl certificate-request`.
"""

import pathlib
import shutil
import tempfile

from . import bed
from .bad_peer import BadPeer
from .child import ChildError, run
from .client import Client
from .guard_service import GuardService, Site, binaries
from .leaf_servers import KINDS, LEAF
from .network import Namespace
from .pki import Authority
from .servers import NameServer


class LeafSide:
    """LeafSide is one network: its namespace, its authority, its name server, one leaf server."""

    def __init__(self, name, number, folder):
        self.name = name
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.domain = f"{name}.example"
        self.address = f"10.77.{number}.1"
        self.edge = f"10.77.{number}.2"
        self.spare = f"10.77.{number}.3"
        self.namespace = Namespace(name[0], [self.address, self.edge, self.spare])
        self.authority = Authority(f"{name} authority", self.folder / "authority")
        self.names = None
        self.server = None

    def serve(self, kind, users):
        """Starts the leaf server; its certificate names all of its domains."""
        identity = self.authority.issue(self.domain, [self.domain, f"rooms.{self.domain}", f"pubsub.{self.domain}"])
        self.server = KINDS[kind](self.namespace, self.folder, self.domain, self.address, identity,
                                  self.authority.certificate, users)

    def serve_names(self, far):
        """Starts the name server; `far` are the records of the far domains."""
        files = {"leaf.conf": (LEAF / "dnsmasq.conf").read_text(), "far.conf": far,
                 "own.conf": (LEAF / f"own-{self.name}.conf").read_text()}
        self.names = NameServer(self.name, self.namespace, self.folder, files)

    def streams(self):
        """The server-to-server ports of all connections that stand, each of which is seen from both ends."""
        lines = run(["ss", "-tnH", "state", "established"], self.namespace).splitlines()
        ports = [int(end.rpartition(":")[2]) for line in lines for end in line.split()[2:4]]
        return [port for port in ports if port in (5269, 5270)]

    def close(self):
        for server in (self.server, self.names):
            if server is not None:
                server.stop()
        left = run(["ip", "netns", "pids", self.namespace.name]).split()
        self.namespace.remove()
        if left:
            raise ChildError(f"the servers of side {self.name} left processes behind: {left}")


class LeafBed:
    """LeafBed is both sides and the guard, all running. `high` and `low` say which server is where.

    Without `direct` the guard neither listens for direct TLS nor calls by it.
    """

    def __init__(self, high="prosody", low="ejabberd", direct=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xmpp-guard-leaf-"))
        self.sides = []
        self.guard = None
        self.users = {"alice": ("high", "wonderland"), "bob": ("low", "builder")}
        self._clients = {}
        self._open = []
        try:
            for number, (name, kind) in enumerate((("high", high), ("low", low)), 1):
                side = LeafSide(name, number, self.folder)
                self.sides.append(side)
                setattr(self, name, side)
                side.serve(kind, {user: word for user, (where, word) in self.users.items() if where == name})
            self.site = self._site(direct)
            for side in self.sides:
                self._certify(side)
                side.serve_names(self.control("dns-records", side))
            self.guard = GuardService(self.site.file, self.folder).start()
            for side in self.sides:
                side.server.ready()
        except BaseException:
            self.close()
            raise

    def _site(self, direct):
        site = Site(self.folder, LEAF / "guard.xml")
        site.policy(LEAF / "policy.xml")
        (self.folder / "log").mkdir()
        site.log(self.folder / "log")
        site.control(self.folder)
        for side in self.sides:
            (side.folder / "certificates").mkdir()
            secret = side.folder / "dialback.secret"
            secret.write_text(f"throw-away dialback secret of the {side.name} side\n")
            secret.chmod(0o600)
            site.edge(side.name, side.namespace, None if direct else side.edge, side.folder / "certificates",
                      side.authority.certificate, secret)
            if not direct:
                site.peer(f"{side.name}-server", side.address)
        site.write()
        return site

    def control(self, command, side, *arguments):
        """What a subcommand of guardctl prints that reads files."""
        return run([binaries() / "guardctl", command, "--site", self.site.file, "--side", side.name, *arguments])

    def _certify(self, side):
        """The guard's certificates on this side, one for each far domain."""
        requests = side.folder / "requests"
        self.control("certificate-request", side, "--out", requests)
        for request in requests.glob("*.csr"):
            both = side.folder / "certificates" / f"{request.stem}.pem"
            both.touch(0o600)
            both.write_bytes(side.authority.sign(request.read_bytes()) + request.with_suffix(".key").read_bytes())

    def client(self, user):
        """The client of a user; made once, and used by all plays of the bed."""
        if user not in self._clients:
            where, word = self.users[user]
            side = getattr(self, where)
            self._clients[user] = Client(f"{user}@{side.domain}/play", word, side.address, side.authority.certificate,
                                         side.namespace, side.folder)
        return self._clients[user]

    @property
    def alice(self):
        return self.client("alice")

    @property
    def bob(self):
        return self.client("bob")

    def impostor(self, side, to, port=5269):
        """A connection to the edge of a side from somebody with the leaf server's name and no certificate."""
        peer = BadPeer(side.namespace, side.edge, side.domain, to, source=side.spare, port=port)
        self._open.append(peer)
        return peer

    def tidy(self):
        for client in self._clients.values():
            client.forget()
        for peer in self._open:
            peer.close()
        self._open.clear()

    def close(self):
        self.tidy()
        for client in self._clients.values():
            client.stop()
        try:
            if self.guard is not None:
                self.guard.stop()
        finally:
            for side in self.sides:
                side.close()
            if bed.keep_folders:
                print(f"left in {self.folder}")
            else:
                shutil.rmtree(self.folder, ignore_errors=True)
