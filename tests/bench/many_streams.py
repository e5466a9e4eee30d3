#!/usr/bin/python3
"""Many servers around one guard: streams, memory for each, and how long a storm of reconnections lasts.

    tests/bench/many_streams.py [--bin DIR] [--domains 500] [--json FILE] [--log DIR]

DOMAINS servers on each side, each a peer of its own with a certificate of its own, direct TLS with SASL
EXTERNAL. Number i of the high side and number i of the low side write to each other, so each of them has a
stream to the guard and one from it: four for each number, 2,000 with 500. All servers are played by this one
process, on loopback, on the same cores as the guard.

    up       all connect, each sends one labelled message, every message has arrived
    cut      all connections are cut at once, servers connect again and send the next: until all have arrived
    killed   the same after both edges were killed

Memory is what an edge's resident set has grown by, divided by its streams.
"""

import argparse
import asyncio
import copy
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import ssl
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.guard_service import GuardService, Site  # noqa: E402
from support.labels import ess_text, security_label  # noqa: E402
from support.pki import Authority  # noqa: E402
from support.policies import POLICY, Policy  # noqa: E402

EDGES = {"high": "127.0.77.2", "low": "127.0.78.2"}
SERVERS = {"high": "127.0.77.1", "low": "127.0.78.1"}
OTHER = {"high": "low", "low": "high"}
PORT = 5270
PATIENCE = 120  # seconds for a phase
AT_ONCE = 200   # connections that the generator makes at a time
FEATURES = re.compile(rb"features(/>|>.*</stream:features>)", re.S)


def domain(side, number):
    return f"d{number}.{side}.example"


def header(sender, receiver, more=""):
    return (f"<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'"
            f" from='{sender}' to='{receiver}' version='1.0'{more}>").encode()


