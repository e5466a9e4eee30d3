"""The real servers of a side: Prosody and its name server, with the files of deploy/examples/pair."""

import pathlib
import time

from .child import Child, ChildError, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "deploy" / "examples" / "pair"


def example_names(side):
    """The names of a side, as dnsmasq-<side>.conf of the example has them."""
    return (EXAMPLES / f"dnsmasq-{side}.conf").read_text()


class NameServer:
    """dnsmasq inside a namespace, with the files that are given: {name: text}."""

    def __init__(self, side, namespace, folder, files):
        configuration = pathlib.Path(folder) / "dnsmasq.d"
        configuration.mkdir()
        for name, text in files.items():
            (configuration / name).write_text(text)
        command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", f"--conf-dir={configuration},*.conf",
                   "--user=root", "--pid-file=", "--log-facility=-"]
        self.child = Child(f"dnsmasq {side}", command, pathlib.Path(folder) / f"dnsmasq-{side}.log", namespace)
        self.child.wait_for_output("started", 10)

    def stop(self):
        self.child.stop()


class Prosody:
    """Prosody inside a namespace, from prosody-<side>.cfg.lua.

    `identity` is its certificate; `trust` the authority file it accepts. With `dialback` it neither
    demands nor trusts certificates between servers, so that both ends have to dial back. `settings`
    are for the whole server, `more` for its host. With `managed` it has stream management, as Debian's
    own configuration has, and offers streams that go both ways.
    """

    def __init__(self, side, namespace, folder, identity, trust, users, dialback=False, more="", settings="",
                 managed=False):
        self.side = side
        self.namespace = namespace
        self.folder = pathlib.Path(folder) / f"prosody-{side}"
        self.folder.mkdir(parents=True)
        (self.folder / "data").mkdir()
        (self.folder / "resolv.conf").write_text("nameserver 127.0.0.53\n")
        domain = f"{side}.example"
        (self.folder / f"{domain}.pem").write_bytes(identity.chain.read_bytes())
        (self.folder / f"{domain}.key").write_bytes(identity.key.read_bytes())
        (self.folder / "authority.pem").write_bytes(pathlib.Path(trust).read_bytes())
        self.configuration = self.folder / "prosody.cfg.lua"
        host = f'VirtualHost "{domain}"'
        self.configuration.write_text(self._text(dialback, managed).replace(host, f"{settings}\n{host}") + more)
        for user, password in users.items():
            self.add_user(user, password)
        self.child = None
        self.start()

    def _text(self, dialback, managed):
        text = (EXAMPLES / f"prosody-{self.side}.cfg.lua").read_text()
        replaced = {
            f"/etc/prosody-{self.side}": str(self.folder),
            f"/var/lib/prosody-{self.side}": str(self.folder / "data"),
            f"/run/prosody-{self.side}": str(self.folder),
            'log = { info = "*console" }': 'log = { debug = "*console" }',
        }
        if dialback:
            # Without the module that looks at certificates, none is ever good enough for EXTERNAL.
            replaced["s2s_secure_auth = true"] = 's2s_secure_auth = false\nmodules_disabled = { "s2s_auth_certs" }'
        if managed:
            replaced['"roster", "saslauth"'] = '"smacks", "s2s_bidi", "roster", "saslauth"'
        for old, new in replaced.items():
            if old not in text:
                raise ChildError(f"prosody-{self.side}.cfg.lua has no '{old}'")
            text = text.replace(old, new)
        return text

    def add_user(self, user, password):
        run(["prosodyctl", "--root", "--config", self.configuration, "register", user,
             f"{self.side}.example", password], cwd=self.folder)

    def start(self):
        log = self.folder / "prosody.log"
        start = len(log.read_text(errors="replace")) if log.exists() else 0
        self.child = Child(f"prosody {self.side}", ["prosody", "--root", "--config", self.configuration, "-F"],
                           log, self.namespace, folder=self.folder)
        self.child.wait_for_output("Activated service 's2s' on", 15, start)
        self.child.wait_for_output("Activated service 'c2s' on", 15, start)

    def stop(self):
        self.child.stop(5)

    def restart(self):
        self.stop()
        time.sleep(0.2)
        self.start()
