"""Several addresses for one peer: the guard fails over within seconds, and goes back when it can."""

import time

from play import UNCLASSIFIED, Play, wait_for
from support.bad_peer import BadServer

HOME = "bad-low.example"
FIRST = "10.77.2.3"
SECOND = "10.77.2.21"


def two_addresses(site):
    site.peer("bad-low", FIRST, SECOND)


class Addresses(Play):
    bed_options = {"edit_site": two_addresses}
    bed_order = "5"

    def server(self, address, domain=HOME):
        server = BadServer(self.bed.low.namespace, address, [HOME], self.bed.identity(self.bed.low, [domain]))
        self.addCleanup(server.stop)
        return server

    def send(self, body):
        self.alice.send(f"x@{HOME}", body, UNCLASSIFIED)

    @staticmethod
    def body(server, within=10):
        return next(child.text for child in server.expect(within) if child.tag.endswith("}body"))

    def test_over_and_forward_without_a_loss(self):
        second = self.server(SECOND)
        began = time.monotonic()
        self.send("number 0")
        self.assertEqual(self.body(second), "number 0")
        self.assertLess(time.monotonic() - began, 5, "nobody listens at the first: the second gets it at once")
        first = self.server(FIRST)
        arrived = ["number 0"]
        wanted = [f"number {i}" for i in range(0, 61)]
        for body in wanted[1:]:
            self.send(body)
            time.sleep(0.1)
        self.assertTrue(wait_for(lambda: second.received.qsize() + first.received.qsize() == 60))
        for server in (second, first):
            arrived += [self.body(server) for _ in range(server.received.qsize())]
        self.assertEqual(arrived, wanted, "in order, nothing twice, nothing lost")
        self.send("on the better one")
        self.assertEqual(self.body(first), "on the better one")
        # And over again.
        first.stop()
        self.assertTrue(wait_for(lambda: self.guard.events("stream-closed", "bad-low")))
        time.sleep(1)
        self.send("over again")
        self.assertEqual(self.body(second, 8), "over again")
        self.crosses()

    def test_an_impostor_at_the_better_address_gets_nothing(self):
        impostor = self.server(FIRST, "other.example")
        second = self.server(SECOND)
        for number in range(5):
            self.send(f"stanza {number}")
            self.assertEqual(self.body(second, 15), f"stanza {number}")
            time.sleep(0.5)
        self.assertTrue(impostor.received.empty())
        self.assertTrue(impostor.connections, "it was asked who it is")
        self.crosses()
