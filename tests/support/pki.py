"""A throw-away public key infrastructure: one authority for each side, and wrong ones for tests."""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SRV_NAME = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7")  # RFC 4985
_DAY = datetime.timedelta(days=1)


def _ia5(text):
    encoded = text.encode("ascii")
    if len(encoded) > 127:
        raise ValueError("a name of this length needs the long form of DER")
    return bytes([0x16, len(encoded)]) + encoded


def _pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class Identity:
    """Identity is a certificate chain and its key, as two PEM files."""

    def __init__(self, chain, key):
        self.chain = pathlib.Path(chain)
        self.key = pathlib.Path(key)

    def pin(self):
        """SHA-256 of the SubjectPublicKeyInfo, as 64 lower-case hex digits."""
        certificate = x509.load_pem_x509_certificate(self.chain.read_bytes())
        info = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        digest = hashes.Hash(hashes.SHA256())
        digest.update(info)
        return digest.finalize().hex()


class Authority:
    """Authority issues certificates; its own is in `certificate` (PEM)."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.utcnow()
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + 30 * _DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.certificate = self.folder / "authority.pem"
        self.certificate.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, label, domains, expired=False, usages=("server", "client"), srv=True, dns=True, common_name=None):
        """Issues a certificate for the XMPP domains, in files that are called `label`.

        dNSName and SRVName `_xmpp-server.` for each domain, both extended key usages, unless told
        otherwise. `expired` makes one that ended yesterday.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.utcnow()
        names = []
        for domain in domains:
            if dns:
                names.append(x509.DNSName(domain))
            if srv and not domain.startswith("*."):
                names.append(x509.OtherName(_SRV_NAME, _ia5(f"_xmpp-server.{domain}")))
        known = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or label)]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 10 * _DAY if expired else now - _DAY)
            .not_valid_after(now - _DAY if expired else now + 30 * _DAY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([known[usage] for usage in usages]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        identity = Identity(self.folder / f"{label}.pem", self.folder / f"{label}.key")
        identity.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        identity.key.write_bytes(_pem(key))
        identity.key.chmod(0o600)
        return identity
