"""Security labels as a client would attach them: ESSSecurityLabel DER (RFC 2634 section 3)."""

import base64


def _der(tag, content):
    if len(content) < 128:
        length = bytes([len(content)])
    else:
        size = (len(content).bit_length() + 7) // 8
        length = bytes([0x80 | size]) + len(content).to_bytes(size, "big")
    return bytes([tag]) + length + content


def _oid(dotted):
    first, second, *rest = [int(part) for part in dotted.split(".")]
    out = bytearray()
    for arc in [first * 40 + second, *rest]:
        digits = [arc & 0x7F]
        while arc > 0x7F:
            arc >>= 7
            digits.append(0x80 | (arc & 0x7F))
        out += bytes(reversed(digits))
    return _der(0x06, bytes(out))


def _integer(value):
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def ess(policy, classification, categories=b""):
    """The DER of a label; `categories` are SecurityCategory values that are already encoded."""
    content = b"" if classification is None else _integer(classification)
    content += _oid(policy)
    if categories:
        content += _der(0x31, categories)
    return _der(0x31, content)


def clearance_attributes(policy, classifications):
    """The value of subjectDirectoryAttributes that holds a clearance (RFC 5755) for the classifications."""
    numbers = bytearray(max(classifications) // 8 + 1)
    for number in classifications:
        numbers[number // 8] |= 0x80 >> number % 8
    spare = 7 - max(classifications) % 8
    # In DER the default, unclassified (1) alone, is left out.
    listed = b"" if list(classifications) == [1] else _der(0x03, bytes([spare]) + bytes(numbers))
    clearance = _der(0x30, _oid(policy) + listed)
    return _der(0x30, _der(0x30, _oid("2.5.4.55") + _der(0x31, clearance)))


def restrictive_category(tag_set, bits):
    """A restrictive bitmap category (2.16.840.1.101.2.1.8.3.0) with these bits set."""
    return _bitmap_category("2.16.840.1.101.2.1.8.3.0", tag_set, bits)


def permissive_category(tag_set, bits):
    """A permissive bitmap category (2.16.840.1.101.2.1.8.3.2) with these bits set."""
    return _bitmap_category("2.16.840.1.101.2.1.8.3.2", tag_set, bits)


def _bitmap_category(kind, tag_set, bits):
    size = max(bits) + 1
    octets = bytearray((size + 7) // 8)
    for bit in bits:
        octets[bit // 8] |= 0x80 >> (bit % 8)
    string = _der(0x03, bytes([len(octets) * 8 - size]) + bytes(octets))
    value = _der(0x30, _oid(tag_set) + string)
    return _der(0x30, _der(0x80, _oid(kind)[2:]) + _der(0xA1, value))


def ess_text(policy, classification, categories=b""):
    """The label in base64, as it stands in an <esssecuritylabel/>."""
    return base64.b64encode(ess(policy, classification, categories)).decode()


def security_label(text, marking=None):
    """The <securitylabel/> around a base64 label, XEP-0258 version 1.0 and later."""
    shown = f"<displaymarking>{marking}</displaymarking>" if marking else ""
    return (
        f"<securitylabel xmlns='urn:xmpp:sec-label:0'>{shown}<label>"
        f"<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>{text}</esssecuritylabel>"
        "</label></securitylabel>"
    )
