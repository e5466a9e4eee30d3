"""A scriptable hostile peer: speaks server-to-server XMPP in both roles with any certificate, sends
raw bytes, stalls, lies. Nothing in it checks what it is told to send.

    peer = BadPeer(namespace, edge_address, "evil.example", "high.example", identity)
    peer.authenticate()
    peer.stream.send("<message ...")
    assert peer.stream.read_end() == "not-well-formed"
"""

import base64
import queue
import socket
import ssl
import threading
import time

from .xml_stream import DIALBACK, SASL, STREAM, TLS, StreamEnded, XmlStream

PORT = 5269
BIDI = "urn:xmpp:bidi"
BIDI_FEATURE = "urn:xmpp:features:bidi"


def _context(purpose, identity, trust=None, floor=ssl.TLSVersion.TLSv1_2, ceiling=None):
    context = ssl.SSLContext(purpose)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = floor
    if ceiling is not None:
        context.maximum_version = ceiling
    if trust is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(str(trust))
    # So that weak certificates can be shown, too.
    context.set_ciphers("ALL:@SECLEVEL=0")
    if identity is not None:
        context.load_cert_chain(str(identity.chain), str(identity.key))
    return context


def header(to, sender, more="", prologue="<?xml version='1.0'?>"):
    """A stream header as an initiating server would send it."""
    to = f" to='{to}'" if to is not None else ""
    sender = f" from='{sender}'" if sender is not None else ""
    return (
        f"{prologue}<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
        f"xmlns:db='jabber:server:dialback'{to}{sender} version='1.0' xml:lang='en'{more}>"
    )


def heard(peer):
    """Every octet that still comes to a bad peer, up to the end of the connection."""
    octets = bytearray()
    peer.stream.connection.settimeout(5)
    try:
        while data := peer.stream.connection.recv(65536):
            octets += data
    except (ConnectionError, ssl.SSLError):
        pass
    return octets.decode()


class BadPeer:
    """BadPeer is one connection that it opens to an edge, as the server of `domain`."""

    def __init__(self, namespace, address, domain, to, identity=None, source=None, timeout=10, port=PORT):
        self.domain = domain
        self.to = to
        self.identity = identity
        self.namespace = namespace
        self.certificate = None  # the guard's, DER, after TLS
        self.stream = XmlStream(namespace.connect(address, port, source, timeout), timeout)

    def open(self, **options):
        """Sends a stream header; gives the features that come back."""
        self.stream.restart()
        self.stream.send(header(self.to, self.domain, **options))
        features = self.stream.read()
        assert features.tag == STREAM + "features", features.tag
        return features

    def start_tls(self, server_name=None, injected=b"", **options):
        """Does STARTTLS; `injected` is sent together with <starttls/>, before the handshake."""
        self.stream.send(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + injected)
        answer = self.stream.read()
        assert answer.tag == TLS + "proceed", answer.tag
        self.shake_hands(server_name, **options)

    def shake_hands(self, server_name=None, protocols=(), **options):
        """TLS without anything before it, as direct TLS has it."""
        context = _context(ssl.PROTOCOL_TLS_CLIENT, self.identity, **options)
        if protocols:
            context.set_alpn_protocols(list(protocols))
        self.stream.connection.settimeout(self.stream.timeout)
        self.stream.connection = context.wrap_socket(self.stream.connection, server_hostname=server_name)
        self.certificate = self.stream.connection.getpeercert(binary_form=True)

    def secure(self, **options):
        """Everything up to the features that are offered over TLS; gives those."""
        self.open()
        self.start_tls(**options)
        return self.open()

    def external(self, authzid=None):
        """Tries SASL EXTERNAL; gives 'success' or the condition of the failure."""
        text = base64.b64encode((self.domain if authzid is None else authzid).encode()).decode() or "="
        self.stream.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>{text}</auth>")
        answer = self.stream.read()
        if answer.tag == SASL + "success":
            return "success"
        return answer[0].tag.replace(SASL, "")

    def authenticate(self):
        """All of it, with the certificate; afterwards stanzas may be sent."""
        self.secure()
        result = self.external()
        assert result == "success", result
        self.open()
        return self

    def dialback(self, key, sender=None, to=None, within=None):
        """Sends a db:result; gives the type of the answer and, for an error, its condition."""
        self.stream.send(f"<db:result from='{sender or self.domain}' to='{to or self.to}'>{key}</db:result>")
        answer = self.stream.read(within)
        assert answer.tag == DIALBACK + "result", answer.tag
        if answer.get("type") != "error":
            return answer.get("type"), None
        return "error", answer[0][0].tag.rpartition("}")[2]

    def close(self):
        self.stream.close()


