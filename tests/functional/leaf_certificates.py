"""What ordinary servers need of the guard: names, and certificates that are renewed while it runs."""

import json
import tempfile

from cryptography import x509
from play import Play, wait_for

HIDDEN = "hidden-low.example"


class Leaf(Play):
    def leaf(self, command, side, *arguments):
        """Runs a subcommand of guardctl that reads files."""
        return self.guard.control(command, "--site", self.bed.site.file, "--side", side, *arguments)

    def shown(self):
        """The serial number of what the guard shows on the low side for high.example."""
        peer = self.bed.bad_peer(self.bed.low)
        peer.secure()
        peer.close()  # so many as are asked for would be too many from one address
        return x509.load_der_x509_certificate(peer.certificate).serial_number

    def put(self, text):
        """Puts a file in the place of the certificate, as a tool that renews would."""
        file = self.bed.low.folder / "certificates" / "high.example.pem"
        beside = file.with_suffix(".new")
        beside.touch(0o600)
        beside.write_bytes(text)
        beside.replace(file)

    def issued(self, side, domains=("high.example",), **options):
        """A certificate with its key, and its serial number."""
        made = self.bed.identity(side, list(domains), **options)
        return made.chain.read_bytes() + made.key.read_bytes(), made.serial()

    def test_the_records_lead_to_the_guard_and_name_no_hidden_domain(self):
        done = self.leaf("dns-records", "high")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"host-record=guard.high.example,{self.bed.high.edge}\n", done.stdout)
        self.assertIn("srv-host=_xmpp-server._tcp.low.example,guard.high.example,5269,10,0\n", done.stdout)
        self.assertNotIn(HIDDEN, done.stdout)
        self.assertNotIn("_xmpps-server", done.stdout, "the guard does not listen for direct TLS here")
        for form in ("bind", "unbound"):
            self.assertIn(" SRV 10 0 5269 guard.high.example.", self.leaf("dns-records", "high", "--format", form).stdout)
        self.assertEqual(self.leaf("dns-records", "high", "--format", "hosts").returncode, 3)
        self.assertEqual(self.leaf("dns-records", "middle").returncode, 3)
        self.assertEqual(self.leaf("dns-records", "high", "--for", "low-server").returncode, 2, "of the other side")

    def test_the_list_says_what_is_covered_and_what_is_not(self):
        done = self.leaf("certificates", "high", "--json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = {row["domain"]: row["state"] for row in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(rows["low.example"], "expiring", "the bed's certificates are for less than 30 days")
        self.assertEqual(rows[HIDDEN], "unneeded")
        file = self.bed.high.folder / "certificates" / "down-low.example.pem"
        away = file.with_suffix(".away")
        file.rename(away)
        try:
            done = self.leaf("certificates", "high")
        finally:
            away.rename(file)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"(?m)^down-low\.example +missing ")

    def test_a_request_is_made_for_each_domain_or_for_those_that_may_stand_together(self):
        with tempfile.TemporaryDirectory() as out:
            done = self.leaf("certificate-request", "low", "--out", out, "--domain", "high.example")
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(f"{out}/high.example.csr", "rb") as file:
                request = x509.load_pem_x509_csr(file.read())
            self.assertTrue(request.is_signature_valid)
            names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            self.assertEqual(names.get_values_for_type(x509.DNSName), ["high.example"])
            self.assertEqual(self.leaf("certificate-request", "low", "--out", out, "--domain", "high.example").returncode,
                             2, "nothing is overwritten")
            self.assertEqual(self.leaf("certificate-request", "low", "--out", out, "--domain", "hidden-high.example").returncode,
                             2, "nobody there may see it")
            self.assertEqual(self.leaf("certificate-request", "low", "--out", out, "--key", "rsa-512").returncode, 3)
        with tempfile.TemporaryDirectory() as out:
            twice = ("--domain", "high.example", "--domain", "HIGH.example")
            done = self.leaf("certificate-request", "low", "--out", out, *twice)
            self.assertEqual((done.returncode, done.stdout.count("\n"), done.stderr), (0, 1, ""), "asked for twice it is one")
            done = self.leaf("certificate-request", "low", "--out", out, "--one-for-all", *twice)
            with open(f"{out}/guard-low.csr", "rb") as file:
                names = x509.load_pem_x509_csr(file.read()).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            self.assertEqual(names.get_values_for_type(x509.DNSName), ["high.example"])

    def test_a_renewed_certificate_is_shown_without_a_restart(self):
        before = self.guard.processes()
        text, serial = self.issued(self.bed.low)
        self.assertNotEqual(self.shown(), serial)
        self.put(text)
        self.guard.row(10, event="certificate-read")
        self.assertTrue(wait_for(lambda: self.shown() == serial, 5))
        self.assertEqual(self.guard.processes(), before)
        self.crosses()

    def test_a_bad_file_leaves_the_old_certificate_in_force(self):
        text, serial = self.issued(self.bed.low)
        self.put(text)
        self.assertTrue(wait_for(lambda: self.shown() == serial, 10))
        bad = {"half of one": (text[:200], "holds no certificate"),
               "the other side's authority": (self.issued(self.bed.high)[0], "trust store of side high")}  # the whole table is in credential_watch_test
        for name, (wrong, why) in bad.items():
            self.put(wrong)
            self.assertTrue(wait_for(lambda: any(why in row["detail"] for row in self.guard.rows()
                                                 if row.get("event") == "certificate-refused"), 10), name)
            self.assertEqual(self.shown(), serial, name)
        self.put(text)
        self.crosses()
