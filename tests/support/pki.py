"""A throw-away public key infrastructure: one authority for each side, and wrong ones for tests."""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
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


def new_key(kind="P-256"):
    """A private key: P-192, P-256, P-384 or RSA-1024, RSA-2048 …"""
    if kind.startswith("RSA-"):
        return rsa.generate_private_key(65537, int(kind[4:]))
    return ec.generate_private_key({"P-192": ec.SECP192R1, "P-256": ec.SECP256R1, "P-384": ec.SECP384R1}[kind]())


def pin_of(key):
    """SHA-256 of the SubjectPublicKeyInfo, as 64 lower-case hex digits."""
    info = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(info)
    return digest.finalize().hex()


class Identity:
    """Identity is a certificate chain and its key, as two PEM files."""

    def __init__(self, chain, key):
        self.chain = pathlib.Path(chain)
        self.key = pathlib.Path(key)

    def serial(self):
        return x509.load_pem_x509_certificate(self.chain.read_bytes()).serial_number


class Authority:
    """Authority issues certificates; its own is in `certificate`, what it has revoked in `list` (PEM).

    `permitted` are the only DNS names (with all below them) that it is allowed.
    """

    def __init__(self, name, folder, permitted=()):
        self.name = name
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.utcnow()
        builder = (
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
        )
        if permitted:
            names = [x509.DNSName(name) for name in permitted]
            builder = builder.add_extension(x509.NameConstraints(names, None), critical=True)
        self._certificate = builder.sign(self._key, hashes.SHA256())
        self.certificate = self.folder / "authority.pem"
        self.certificate.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        self.list = self.folder / "authority.crl"
        self.publish()

    def publish(self, revoked=(), ends_in=_DAY):
        """Writes the list of what it has revoked, in the place of the last one."""
        now = datetime.datetime.utcnow()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now - 2 * _DAY)
            .next_update(now + ends_in)
        )
        for identity in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(identity.serial()).revocation_date(now - _DAY).build())
        written = self.list.with_suffix(".new")
        written.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        written.replace(self.list)

    def issue(self, label, domains, expired=False, usages=("server", "client"), srv=True, dns=True, common_name=None,
              early=False, seconds=None, key="P-256", digest="SHA-256", attributes=None):
        """Issues a certificate for the XMPP domains, in files that are called `label`.

        dNSName and SRVName `_xmpp-server.` for each domain, both extended key usages, unless told
        otherwise. `expired` makes one that ended yesterday, `early` one that begins tomorrow,
        `seconds` one that ends so soon. `key` is a kind of key, or a key. `attributes` is
        the DER of subjectDirectoryAttributes.
        """
        key = new_key(key) if isinstance(key, str) else key
        now = datetime.datetime.utcnow()
        begins = now - 10 * _DAY if expired else now + _DAY if early else now - _DAY
        ends = now - _DAY if expired else now + (30 * _DAY if seconds is None else datetime.timedelta(seconds=seconds))
        names = []
        for domain in domains:
            if dns:
                names.append(x509.DNSName(domain))
            if srv and not domain.startswith("*."):
                names.append(x509.OtherName(_SRV_NAME, _ia5(f"_xmpp-server.{domain}")))
        known = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH,
                 "mail": ExtendedKeyUsageOID.EMAIL_PROTECTION}
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or label)]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([known[usage] for usage in usages]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if attributes is not None:
            extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.9"), attributes)
            builder = builder.add_extension(extension, critical=False)
        certificate = builder.sign(self._key, hashes.SHA1() if digest == "SHA-1" else hashes.SHA256())
        identity = Identity(self.folder / f"{label}.pem", self.folder / f"{label}.key")
        identity.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        identity.key.write_bytes(_pem(key))
        identity.key.chmod(0o600)
        return identity

    def sign(self, request):
        """Issues what a request (PEM) asks for: its names and usages. Gives the certificate (PEM)."""
        request = x509.load_pem_x509_csr(request)
        now = datetime.datetime.utcnow()
        builder = (
            x509.CertificateBuilder()
            .subject_name(request.subject)
            .issuer_name(self._certificate.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + 365 * _DAY)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        for extension in request.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
