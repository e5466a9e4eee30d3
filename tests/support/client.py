"""Clients for plays: `alice.send(...)`, `bob.expect(...)`, `bob.hears_nothing(...)`."""

import itertools
import json
import pathlib
import queue
import threading
import time
import xml.etree.ElementTree as ElementTree

from .child import Child

_PROGRAM = pathlib.Path(__file__).with_name("client_process.py")
_CLIENT = "{jabber:client}"
_numbers = itertools.count(1)


class Missing(AssertionError):
    """What the play waited for did not come."""


class Stanza:
    """One stanza that a client received."""

    def __init__(self, xml):
        self.text = xml
        self.xml = ElementTree.fromstring(xml)

    @property
    def name(self):
        return self.xml.tag.replace(_CLIENT, "")

    @property
    def kind(self):
        return self.xml.get("type")

    @property
    def id(self):
        return self.xml.get("id")

    @property
    def sender(self):
        return self.xml.get("from", "")

    @property
    def body(self):
        return self.xml.findtext(_CLIENT + "body")

    @property
    def label(self):
        """The base64 text of the ESS label, without white space, or None."""
        found = self.xml.findtext(".//{urn:xmpp:sec-label:ess:0}esssecuritylabel")
        return None if found is None else "".join(found.split())

    @property
    def marking(self):
        return self.xml.findtext(".//{urn:xmpp:sec-label:0}displaymarking")

    @property
    def error(self):
        """(condition, error type), or None where this is no error."""
        element = self.xml.find(_CLIENT + "error")
        if element is None:
            return None
        prefix = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
        conditions = [child.tag[len(prefix):] for child in element if child.tag.startswith(prefix)]
        return (next((c for c in conditions if c != "text"), None), element.get("type"))

    def has(self, tag):
        """Whether an element called `{namespace}name` is anywhere inside."""
        return self.xml.find(f".//{tag}") is not None

    def __repr__(self):
        return self.text


class Client:
    """Client is a slixmpp client in a process of its own, in the namespace of its side."""

    def __init__(self, jid, password, address, trust, namespace, folder):
        self.jid = jid
        self.password = password
        self.address = address
        self.trust = trust
        self.namespace = namespace
        self.full_jid = None
        self._heard = []
        self._events = queue.Queue()
        self._child = Child(
            f"client {jid}",
            ["/usr/bin/python3", _PROGRAM, "--jid", jid, "--password", password, "--address", address,
             "--trust", trust],
            pathlib.Path(folder) / f"client-{jid.replace('/', '-')}.log", namespace, pipes=True)
        threading.Thread(target=self._read, daemon=True).start()
        deadline = time.monotonic() + 20
        while self.full_jid is None:
            self._take(deadline, "session")

    def _read(self):
        for line in self._child.process.stdout:
            self._events.put(json.loads(line))
        self._events.put(None)

    def _take(self, deadline, wanted):
        """Waits for the next event; gives the stanza, or None if it was something else."""
        try:
            event = self._events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            heard = "\n".join(s.text for s in self._heard[-5:]) or "nothing"
            raise Missing(f"{self.jid}: no {wanted}; still unclaimed: {heard}") from None
        if event is None or event["event"] in ("failed", "disconnected"):
            raise Missing(f"{self.jid}: the connection ended while waiting for {wanted}: {event}")
        if event["event"] == "ready":
            self.full_jid = event["jid"]
            return None
        return Stanza(event["xml"])

    def _order(self, what, **details):
        self._child.process.stdin.write(json.dumps({"do": what, **details}) + "\n")
        self._child.process.stdin.flush()

    def send(self, to, body, label=None, marking=None, kind="chat", id=None):
        """Sends a message (the label in base64); gives its id."""
        id = id or f"play-{next(_numbers)}"
        self._order("message", to=str(to), body=body, label=label, marking=marking, kind=kind, id=id)
        return id

    def send_presence(self, to=None, kind=None, status=None, show=None):
        self._order("presence", to=to, kind=kind, status=status, show=show)

    def send_raw(self, xml):
        self._order("raw", xml=xml)

    def request(self, to, payload, kind="get", id=None):
        """Sends an iq with this payload (XML text); gives its id."""
        id = id or f"play-{next(_numbers)}"
        self.send_raw(f"<iq type='{kind}' to='{to}' id='{id}'>{payload}</iq>")
        return id

    def ping(self, to):
        return self.request(to, "<ping xmlns='urn:xmpp:ping'/>")

    def expect(self, within=10, **wanted):
        """Waits for a stanza with these properties (body=, id=, name=, kind=, sender=, error= ...).

        Stanzas that do not fit stay unclaimed and can be expected later.
        """
        for number, stanza in enumerate(self._heard):
            if self._fits(stanza, wanted):
                return self._heard.pop(number)
        deadline = time.monotonic() + within
        while True:
            stanza = self._take(deadline, f"stanza with {wanted} within {within} s")
            if stanza is not None:
                if self._fits(stanza, wanted):
                    return stanza
                self._heard.append(stanza)

    def hears_nothing(self, during, **unwanted):
        """Fails if a stanza with these properties comes within `during` seconds."""
        try:
            stanza = self.expect(during, **unwanted)
        except Missing:
            return
        raise AssertionError(f"{self.jid} must not hear {stanza}")

    @staticmethod
    def _fits(stanza, wanted):
        for key, value in wanted.items():
            found = getattr(stanza, key)
            if key == "sender":
                if found != value and found.partition("/")[0] != value:
                    return False
            elif found != value:
                return False
        return True

    def forget(self):
        """Drops everything that was heard and not claimed."""
        self._heard.clear()
        while True:
            try:
                self._events.get_nowait()
            except queue.Empty:
                return

    def stop(self):
        try:
            self._child.process.stdin.close()
            self._child.process.wait(3)
        except Exception:  # it is stopped either way
            pass
        self._child.stop(1)
