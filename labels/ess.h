// ESS: the ESSSecurityLabel of RFC 2634 section 3, in DER.
//
//   ESSSecurityLabel ::= SET {
//     security-policy-identifier SecurityPolicyIdentifier,          OBJECT IDENTIFIER
//     security-classification SecurityClassification OPTIONAL,      INTEGER 0..256
//     privacy-mark ESSPrivacyMark OPTIONAL,                         UTF8String or PrintableString
//     security-categories SecurityCategories OPTIONAL }             SET SIZE (1..64) OF
//   SecurityCategory ::= SEQUENCE { type [0] OBJECT IDENTIFIER, value [1] ANY DEFINED BY type }
//   value ::= SEQUENCE { tagSet OBJECT IDENTIFIER, BIT STRING or SET OF INTEGER }
//
// XEP-0258 permits BER; that only DER is read is our choice (no second spelling, no hidden bits).
#pragma once

#include <expected>

#include "guard/base/bytes.h"
#include "labels/label.h"
#include "labels/label_error.h"

namespace labels {

// decode_ess reads exactly one label and nothing behind it. It is total: any octets give a label
// or an error, in time linear in their number (but for the sorting of at most 64 categories).
// Whatever it accepts, encode_ess writes again octet for octet.
[[nodiscard]] std::expected<Label, LabelError> decode_ess(guard::BytesView der);

// encode_ess writes the DER. It cannot fail: every Label is within the bounds of the format.
[[nodiscard]] guard::Bytes encode_ess(const Label& label);

}  // namespace labels
