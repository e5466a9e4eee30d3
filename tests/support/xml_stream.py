"""One XML stream over a socket, as raw as a test needs it: sends any bytes, reads whole elements."""

import socket
import ssl
import time
import xml.etree.ElementTree as ElementTree

STREAM = "{http://etherx.jabber.org/streams}"
ERRORS = "{urn:ietf:params:xml:ns:xmpp-streams}"
TLS = "{urn:ietf:params:xml:ns:xmpp-tls}"
SASL = "{urn:ietf:params:xml:ns:xmpp-sasl}"
DIALBACK = "{jabber:server:dialback}"
SERVER = "{jabber:server}"


class StreamEnded(Exception):
    """The other end closed the stream, or the connection, before what was waited for came."""


class StreamError(StreamEnded):
    """The other end sent a stream error; `condition` names it."""

    def __init__(self, condition):
        super().__init__(condition)
        self.condition = condition


class XmlStream:
    """XmlStream reads top-level elements from a socket; what it sends is not checked at all."""

    def __init__(self, connection, timeout=10, raw=None):
        self.connection = connection
        self._raw = raw  # a bytearray that takes all bytes as they came, or None
        self.timeout = timeout
        self.header = None  # the other end's, once it has come
        self.restart()

    def restart(self):
        """Forgets the XML read so far: a new stream header is expected."""
        self._parser = ElementTree.XMLPullParser(["start", "end"])
        self._depth = 0
        self._root = None
        self.header = None

    def send(self, data):
        self.connection.sendall(data.encode() if isinstance(data, str) else data)

    def send_slowly(self, data, size=1, pause=0.0):
        """Sends in pieces of `size` bytes, each in a write of its own."""
        data = data.encode() if isinstance(data, str) else data
        for start in range(0, len(data), size):
            self.connection.sendall(data[start:start + size])
            if pause:
                time.sleep(pause)

    def read(self, within=None):
        """The next top-level element; StreamError, StreamEnded or TimeoutError where none comes."""
        deadline = time.monotonic() + (self.timeout if within is None else within)
        while True:
            element = self._advance()
            if element is not None:
                if element.tag == STREAM + "error":
                    names = [child.tag.replace(ERRORS, "") for child in element]
                    raise StreamError(next(name for name in names if name != "text"))
                return element
            self._feed(deadline)

    def read_header(self, within=None):
        """Waits for the other end's stream header; gives its attributes."""
        deadline = time.monotonic() + (self.timeout if within is None else within)
        while self.header is None:
            self._advance()
            if self.header is None:
                self._feed(deadline)
        return self.header

    def read_end(self, within=None):
        """Waits for the end of the connection; gives the stream error's condition, or None."""
        try:
            while True:
                self.read(within)
        except StreamError as error:
            return error.condition
        except StreamEnded:
            return None

    def _feed(self, deadline):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("nothing came")
        self.connection.settimeout(remaining)
        try:
            data = self.connection.recv(65536)
        except (socket.timeout, ssl.SSLWantReadError):
            raise TimeoutError("nothing came") from None
        except (ConnectionError, ssl.SSLError, OSError) as error:
            raise StreamEnded(str(error)) from None
        if not data:
            raise StreamEnded("closed")
        if self._raw is not None:
            self._raw += data
        self._parser.feed(data)

    def _advance(self):
        """Takes parser events up to the next finished top-level element, and gives it, or None."""
        for event, element in self._parser.read_events():
            if event == "start":
                self._depth += 1
                if self._depth == 1:
                    self.header = dict(element.attrib)
                    self._root = element
            else:
                self._depth -= 1
                if self._depth == 1:
                    self._root.remove(element)
                    return element
                if self._depth == 0:
                    raise StreamEnded("the stream was closed")
        return None

    def close(self):
        self.connection.close()