class Stream:
    """Stream is one connection: octets until something is there."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.buffer = reader, writer, b""

    async def until(self, wanted):
        """Reads until the pattern is there; gives its match, and forgets everything up to its end."""
        pattern = re.compile(wanted, re.S) if isinstance(wanted, bytes) else wanted
        while (match := pattern.search(self.buffer)) is None:
            part = await self.reader.read(65536)
            if not part:
                raise ConnectionError("closed")
            self.buffer += part
        self.buffer = self.buffer[match.end():]
        return match

    def say(self, octets):
        self.writer.write(octets)

    def cut(self):
        self.writer.transport.abort()


class Servers:
    """Servers are all servers of both sides: they dial the guard, and are dialled by it."""

    def __init__(self, contexts, count):
        self.contexts = contexts  # {domain: (as client, as server)}
        self.count = count
        self.outgoing = {}        # {(side, number): Stream}
        self.incoming = set()
        self.arrived = {}         # {id: number of times}
        self.retries = 0
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.listeners = []

    async def listen(self):
        for side, address in SERVERS.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.sni_callback = self.choose
            context.set_alpn_protocols(["xmpp-server"])
            self.listeners.append(await asyncio.start_server(self.accept, address, PORT, ssl=context, backlog=4096))

    def choose(self, connection, name, _):
        connection.context = self.contexts[name][1]

    async def accept(self, reader, writer):
        stream = Stream(reader, writer)
        self.incoming.add(stream)
        try:
            opened = await stream.until(rb"<stream:stream[^>]*>")
            own = re.search(rb"\sto=['\"]([^'\"]*)", opened.group(0)).group(1).decode()
            peer = re.search(rb"\sfrom=['\"]([^'\"]*)", opened.group(0)).group(1).decode()
            stream.say(header(own, peer, f" id='{random.getrandbits(64):x}'") +
                       b"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                       b"<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>")
            await stream.until(rb"<auth[^>]*>[^<]*</auth>")
            stream.say(b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            await stream.until(rb"<stream:stream[^>]*>")
            stream.say(header(own, peer, f" id='{random.getrandbits(64):x}'") + b"<stream:features/>")
            while True:
                message = await stream.until(rb"<message [^>]*\sid=\"([^\"]*)\".*?</message>")
                name = message.group(1).decode()
                self.arrived[name] = self.arrived.get(name, 0) + 1
        except (ConnectionError, OSError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            self.incoming.discard(stream)
            writer.transport.abort()

    async def dial(self, side, number):
        """One attempt: a stream from a server to the guard, authenticated."""
        own, far = domain(side, number), domain(OTHER[side], number)
        async with self.gate:
            reader, writer = await asyncio.open_connection(EDGES[side], PORT, ssl=self.contexts[own][0],
                                                           server_hostname=far)
            stream = Stream(reader, writer)
            try:
                stream.say(header(own, far))
                await stream.until(FEATURES)
                stream.say(b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
                await stream.until(rb"<success[^>]*/>")
                stream.say(header(own, far))
                await stream.until(FEATURES)
            except BaseException:
                stream.cut()
                raise
        return stream

    async def stay(self, side, number, message):
        """Dials until it has worked, then sends the message."""
        while True:
            try:
                stream = await self.dial(side, number)
                break
            except (ConnectionError, OSError, ssl.SSLError):
                self.retries += 1
                await asyncio.sleep(random.uniform(0.2, 0.6))
        self.outgoing[side, number] = stream
        stream.say(message)

    async def round(self, name):
        """Everybody connects and sends; gives the seconds until everything has arrived."""
        begun = time.monotonic()
        label = security_label(ess_text("2.999.1", 1))
        jobs, wanted = [], set()
        for side in EDGES:
            for number in range(self.count):
                ident = f"{name}-{side}-{number}"
                wanted.add(ident)
                jobs.append(self.stay(side, number, (
                    f"<message from='u@{domain(side, number)}' to='u@{domain(OTHER[side], number)}' type='chat'"
                    f" id='{ident}'><body>x</body>{label}</message>").encode()))
        await asyncio.wait_for(asyncio.gather(*jobs), PATIENCE)
        connected = time.monotonic() - begun
        while not wanted <= set(self.arrived):
            if time.monotonic() - begun > PATIENCE:
                raise SystemExit(f"{name}: {len(wanted - set(self.arrived))} messages have not arrived")
            await asyncio.sleep(0.05)
        return {"connected_s": round(connected, 2), "settled_s": round(time.monotonic() - begun, 2)}

    def cut(self):
        for stream in [*self.outgoing.values(), *self.incoming]:
            stream.cut()
        self.outgoing.clear()

    async def close(self):
        self.cut()
        for listener in self.listeners:
            listener.close()
            await listener.wait_closed()


class Bed:
    """Bed is a guard with `count` peers on each side, and their certificates."""

    def __init__(self, folder, count, log=None):
        self.folder = pathlib.Path(folder)
        self.count = count
        authorities = {side: Authority(f"bench {side}", self.folder / side) for side in EDGES}
        self.contexts = {}
        site = Site(self.folder)
        site.policy(self._policy().write(self.folder))
        site.log(log or self.folder / "log")
        site.control(self.folder)
        site.no_peers()
        for side, address in EDGES.items():
            certificates = self.folder / f"certificates-{side}"
            certificates.mkdir()
            for number in range(count):
                own = domain(side, number)
                identity = authorities[side].issue(own, [own])
                self.contexts[own] = self._contexts(authorities[side], identity)
                shown = authorities[side].issue(f"guard-{number}", [domain(OTHER[side], number)])
                file = certificates / f"{domain(OTHER[side], number)}.pem"
                file.touch(0o600)
                file.write_bytes(shown.chain.read_bytes() + shown.key.read_bytes())
                site.peer(f"{side}-{number}", f"{SERVERS[side]}:{PORT}/direct")
            secret = self.folder / f"{side}.secret"
            secret.write_text(f"throw-away secret of the {side} side")
            secret.chmod(0o600)
            site.edge(side, None, address, certificates, authorities[side].certificate, secret)
            site.only_direct_tls(side, PORT)
        self.guard = GuardService(site.write(), self.folder)

    def _policy(self):
        """The example's, with `count` copies of each of its two peers in their places, for whom all rules are."""
        policy = Policy()
        policy.limits(connections_per_address=4096, streams=4096)
        for side, name in policy.names.items():
            original = policy.peer(name)
            at = list(policy.root).index(original)
            policy.root.remove(original)
            for number in range(self.count):
                peer = copy.deepcopy(original)
                peer.set("name", f"{side}-{number}")
                for other in peer.findall(POLICY + "domain")[1:]:
                    peer.remove(other)
                claim = peer.find(POLICY + "domain")
                claim.attrib.clear()
                claim.set("name", domain(side, number))
                policy.root.insert(at + number, peer)
        for direction in policy.root.findall(POLICY + "direction"):
            for rule in direction:
                for attribute in ("from-peers", "to-peers"):
                    rule.attrib.pop(attribute, None)
        return policy

    @staticmethod
    def _contexts(authority, identity):
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.load_verify_locations(authority.certificate)
        client.load_cert_chain(identity.chain, identity.key)
        client.set_alpn_protocols(["xmpp-server"])
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(identity.chain, identity.key)
        server.load_verify_locations(authority.certificate)
        server.verify_mode = ssl.CERT_REQUIRED
        return client, server

    def streams(self):
        """How many authenticated streams the guard counts: (inbound, outbound)."""
        shown = json.loads(self.guard.control("peers", "--json").stdout)
        peers = shown["peers"] if isinstance(shown, dict) else shown
        return sum(one["inbound"] for one in peers), sum(one["outbound"] for one in peers)

    def memory(self):
        """{side: resident octets of its edge}."""
        kilobytes = self.guard.memory()
        return {side: kilobytes[f"edge-{side}"] * 1024 for side in EDGES}


