"""guard-label spif --trust-anchor: a good signature, and everything that is none."""

import subprocess

from running_for_test import BAD, NATIONAL, NO, USAGE, YES, Tool, guard_label, main


class Signature(Tool):
    def setUp(self):
        super().setUp()
        self.policy = self.file("policy.xml", NATIONAL.read_bytes())
        for name in ("signer", "stranger"):
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                         "-out", f"{name}.pem", "-subj", f"/CN={name}", "-addext", "keyUsage=critical,digitalSignature")
        self.openssl("cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", "policy.xml", "-signer", "signer.pem",
                     "-inkey", "signer.key", "-out", "policy.p7s")

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def test_a_good_signature_beside_the_file(self):
        text = self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "policy.p7s", "policy.xml")
        self.assertEqual(text.status, YES, text.out + text.complaints)
        self.assertEqual(text.out.splitlines()[1], "Signed by CN=signer")
        shown = self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "policy.p7s", "--json", "policy.xml")
        self.assertEqual((shown.status, shown.json["signed_by"]), (YES, "CN=signer"))
        unsigned = self.run_tool("spif", "policy.xml")
        self.assertNotIn("Signed", unsigned.out)

    def test_a_good_signature_inside_the_file(self):
        signed = subprocess.run([guard_label().parent / "sign_for_test", "signer.pem", "signer.key"], cwd=self.folder,
                                input=NATIONAL.read_bytes(), capture_output=True, check=True, timeout=60).stdout
        policy = self.file("signed.xml", signed)
        text = self.run_tool("spif", "--trust-anchor", "signer.pem", policy)
        self.assertEqual(text.status, YES, text.out + text.complaints)
        self.assertEqual(text.out.splitlines()[1], "Signed by CN=signer")
        plain = self.run_tool("spif", NATIONAL)
        self.assertEqual(text.out.replace("Signed by CN=signer\n", ""), plain.out)
        other = self.run_tool("spif", "--trust-anchor", "stranger.pem", policy)
        self.assertEqual(other.status, NO)
        self.assertTrue(other.out.startswith("not signed as demanded\n"), other.out)
        changed = self.file("changed.xml", signed.replace(b'hierarchy="2"', b'hierarchy="7"'))
        self.assertEqual(self.run_tool("spif", "--trust-anchor", "signer.pem", changed).status, NO)
        # Nobody takes a signed file for checked who has not asked for a check.
        self.refused(self.run_tool("spif", policy), BAD, "Signature")

    def test_what_is_not_signed_as_demanded_is_not_shown(self):
        changed = self.file("changed.xml", NATIONAL.read_text() + " ")
        for anchor, signature, policy in (
            ("stranger.pem", "policy.p7s", self.policy), ("signer.pem", "policy.p7s", changed),
            ("signer.pem", "signer.pem", self.policy), ("signer.pem", None, self.policy),
        ):
            words = ["spif", "--trust-anchor", anchor, *(["--signature", signature] if signature else []), policy]
            text = self.run_tool(*words)
            self.assertEqual(text.status, NO, text.out + text.complaints)
            self.assertTrue(text.out.startswith("not signed as demanded\nfault  "), text.out)
            shown = self.run_tool(*words, "--json")
            self.assertEqual((shown.status, list(shown.json)), (NO, ["faults"]))
            self.assertIn(f"{shown.json['faults'][0]['reason']}: ", text.out)

    def test_files_that_cannot_be_read(self):
        self.refused(self.run_tool("spif", "--trust-anchor", "nowhere", self.policy), BAD, "nowhere")
        self.refused(self.run_tool("spif", "--trust-anchor", "signer.pem", "--signature", "nowhere", self.policy), BAD, "nowhere")
        self.refused(self.run_tool("spif", "--signature", "policy.p7s", self.policy), USAGE, "--trust-anchor")


if __name__ == "__main__":
    main()
