"""A question to the name server of a side, as a server there would ask it (RFC 1035)."""

import socket
import struct

_TYPES = {"A": 1, "SRV": 33}
_RESULTS = {0: "NOERROR", 3: "NXDOMAIN"}


def ask(namespace, name, kind="SRV", server="127.0.0.53"):
    """Gives the result ("NOERROR", "NXDOMAIN", or a number) and how many records came with it."""
    query = struct.pack(">HHHHHH", 4711, 0x0100, 1, 0, 0, 0)
    query += b"".join(bytes([len(label)]) + label for label in name.encode().split(b".")) + b"\0"
    query += struct.pack(">HH", _TYPES[kind], 1)
    with namespace.socket(kind=socket.SOCK_DGRAM) as asking:
        asking.settimeout(5)
        asking.sendto(query, (server, 53))
        answer = asking.recv(4096)
    number, flags, _, records, _, _ = struct.unpack(">HHHHHH", answer[:12])
    assert number == 4711
    return _RESULTS.get(flags & 15, flags & 15), records