async def counted(bed):
    """What the guard counts, once a second, when it is what it should be, or after five seconds."""
    for _ in range(50):
        inbound, outbound = bed.streams()
        if inbound == outbound == 2 * bed.count:
            break
        await asyncio.sleep(0.1)
    return {"inbound": inbound, "outbound": outbound}


async def play(bed):
    """All phases; the guard runs. Gives {phase: figures}."""
    servers = Servers(bed.contexts, bed.count)
    await servers.listen()
    before = bed.memory()
    figures = {"up": await servers.round("up")}
    figures["streams"] = await counted(bed)
    after = bed.memory()
    figures["octets_each"] = {side: (after[side] - before[side]) // (2 * bed.count) for side in EDGES}
    servers.cut()
    figures["cut"] = await servers.round("cut")
    for side in EDGES:
        os.kill(bed.guard.processes()[f"edge-{side}"], signal.SIGKILL)
    servers.cut()
    figures["killed"] = await servers.round("killed")
    figures["streams_after"] = await counted(bed)
    figures["octets_after"] = {side: (octets - before[side]) // (2 * bed.count) for side, octets in bed.memory().items()}
    figures["retries"] = servers.retries
    figures["repeated"] = sum(times - 1 for times in servers.arrived.values())
    await servers.close()
    return figures


def allow_files(wanted):
    """Raises this process's bound on descriptors as far as it may go."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))


def measure(count, folder, log=None):
    """Makes a bed, plays all phases, takes it down; gives the figures."""
    allow_files(8 * count + 256)
    bed = Bed(folder, count, log)
    bed.guard.start()
    try:
        return asyncio.run(play(bed))
    finally:
        bed.guard.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default=HERE.parent.parent / "build" / "release" / "bin", type=pathlib.Path)
    parser.add_argument("--domains", default=500, type=int, help="on each side, at most 1,000")
    parser.add_argument("--log", type=pathlib.Path, help="where the audit log is to be (a new folder)")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if not 1 <= options.domains <= 1000:
        parser.error("--domains: expected 1 to 1000")
    os.environ["GUARD_BIN"] = str(options.bin)
    folder = tempfile.mkdtemp(prefix="xmpp-guard-streams-")
    try:
        figures = measure(options.domains, folder, options.log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    streams = 4 * options.domains
    print(f"{options.domains} domains on each side, {streams} streams wanted; the guard counts {figures['streams']}")
    for phase in ("up", "cut", "killed"):
        print(f"  {phase:7} servers connected after {figures[phase]['connected_s']:6.2f} s, all messages there after "
              f"{figures[phase]['settled_s']:6.2f} s")
    for side, octets in figures["octets_each"].items():
        print(f"  edge {side:5} {octets:8} octets for each idle stream; after both storms {figures['octets_after'][side]}")
    print(f"  attempts that failed and were made again: {figures['retries']}; messages that came twice: {figures['repeated']}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    both = {"inbound": 2 * options.domains, "outbound": 2 * options.domains}
    return 0 if figures["streams"] == both and figures["streams_after"] == both else 1


if __name__ == "__main__":
    sys.exit(main())
