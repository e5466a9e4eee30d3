"""LeafServer: an ordinary XMPP server with the files of deploy/examples/leaf, as an operator copies them.

It runs as its package runs it: by its own user, with its files in /etc, on a machine of its own.
"""

import pathlib

from .machine import Machine
from .servers import ROOT

LEAF = ROOT / "deploy" / "examples" / "leaf"


class LeafServer:
    """LeafServer is one server with a domain, rooms.DOMAIN and pubsub.DOMAIN.

    `identity` is its certificate, `trust` the authority file that it accepts. Begins to start when it
    is made; ready() waits for it, and makes the users ({name: password}). For the domain of the
    example every file is that of the example; for another one, the file that names domain and
    address is written anew.
    """

    program = None  # what the process is called
    example = None  # domain and address of the example
    started = None  # what it says when it is up

    def __init__(self, namespace, folder, domain, address, identity, trust, users):
        self.domain = domain
        self.address = address
        self.users = dict(users)
        name = f"{type(self).__name__.lower()} {domain}"
        self.machine = Machine(name, namespace, pathlib.Path(folder) / name.replace(" ", "-"), self.account)
        self.install(identity, pathlib.Path(trust).read_bytes())
        self.start()

    def text(self, name):
        return (LEAF / name).read_text()

    def here(self, name):
        """The file of the example that says where the server is, for this domain and address."""
        domain, address = self.example
        return self.text(name).replace(domain, self.domain).replace(address, self.address)

    def ready(self):
        self.machine.child.wait_for_output(self.started, 20, self._from)

    def start(self):
        log = self.machine.folder / "output.log"
        self._from = len(log.read_text(errors="replace")) if log.exists() else 0
        self.machine.start(*self.command)

    def stop(self):
        self.machine.stop(self.program)

    def restart(self):
        self.stop()
        self.start()
        self.ready()

    def log(self):
        return self.machine.child.output()


class Prosody(LeafServer):
    account = "prosody"
    program = "lua5.4"
    command = ("prosody", "-F")
    started = "Activated service 's2s_direct_tls' on"
    example = ("high.example", "10.77.1.1")

    def install(self, identity, trust):
        for directory in ("/etc/prosody", "/var/lib/prosody", "/run/prosody"):
            self.machine.own(directory)
        self.machine.put("/etc/prosody/prosody.cfg.lua", self.text("prosody.cfg.lua"))
        self.machine.put(f"/etc/prosody/conf.d/{self.domain}.cfg.lua", self.here("high.example.cfg.lua"))
        self.machine.put("/etc/prosody/certs/server.pem", identity.chain.read_bytes())
        self.machine.put("/etc/prosody/certs/server.key", identity.key.read_bytes())
        self.machine.put("/etc/prosody/certs/authority.pem", trust)
        for user, password in self.users.items():
            self.machine.run("prosodyctl", "register", user, self.domain, password)


class Ejabberd(LeafServer):
    account = "ejabberd"
    program = "beam.smp"
    command = ("ejabberdctl", "foreground")
    started = "is started in the node"
    example = ("low.example", "10.77.2.1")

    def install(self, identity, trust):
        for directory in ("/etc/ejabberd", "/var/lib/ejabberd", "/var/log/ejabberd"):
            self.machine.own(directory)
        self.machine.put("/etc/ejabberd/ejabberd.yml", self.text("ejabberd.yml"))
        self.machine.put("/etc/ejabberd/here.yml", self.here("ejabberd-here.yml"))
        self.machine.put("/etc/ejabberd/ejabberdctl.cfg", self.text("ejabberdctl.cfg"))
        # The package's own, as it is: how Erlang looks up names.
        self.machine.put("/etc/ejabberd/inetrc", pathlib.Path("/etc/ejabberd/inetrc").read_text())
        self.machine.put("/etc/ejabberd/server.pem", identity.chain.read_bytes() + identity.key.read_bytes())
        self.machine.put("/etc/ejabberd/authority.pem", trust)

    def ready(self):
        super().ready()
        while self.users:
            user, password = self.users.popitem()
            self.machine.run("ejabberdctl", "register", user, self.domain, password)


class EjabberdByDialback(Ejabberd):
    """The same with dialback: it looks at no certificate then."""

    def text(self, name):
        return super().text(name) + ("  mod_s2s_dialback: {}\n" if name == "ejabberd.yml" else "")


KINDS = {"prosody": Prosody, "ejabberd": Ejabberd, "ejabberd by dialback": EjabberdByDialback}
