"""The policy that the tests run under: the example's, with hostile and absent peers added to it.

The peers added are copies of the example's own peer of their side (clearance and rules alike), but
for `hidden-*`, which no rule names. So a change of the example is a change of what is tested.
"""

import copy
import pathlib
import xml.etree.ElementTree as ElementTree

from .servers import EXAMPLES

POLICY = "{urn:xmpp-guard:policy:1}"
EXTRA = ("bad", "down", "dial", "hidden", "late", "wrong")


class Policy:
    """Policy is the example's policy.xml, ready to be changed and written."""

    def __init__(self, example=EXAMPLES / "policy.xml"):
        self._tree = ElementTree.parse(example)
        self.root = self._tree.getroot()
        self.names = {peer.get("side"): peer.get("name") for peer in self.peers()}

    def peers(self):
        return self.root.findall(POLICY + "peer")

    def peer(self, name):
        return next(peer for peer in self.peers() if peer.get("name") == name)

    def authentication(self, name, how):
        self.peer(name).find(POLICY + "connection").set("authentication", how)

    def streams(self, name, use):
        """Says how streams are used with a peer: own, shared, both-ways."""
        self.peer(name).find(POLICY + "connection").set("streams", use)

    def pin(self, name, digest):
        """Demands that key of a peer, and no other."""
        ElementTree.SubElement(self.peer(name).find(POLICY + "connection"), POLICY + "pin", sha256=digest)

    def peer_limits(self, name, **limits):
        """Sets limits of a peer (stanza_bytes=10000, stanzas_per_second=20 and so on)."""
        element = ElementTree.Element(POLICY + "limits", {key.replace("_", "-"): str(value) for key, value in limits.items()})
        peer = self.peer(name)
        peer.insert(list(peer).index(peer.find(POLICY + "connection")) + 1, element)

    def certificate_clearance(self, name):
        """Demands that what a peer sends is within the clearance in its certificate, too."""
        peer = self.peer(name)
        receive = peer.find(POLICY + "clearance")
        send = copy.deepcopy(receive)
        receive.set("for", "receive")
        send.set("for", "send")
        send.set("certificate", "yes")
        peer.insert(list(peer).index(receive), send)

    def add_peers(self, extras):
        """Adds bad-high, bad-low, down-high … beside the example's two peers; nothing for none."""
        if not extras:
            return
        for side, name in self.names.items():
            original = self.peer(name)
            for extra in extras:
                peer = copy.deepcopy(original)
                peer.set("name", f"{extra}-{side}")
                domains = peer.findall(POLICY + "domain")
                domains[0].attrib.clear()
                domains[0].set("name", f"{extra}-{side}.example")
                for domain in domains[1:]:
                    peer.remove(domain)
                for route in peer.findall(POLICY + "default-route"):
                    peer.remove(route)
                connection = peer.find(POLICY + "connection")
                connection.set("authentication", "dialback" if extra == "dial" else "external")
                for pin in connection.findall(POLICY + "pin"):
                    connection.remove(pin)
                self.root.insert(list(self.root).index(original) + 1, peer)
        for direction in self.root.findall(POLICY + "direction"):
            for rule in direction:
                for attribute, side in (("from-peers", direction.get("from")), ("to-peers", direction.get("to"))):
                    named = (rule.get(attribute) or self.names[side]).split()
                    if self.names[side] in named:
                        named += [f"{extra}-{side}" for extra in extras if extra != "hidden"]
                    rule.set(attribute, " ".join(named))

    def limits(self, **limits):
        element = self.root.find(POLICY + "limits")
        if element is None:
            element = ElementTree.Element(POLICY + "limits")
            self.root.insert(1, element)
        for name, value in limits.items():
            element.set(name.replace("_", "-"), str(value))

    def drop_rules(self):
        """Leaves no rule: an empty policy forwards nothing."""
        for direction in self.root.findall(POLICY + "direction"):
            self.root.remove(direction)

    def write(self, folder):
        """Writes policy.xml and the SPIF beside it; gives the policy's path."""
        spif = self.root.find(POLICY + "security-policy").get("file")
        (pathlib.Path(folder) / spif).write_bytes((EXAMPLES / spif).read_bytes())
        file = pathlib.Path(folder) / "policy.xml"
        ElementTree.register_namespace("", POLICY[1:-1])
        self._tree.write(file, encoding="UTF-8", xml_declaration=True)
        return file
