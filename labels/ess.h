// ESS: the ESSSecurityLabel of RFC 2634 section 3, in DER.
//
//   ESSSecurityLabel ::= SET {
//     security-policy-identifier SecurityPolicyIdentifier,          OBJECT IDENTIFIER
//     security-classification SecurityClassification OPTIONAL,      INTEGER 0..256
//     privacy-mark ESSPrivacyMark OPTIONAL,                         UTF8String or PrintableString
//     security-categories SecurityCategories OPTIONAL }             SET SIZE (1..64) OF
//
// A category is of one of the tag types of category_der.h, or all of them are wrapped by tag set
// (sdn801c.h). Of the former kind:
//
//   SecurityCategory ::= SEQUENCE { type [0] OBJECT IDENTIFIER, value [1] ANY DEFINED BY type }
//   value ::= SEQUENCE { tagSet OBJECT IDENTIFIER, BIT STRING or SET OF INTEGER }
//
// XEP-0258 permits BER; that only DER is read is our choice (no second spelling, no hidden bits).
// There is no room for dates and texts of the originator: losses.h.
#pragma once

#include <expected>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/category_der.h"
#include "labels/label.h"
#include "labels/label_error.h"
#include "labels/security_policy.h"

namespace labels {

// EssLabel is a label and how its categories were encoded; `open` holds those tags of SDN.801c
// whose kind only the security policy tells. They are not in `label`.
struct EssLabel {
  Label label;
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;
  std::vector<EnumeratedTag> open = {};
};

// read_ess reads exactly one label and nothing behind it. It is total: any octets give a label or
// an error, in time linear in their number (but for the sorting of at most 64 categories).
// Whatever it accepts, encode_ess writes again octet for octet.
[[nodiscard]] std::expected<EssLabel, LabelError> read_ess(guard::BytesView der);

// settle puts the open tags into the label, each of the kind that the policy says. Errors:
// kEnumeratedOpen where it does not say, kDuplicateCategory where two settle to the same.
[[nodiscard]] std::expected<Label, LabelReason> settle(EssLabel read, const SecurityPolicy& policy);

// decode_ess is read_ess for those who want the label only; with a policy, open tags are settled
// (REQUIRES: nothing; a policy that is not the label's knows none of its tag sets), without one
// they are kEnumeratedOpen at offset 0.
[[nodiscard]] std::expected<Label, LabelError> decode_ess(guard::BytesView der);
[[nodiscard]] std::expected<Label, LabelError> decode_ess(guard::BytesView der,
                                                          const SecurityPolicy& policy);

// encode_ess writes the DER. It cannot fail for a label by itself, which it writes with the tag
// types: every Label is within the bounds of the format.
[[nodiscard]] guard::Bytes encode_ess(const Label& label);
[[nodiscard]] guard::Bytes encode_ess(const EssLabel& read);

// encode_ess with an encoding: kEnumeratedOpen where named tag sets could not be told apart under
// that policy when they are read again.
[[nodiscard]] std::expected<guard::Bytes, LabelReason> encode_ess(const Label& label,
                                                                  CategoryEncoding encoding,
                                                                  const SecurityPolicy& policy);

}  // namespace labels
