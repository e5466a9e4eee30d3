"""Play: what every functional test is. A shared bed, its clients, and a few words for the plays."""

import time
import unittest

from support import bed, labels

# The security policy of deploy/examples/pair/spif.xml.
POLICY = "2.999.1"
UNCLASSIFIED = labels.ess_text(POLICY, 1)
RESTRICTED = labels.ess_text(POLICY, 2)
CONFIDENTIAL = labels.ess_text(POLICY, 3)
SECRET = labels.ess_text(POLICY, 4)

MANAGED = "urn:xmpp:sm:3"


class Play(unittest.TestCase):
    """A test on a bed that it shares with every play that wants the same one (`bed_options`)."""

    bed_kind = bed.Bed
    bed_options = {}
    bed_order = "1"

    def setUp(self):
        self.bed = bed.shared(self.bed_kind, **self.bed_options)
        self.guard = self.bed.guard
        self.bed.tidy()
        self.addCleanup(self.bed.tidy)

    @property
    def alice(self):
        return self.bed.alice

    @property
    def bob(self):
        return self.bed.bob

    def crosses(self, body="still there"):
        """Both directions work: what every hostile act has to leave as it was."""
        for sender, receiver in ((self.alice, self.bob), (self.bob, self.alice)):
            sender.send(receiver.full_jid, body, UNCLASSIFIED)
            heard = receiver.expect(body=body, sender=sender.jid)
            self.assertEqual(heard.label, UNCLASSIFIED)

    def connected(self):
        """Whether a message crosses both ways: what a peer tries again after a reset."""
        try:
            self.crosses(f"open again {time.monotonic()}")
            return True
        except AssertionError:
            return False


def wait_for(condition, within=20):
    """Waits until the condition holds; gives whether it does."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def handled(peer):
    """What the guard says to a hostile peer that asks how much is handled; counts that come unasked are passed over."""
    peer.stream.send(f"<r xmlns='{MANAGED}'/>")
    last = None
    try:
        while True:
            last = int(peer.stream.read(0.3).get("h"))
    except TimeoutError:
        return last


def message(sender, to, body="text", label=UNCLASSIFIED, kind="chat", id="bad-1", more=""):
    """A message as a server would send it, for hostile peers; `label` in base64 or None."""
    shown = labels.security_label(label) if label is not None else ""
    return f"<message from='{sender}' to='{to}' type='{kind}' id='{id}'><body>{body}</body>{shown}{more}</message>"