class BadServer:
    """BadServer listens where the guard connects to, as the server of `domains`.

    It lets the guard in (with its certificate, or by dialback), answers db:verify with
    `verify_answer`, and puts every stanza into `received`. While `stall` is set it reads nothing. With `both_ways`
    it offers that stanzas go both ways on a stream.
    """

    def __init__(self, namespace, address, domains, identity, offer_external=True, verify_answer="valid", both_ways=False):
        self.domains = domains
        self.identity = identity
        self.offer_external = offer_external
        self.both_ways = both_ways
        self.asked_both_ways = False  # whether the guard has taken that up
        self.verify_answer = verify_answer
        self.received = queue.Queue()
        self.raw = bytearray()  # what came on all connections, as it came
        self.connections = []
        self.stall = threading.Event()
        self.faults = []
        self._stopping = False
        self._listener = namespace.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A small buffer, so that a stalled receiver is felt at once.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self._listener.bind((address, PORT))
        self._listener.listen(64)
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self):
        while not self._stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        stream = XmlStream(connection, timeout=3600, raw=self.raw)
        try:
            self._negotiate(stream)
            while True:
                while self.stall.is_set() and not self._stopping:
                    time.sleep(0.05)
                self._take(stream, stream.read())
        except (StreamEnded, TimeoutError, OSError, ssl.SSLError) as error:
            self.faults.append(error)
        finally:
            stream.close()

    def _answer_header(self, stream, features):
        opened = stream.read_header()
        stream.send(header(opened.get("from"), opened.get("to"), more=f" id='bad-{id(stream)}'"))
        stream.send(f"<stream:features>{features}</stream:features>")

    def _negotiate(self, stream):
        self._answer_header(stream, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>")
        stream.read()
        stream.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        context = _context(ssl.PROTOCOL_TLS_SERVER, self.identity)
        stream.connection = context.wrap_socket(stream.connection, server_side=True)
        self.connections.append(stream.connection)
        stream.restart()
        external = (
            "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>"
            if self.offer_external else ""
        )
        both_ways = f"<bidi xmlns='{BIDI_FEATURE}'/>" if self.both_ways else ""
        self._answer_header(
            stream, external + both_ways + "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>")

    def _take(self, stream, element):
        if element.tag == SASL + "auth":
            stream.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            stream.restart()
            self._answer_header(stream, "")
        elif element.tag == f"{{{BIDI}}}bidi":
            self.asked_both_ways = True
        elif element.tag == DIALBACK + "result":
            stream.send(f"<db:result from='{element.get('to')}' to='{element.get('from')}' type='valid'/>")
        elif element.tag == DIALBACK + "verify":
            stream.send(
                f"<db:verify from='{element.get('to')}' to='{element.get('from')}' id='{element.get('id')}' "
                f"type='{self.verify_answer}'/>")
        else:
            self.received.put(element)

    def expect(self, within=10):
        """The next stanza that the guard delivered; queue.Empty where none comes."""
        return self.received.get(timeout=within)

    def forget(self):
        """Drops what was received, and reads again."""
        self.stall.clear()
        while not self.received.empty():
            self.received.get()
        self.raw.clear()

    def say(self, octets):
        """Sends this on the connection that came last."""
        self.connections[-1].sendall(octets.encode())

    def drop_connections(self):
        """Breaks every connection without a word."""
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            connection.close()
        self.connections.clear()

    def stop(self):
        if self._stopping:
            return
        self._stopping = True
        self.stall.clear()
        # A thread that waits in accept() would keep the address taken.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        self.drop_connections()
