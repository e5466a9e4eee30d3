"""Boundary: one guard between two networks, with names and certificates as an operator makes them."""

import pathlib

from .child import run
from .guard_service import GuardService, Site, binaries


class Boundary:
    """Boundary is a guard with a folder, a log and certificates of its own.

    `example` is the site file that it is made from; `policy` the policy, which is used where it is.
    `high` and `low` are (network, address of the edge there, or None for the listeners of the file);
    `peers` are {name: addresses}, as Site.peer takes them, or None for those of the file. `shown` are
    {side: domains}, where certificates are wanted for others than the policy names. On the sides of `one_for_all`
    one certificate names all, so that pairs of several domains can share a stream.
    """

    def __init__(self, folder, example, policy, high, low, peers=None, shown=None, one_for_all=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.guard = None
        self.site = Site(self.folder, example)
        self.site.policy(policy)
        (self.folder / "log").mkdir()
        self.site.log(self.folder / "log")
        self.site.control(self.folder)
        if peers is not None:
            self.site.no_peers()
            for name, addresses in peers.items():
                self.site.peer(name, *addresses)
        for side, (network, address) in (("high", high), ("low", low)):
            (self.folder / f"certificates-{side}").mkdir()
            secret = self.folder / f"dialback-{side}.secret"
            secret.write_text(f"throw-away dialback secret of the {side} side\n")
            secret.chmod(0o600)
            self.site.edge(side, network.namespace, address, self.folder / f"certificates-{side}",
                           network.authority.certificate, secret)
        self.site.write()
        for side, (network, _) in (("high", high), ("low", low)):
            self._certify(side, network.authority, (shown or {}).get(side, ()), side in one_for_all)

    def control(self, command, side, *arguments):
        """What a subcommand of guardctl prints that reads files."""
        return run([binaries() / "guardctl", command, "--site", self.site.file, "--side", side, *arguments])

    def _certify(self, side, authority, domains, one_for_all):
        """The guard's certificates on a side, for the far domains: all that the policy names, or these."""
        requests = self.folder / f"requests-{side}"
        self.control("certificate-request", side, "--out", requests, *(["--one-for-all"] if one_for_all else []),
                     *(word for domain in domains for word in ("--domain", domain)))
        for request in requests.glob("*.csr"):
            both = self.folder / f"certificates-{side}" / f"{request.stem}.pem"
            both.touch(0o600)
            both.write_bytes(authority.sign(request.read_bytes()) + request.with_suffix(".key").read_bytes())

    def start(self):
        self.guard = GuardService(self.site.file, self.folder).start()

    def stop(self):
        if self.guard is not None:
            self.guard.stop()
