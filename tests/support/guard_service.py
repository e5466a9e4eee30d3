"""The guard itself, as a service that a test starts, watches, hurts and stops."""

import json
import os
import pathlib
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from .child import Child, ChildError, alive, descendants
from .servers import EXAMPLES, ROOT

SITE = "{urn:xmpp-guard:site:1}"
# What a process that was built with sanitizers says before it dies. guardd would replace it, and a
# play might not notice.
SANITIZER_SIGNS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error: ")


def binaries():
    """The folder of the guard's executables: GUARD_BIN, or that of the preset `dev`."""
    return pathlib.Path(os.environ.get("GUARD_BIN", ROOT / "build" / "dev" / "bin")).resolve()


class Site:
    """Site is a guard.xml: the one of deploy/examples/pair with this bed's places in it."""

    def __init__(self, folder, example=EXAMPLES / "guard.xml"):
        self.folder = pathlib.Path(folder)
        self.file = self.folder / "guard.xml"
        self._tree = ElementTree.parse(example)
        self._root = self._tree.getroot()

    def _edge(self, side):
        return next(edge for edge in self._root.iter(SITE + "edge") if edge.get("side") == side)

    def policy(self, file):
        self._root.find(SITE + "policy").set("file", str(file))

    def log(self, directory, access="none"):
        """Where the log is. Plays look into it many times a second: that is not recorded, unless one is about that."""
        log = self._root.find(SITE + "log")
        log.set("directory", str(directory))
        log.set("access", access)

    def control(self, folder):
        control = self._root.find(SITE + "control")
        control.set("socket", str(pathlib.Path(folder) / "guardd.sock"))
        control.set("state", str(pathlib.Path(folder) / "operator-state"))

    def metrics(self, listen):
        """Has numbers served there ("unix:PATH", "127.0.0.1:PORT")."""
        element = ElementTree.Element(SITE + "metrics", listen=str(listen))
        self._root.insert(list(self._root).index(self._root.find(SITE + "control")) + 1, element)

    def edge(self, side, namespace, address, certificates, trust, secret):
        """Says where an edge is: one listener, at this address, for STARTTLS; None leaves those of the file."""
        edge = self._edge(side)
        if namespace is None:
            edge.attrib.pop("network-namespace", None)
        else:
            edge.set("network-namespace", str(namespace.path))
        if address is not None:
            listens = edge.findall(SITE + "listen")
            for other in listens[1:]:
                edge.remove(other)
            listens[0].set("address", address)
        edge.find(SITE + "certificates").set("directory", str(certificates))
        edge.find(SITE + "trust").set("file", str(trust))
        edge.find(SITE + "dialback").set("secret-file", str(secret))

    def no_peers(self):
        """Takes out the example's peers."""
        for peer in self._root.findall(SITE + "peer"):
            self._root.remove(peer)

    def peer(self, name, *addresses):
        """Says where a peer is ("IP", "IP:PORT", "IP:PORT/direct"); without addresses it only calls us."""
        for peer in self._root.findall(SITE + "peer"):
            if peer.get("name") == name:
                self._root.remove(peer)
        peer = ElementTree.SubElement(self._root, SITE + "peer", name=name)
        for address in addresses:
            place, _, tls = address.partition("/")
            ip, _, port = place.partition(":")
            element = ElementTree.SubElement(peer, SITE + "address", ip=ip, port=port or "5269")
            if tls:
                element.set("tls", tls)

    def own_trust(self, name, trust, revocation=None):
        """Gives a peer authorities of its own, and a list of what they have revoked."""
        peer = next(peer for peer in self._root.findall(SITE + "peer") if peer.get("name") == name)
        ElementTree.SubElement(peer, SITE + "trust", file=str(trust))
        if revocation is not None:
            ElementTree.SubElement(ElementTree.SubElement(peer, SITE + "revocation"), SITE + "list", file=str(revocation))

    def revocation(self, side, file, tolerate_hours=0):
        """Demands that certificates of the side's authority are not in its list."""
        edge = self._edge(side)
        element = ElementTree.Element(SITE + "revocation", {"tolerate-hours": str(tolerate_hours)})
        ElementTree.SubElement(element, SITE + "list", file=str(file))
        edge.insert(list(edge).index(edge.find(SITE + "trust")) + 1, element)

    def only_direct_tls(self, side, port):
        """Makes the side's listener one for direct TLS."""
        listen = self._edge(side).find(SITE + "listen")
        listen.set("port", str(port))
        listen.set("tls", "direct")

    def limits(self, **limits):
        """Lowers limits (handshake_seconds=2 and so on)."""
        element = self._root.find(SITE + "limits")
        if element is None:
            element = ElementTree.Element(SITE + "limits")
            self._root.insert(list(self._root).index(self._root.find(SITE + "log")) + 1, element)
        for name, value in limits.items():
            element.set(name.replace("_", "-"), str(value))

    def write(self):
        ElementTree.register_namespace("", SITE[1:-1])
        self._tree.write(self.file, encoding="UTF-8", xml_declaration=True)
        return self.file


