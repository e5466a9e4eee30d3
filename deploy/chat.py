"""A small chat client for the demo: type a line, it is sent; type /label NAME to change the label.

slixmpp and its XEP-0258 plugin; the labels are those of deploy/examples/pair/spif.xml.
"""

import argparse
import asyncio
import logging
import pathlib
import sys

import slixmpp

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))

from support.labels import ess_text  # noqa: E402  (the path has to be set first)

NAMES = ["UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"]
LABELS = {name: ess_text("2.999.1", number) for number, name in enumerate(NAMES, 1)}


class Chat(slixmpp.ClientXMPP):
    def __init__(self, jid, password, to):
        super().__init__(jid, password)
        self.to = to
        self.label = "UNCLASSIFIED"
        self.register_plugin("xep_0258")
        self.register_plugin("xep_0199")
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.heard)
        self.add_event_handler("message_error", self.refused)
        self.add_event_handler("failed_auth", lambda _: print("wrong account or password"))

    async def started(self, _):
        self.send_presence()
        print(f"connected as {self.boundjid}; what you type goes to {self.to} as {self.label}")
        print(f"/label NAME changes that: {', '.join(NAMES)}, none")

    def refused(self, message):
        stanzas = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
        conditions = [element.tag.removeprefix(stanzas) for element in message.xml.iter() if stanzas in element.tag]
        print(f"  not delivered: {', '.join(conditions)}")

    def heard(self, message):
        marking = message["security_label"]["display_marking"]["value"] or "no marking"
        print(f"  [{marking}] {message['from'].bare}: {message['body']}")

    def typed(self, line):
        if line.startswith("/label "):
            name = line.removeprefix("/label ").strip().upper()
            if name in LABELS or name == "NONE":
                self.label = name
            else:
                print(f"no such label; there are {', '.join(NAMES)}, none")
            return
        message = self.make_message(mto=self.to, mbody=line, mtype="chat")
        if self.label in LABELS:
            # The plugin's setter for ['ess']['value'] is broken in 1.8.3; the text is set directly.
            message["security_label"]["label"]["ess"].xml.text = LABELS[self.label]
        message.send()


async def read_lines(chat):
    reader = asyncio.StreamReader()
    await chat.loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        if line.strip():
            chat.typed(line.decode().strip())
    chat.disconnect(wait=0.5)
    await asyncio.sleep(0.7)
    chat.loop.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("jid", "password", "address", "trust", "to"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # slixmpp leaves a task behind at the end
    chat = Chat(options.jid, options.password, options.to)
    chat.ca_certs = options.trust
    chat.connect(address=(options.address, 5222))
    lines = chat.loop.create_task(read_lines(chat))  # kept: the loop holds tasks only weakly
    chat.loop.run_forever()
    lines.cancel()


if __name__ == "__main__":
    main()
