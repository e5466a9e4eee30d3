// LabelWriting: a label or a clearance in the format that is asked for: for files and tools.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "guard/base/bytes.h"
#include "labels/category_der.h"
#include "labels/clearance.h"
#include "labels/icism_map.h"
#include "labels/label.h"
#include "labels/label_error.h"
#include "labels/label_format.h"
#include "labels/policy_set.h"

namespace labels {

// WriteLabel says what to write.
struct WriteLabel {
  LabelFormat format = LabelFormat::kEss;
  CategoryEncoding encoding = CategoryEncoding::kTagTypes;  // of kEss
  std::vector<Label> equivalents = {};                      // of kXep0258
  const IcismMap* icism = nullptr;                          // of kIcism
};

// write_label gives DER for kEss, else XML without a declaration or white space. kXep0258 has ESS
// inside, and the display marking where the policy is in the set. What the format has no room for
// is lost: ask losses() first. Errors: what it cannot do without, as the format's own writer says;
// kFormat for kIcism without a table.
[[nodiscard]] std::expected<guard::Bytes, LabelReason> write_label(const Label& label,
                                                                   const WriteLabel& how,
                                                                   const PolicySet& policies);

enum class ClearanceFormat : std::uint8_t { kDer, kDerContext, k4774, kPlain };

// write_clearance likewise; kDerContext tags the fields as X.501 does.
[[nodiscard]] std::expected<guard::Bytes, LabelReason> write_clearance(const Clearance& clearance,
                                                                       ClearanceFormat format,
                                                                       const PolicySet& policies);

// why gives a reason of a writer in words: "the security policy has no name for a number of the
// label".
[[nodiscard]] std::string why(LabelReason reason);

}  // namespace labels
