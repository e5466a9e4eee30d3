"""The bed itself, without the guard: two real servers in one network talk to each other.

What fails here fails for reasons that have nothing to do with the guard.
"""

import shutil
import tempfile
import unittest

from play import UNCLASSIFIED
from support.client import Client
from support.network import Namespace
from support.pki import Authority
from support.servers import NameServer, Prosody, example_names


class BedWithoutGuard(unittest.TestCase):
    bed_order = "0"

    def talk(self, dialback):
        folder = tempfile.mkdtemp(prefix="xmpp-guard-bed-")
        self.addCleanup(shutil.rmtree, folder, True)
        namespace = Namespace("b", ["10.77.1.1", "10.77.1.2", "10.77.2.1"])
        self.addCleanup(namespace.remove)
        authority = Authority("one for both", folder + "/authority")
        # The address of the guard is taken out of the way: low.example leads to its own server.
        text = example_names("high").replace("host-record=guard.high.example,10.77.1.2",
                                             "host-record=guard.high.example,10.77.2.1")
        names = NameServer("high", namespace, folder, {"names.conf": text})
        self.addCleanup(names.stop)
        for side, user in (("high", "alice"), ("low", "bob")):
            server = Prosody(side, namespace, folder, authority.issue(side, [f"{side}.example"]),
                             authority.certificate, {user: "secret"}, dialback)
            self.addCleanup(server.stop)
        alice = Client("alice@high.example/play", "secret", "10.77.1.1", authority.certificate, namespace, folder)
        self.addCleanup(alice.stop)
        bob = Client("bob@low.example/play", "secret", "10.77.2.1", authority.certificate, namespace, folder)
        self.addCleanup(bob.stop)

        alice.send(bob.full_jid, "hello", UNCLASSIFIED)
        heard = bob.expect(body="hello")
        self.assertEqual(heard.label, UNCLASSIFIED)
        bob.send(alice.full_jid, "back", UNCLASSIFIED)
        alice.expect(body="back", label=UNCLASSIFIED)

    def test_two_servers_exchange_labelled_messages_with_certificates(self):
        self.talk(dialback=False)

    def test_two_servers_exchange_labelled_messages_with_dialback(self):
        self.talk(dialback=True)
