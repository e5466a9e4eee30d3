"""LeafNetwork: one network with its authority, its name server and its leaf servers; nothing joins two of them."""

import pathlib

from .child import ChildError, run
from .client import Client
from .leaf_servers import KINDS, LEAF
from .network import Namespace
from .pki import Authority
from .servers import NameServer


class LeafNetwork:
    """LeafNetwork is 10.77.NUMBER.0: servers from .1 on, guards from .20 on, .30 for whom nobody knows."""

    def __init__(self, name, number, folder):
        self.name = name
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self._prefix = f"10.77.{number}."
        self.spare = self.address(30)
        self.namespace = Namespace(name[0], [self.address(last) for last in (1, 2, 3, 4, 5, 6, 20, 21, 22, 30)])
        self.authority = Authority(f"{name} authority", self.folder / "authority")
        self.servers = {}
        self._names = None
        self._clients = {}

    def address(self, last):
        return f"{self._prefix}{last}"

    def serve(self, kind, domain, users):
        """Starts a leaf server; its certificate names all of its domains."""
        identity = self.authority.issue(domain, [domain, f"rooms.{domain}", f"pubsub.{domain}"])
        self.servers[domain] = KINDS[kind](self.namespace, self.folder, domain, self.address(len(self.servers) + 1),
                                           identity, self.authority.certificate, users)

    def serve_names(self, far, own=""):
        """Starts the name server; `far` are the records of the far domains, `own` those of this network."""
        files = {"leaf.conf": (LEAF / "dnsmasq.conf").read_text(), "far.conf": far, "own.conf": own}
        self._names = NameServer(self.name, self.namespace, self.folder, files)

    def ready(self):
        for server in self.servers.values():
            server.ready()

    def client(self, user, domain, password):
        """The client of a user; made once."""
        jid = f"{user}@{domain}/play"
        if jid not in self._clients:
            self._clients[jid] = Client(jid, password, self.servers[domain].address, self.authority.certificate,
                                        self.namespace, self.folder)
        return self._clients[jid]

    def streams(self):
        """The server-to-server ports of all connections that stand, each of which is seen from both ends."""
        lines = run(["ss", "-tnH", "state", "established"], self.namespace).splitlines()
        ports = [int(end.rpartition(":")[2]) for line in lines for end in line.split()[2:4]]
        return [port for port in ports if port in (5269, 5270)]

    def forget(self):
        for client in self._clients.values():
            client.forget()

    def stop_clients(self):
        for client in self._clients.values():
            client.stop()

    def close(self):
        for server in self.servers.values():
            server.stop()
        if self._names is not None:
            self._names.stop()
        left = run(["ip", "netns", "pids", self.namespace.name]).split()
        self.namespace.remove()
        if left:
            raise ChildError(f"the servers of network {self.name} left processes behind: {left}")