class GuardService:
    """GuardService is one guardd and everything that it has started."""

    def __init__(self, site, folder, options=()):
        self.site = pathlib.Path(site)
        self.options = options
        self.before = ()  # a command that guardd is started by
        self.environment = None
        self.folder = pathlib.Path(folder)
        self.log_folder = pathlib.Path(ElementTree.parse(site).getroot().find(SITE + "log").get("directory"))
        control = ElementTree.parse(site).getroot().find(SITE + "control")
        self.control_socket = pathlib.Path(control.get("socket"))
        self.operator_state = pathlib.Path(control.get("state"))
        self.child = None
        self._family = set()

    def start(self, ready=True):
        output = self.folder / "guardd.log"
        start = len(output.read_text(errors="replace")) if output.exists() else 0
        self.child = Child("guardd", [*self.before, binaries() / "guardd", *self.options, self.site], output,
                           environment=self.environment)
        if ready:
            self.child.wait_for_output("guardd: ready", 20, start)
            self.remember()
        return self

    def remember(self):
        """Notes which processes belong to the service, so that stop() can miss them."""
        self._family |= set(descendants(self.child.pid))

    def processes(self):
        """{name: pid} of the running roles, by the names of `guardd --graph`."""
        found = {}
        for pid in descendants(self.child.pid):
            name = self._role(pid)
            if name is not None:
                found[name] = pid
        self._family |= set(found.values())
        return found

    def _role(self, pid):
        try:
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return None
        words = [word.decode(errors="replace") for word in command if word]
        # guardd gives each process its name in the graph as the first argument.
        if len(words) > 1 and os.path.basename(words[0]).startswith("guard-"):
            return words[1]
        return None

    def memory(self):
        """{name: resident kilobytes} of the running roles."""
        kilobytes = {}
        for name, pid in self.processes().items():
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            kilobytes[name] = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        return kilobytes

    def kill(self, name, number=signal.SIGKILL):
        """Kills one role, and waits until it is gone."""
        pid = self.processes()[name]
        os.kill(pid, number)
        deadline = time.monotonic() + 5
        while alive(pid):
            if time.monotonic() > deadline:
                raise ChildError(f"{name} ({pid}) does not die")
            time.sleep(0.01)
        return pid

    def wait_for_roles(self, wanted, seconds=10, without=()):
        """Waits until all `wanted` roles run, none of them with an id of `without`."""
        deadline = time.monotonic() + seconds
        while True:
            running = self.processes()
            if set(wanted) <= set(running) and not set(running.values()) & set(without):
                return running
            if time.monotonic() > deadline:
                raise ChildError(f"roles {sorted(running)} run, wanted {sorted(wanted)}:\n{self.child.output()[-2000:]}")
            time.sleep(0.05)

    def stop(self, seconds=15):
        """SIGTERM, as an operator would; gives the exit status. Fails where a process is left."""
        if self.child is None:
            return None
        if self.child.running():
            self.remember()
        status = self.child.stop(seconds)
        deadline = time.monotonic() + 2
        while any(alive(pid) for pid in self._family):
            if time.monotonic() > deadline:
                left = [pid for pid in self._family if alive(pid)]
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
                raise ChildError(f"guardd left processes behind: {left}")
            time.sleep(0.02)
        output = self.child.output()
        self.child = None
        self._family.clear()
        for sign in SANITIZER_SIGNS:
            if sign in output:
                raise ChildError(output[output.index(sign):][:4000])
        return status

    def running(self):
        return self.child is not None and self.child.running()

    @staticmethod
    def audit_command():
        return binaries() / "guard-audit"

    def audit(self, command, *arguments):
        """Runs `guard-audit COMMAND LOG …`; gives the finished process."""
        return subprocess.run(
            [self.audit_command(), command, self.log_folder, *map(str, arguments)],
            capture_output=True, text=True, timeout=60)

    def control(self, *arguments, user=None):
        """Runs `guardctl …`; gives the finished process. `user` is a number, of user and group."""
        become = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        return subprocess.run(
            [binaries() / "guardctl", "--socket", self.control_socket, *map(str, arguments)],
            capture_output=True, text=True, timeout=60, **become)

    def rows(self, *arguments):
        """The rows of the log that match (`guard-audit query --json`), oldest first."""
        done = self.audit("query", "--json", *arguments)
        if done.returncode != 0:
            raise ChildError(f"guard-audit query: exit {done.returncode}\n{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def events(self, event, peer):
        """The rows of an event that is about a peer, oldest first."""
        return [row for row in self.rows() if row.get("event") == event and row.get("peer") == peer]

    def row(self, within=5, **wanted):
        """Waits for the newest row with these values; fails where none comes."""
        deadline = time.monotonic() + within
        while True:
            rows = self.rows()
            for row in reversed(rows):
                if all(row.get(key) == value for key, value in wanted.items()):
                    return row
            if time.monotonic() > deadline:
                dull = ("facts", "policy_digest", "configuration_digest", "label")
                last = "\n".join(json.dumps({key: value for key, value in row.items() if value not in ("", 0, None)
                                             and key not in dull}) for row in rows[-5:])
                raise AssertionError(f"no row with {wanted}; the last ones:\n{last}")
            time.sleep(0.1)
