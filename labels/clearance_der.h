// ClearanceDer: the clearance attribute of X.501 and RFC 5755 4.4.6, in DER.
//
//   Clearance ::= SEQUENCE {
//     policyId OBJECT IDENTIFIER,
//     classList BIT STRING DEFAULT {unclassified},                  bit n: the classification n
//     securityCategories SET OF SecurityCategory OPTIONAL }
//
// X.501 and RFC 3281 tag the three fields [0], [1] and [2]; RFC 5755 does not. Either is read, not
// a mixture. The default is written by leaving it out, as DER demands; an empty class list is a
// clearance without classifications, which grants nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/category_der.h"
#include "labels/clearance.h"
#include "labels/label_error.h"
#include "labels/security_policy.h"

namespace labels {

enum class ClearanceTagging : std::uint8_t { kUniversal, kContext };

// DerClearance is a clearance and how it was encoded; `open` holds those tags of SDN.801c whose
// kind only the security policy tells. They are not in `clearance`.
struct DerClearance {
  Clearance clearance;
  ClearanceTagging tagging = ClearanceTagging::kUniversal;
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;
  std::vector<EnumeratedTag> open = {};
};

// read_clearance_der reads exactly one clearance and nothing behind it. It is total. Whatever it
// accepts, encode_clearance writes again octet for octet.
[[nodiscard]] std::expected<DerClearance, LabelError> read_clearance_der(guard::BytesView der);

// settle puts the open tags into the clearance; errors as of settle for labels (ess.h).
[[nodiscard]] std::expected<Clearance, LabelReason> settle(DerClearance read,
                                                           const SecurityPolicy& policy);

// encode_clearance writes the DER. REQUIRES: where the encoding is kNamedTagSets, no informative
// category.
[[nodiscard]] guard::Bytes encode_clearance(const DerClearance& clearance);

// encode_clearance with a choice: kInformative where named tag sets have no place for a category;
// kEnumeratedOpen where they could not be told apart when they are read again.
[[nodiscard]] std::expected<guard::Bytes, LabelReason> encode_clearance(
    const Clearance& clearance, ClearanceTagging tagging, CategoryEncoding encoding,
    const SecurityPolicy& policy);

}  // namespace labels
