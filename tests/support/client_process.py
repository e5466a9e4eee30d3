"""A real client (slixmpp with its XEP-0258 plugin) that is driven over its standard streams.

It reads one JSON object for each line ({"do": "message" | "raw" | "subscribe" | ..., ...}) and
writes one for each thing that happens ({"event": "stanza", "xml": ...}). client.py is the other end.
"""

import argparse
import asyncio
import json
import logging
import sys
import xml.etree.ElementTree as ElementTree

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher.base import MatcherBase


def tell(event, **details):
    sys.stdout.write(json.dumps({"event": event, **details}) + "\n")
    sys.stdout.flush()


_STANZAS = {f"{{jabber:client}}{name}" for name in ("message", "presence", "iq")}


class _Every(MatcherBase):
    """Matches every stanza, so that the test sees all that arrives, errors included."""

    def match(self, xml):
        return xml.tag in _STANZAS


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        for plugin in ("xep_0030", "xep_0199", "xep_0258"):
            self.register_plugin(plugin)
        self.auto_authorize = None  # the play decides
        self.auto_subscribe = False
        self.register_handler(Callback("every stanza", _Every(None), self._stanza))
        self.add_event_handler("session_start", self._started)
        self.add_event_handler("failed_auth", lambda _: tell("failed", why="authentication"))
        self.add_event_handler("disconnected", lambda why: tell("disconnected", why=str(why)))
        self.whitespace_keepalive = False

    def _stanza(self, stanza):
        tell("stanza", xml=ElementTree.tostring(stanza.xml, encoding="unicode"))

    async def _started(self, _):
        self.send_presence()
        await self.get_roster()
        tell("ready", jid=str(self.boundjid))

    def do_message(self, to, body, label=None, marking=None, kind="chat", id=None):
        message = self.make_message(mto=to, mbody=body, mtype=kind)
        if id is not None:
            message["id"] = id
        if label is not None:
            # The plugin's setter for ['ess']['value'] is broken in 1.8.3; the text is set directly.
            message["security_label"]["label"]["ess"].xml.text = label
            if marking is not None:
                message["security_label"]["display_marking"]["value"] = marking
        message.send()

    def do_presence(self, to=None, kind=None, status=None, show=None):
        self.send_presence(pto=to, ptype=kind, pstatus=status, pshow=show)

    def do_raw(self, xml):
        self.send_raw(xml)

    def do_disconnect(self):
        self.disconnect(wait=1.0)

    def obey(self, line):
        order = json.loads(line)
        getattr(self, "do_" + order.pop("do"))(**order)


async def read_orders(client):
    reader = asyncio.StreamReader(limit=32 * 1024 * 1024)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        client.obey(line)
    client.disconnect(wait=0.5)
    await asyncio.sleep(0.6)
    loop.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jid", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--address", required=True)
    parser.add_argument("--trust", required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # slixmpp leaves a task behind at the end
    client = Client(options.jid, options.password)
    client.ca_certs = options.trust
    client.connect(address=(options.address, 5222))
    loop = client.loop
    orders = loop.create_task(read_orders(client))  # kept: the loop itself holds tasks only weakly
    loop.run_forever()
    orders.cancel()


if __name__ == "__main__":
    main()
