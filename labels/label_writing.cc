#include "labels/label_writing.h"

#include <optional>

#include "labels/clearance_4774.h"
#include "labels/clearance_der.h"
#include "labels/ess.h"
#include "labels/icism.h"
#include "labels/label_4774.h"
#include "labels/marking.h"
#include "labels/plain_clearance.h"
#include "labels/plain_label.h"
#include "labels/sec_label.h"

namespace labels {
namespace {

using Written = std::expected<guard::Bytes, LabelReason>;

Written as_octets(const std::expected<std::string, LabelReason>& text) {
  if (!text) return std::unexpected(text.error());
  return guard::Bytes(text->begin(), text->end());
}

Written write_ess(const Label& label, CategoryEncoding encoding, const PolicySet& policies) {
  if (encoding == CategoryEncoding::kTagTypes) return encode_ess(label);
  const PolicyNames* names = policies.find(label.policy());
  if (names == nullptr) return std::unexpected(LabelReason::kUnknownPolicy);
  return encode_ess(label, encoding, names->policy());
}

}  // namespace

Written write_label(const Label& label, const WriteLabel& how, const PolicySet& policies) {
  switch (how.format) {
    case LabelFormat::kEss:
      return write_ess(label, how.encoding, policies);
    case LabelFormat::k4774:
      return as_octets(write_label_4774({.label = label}, policies));
    case LabelFormat::kXep0258: {
      std::optional<DisplayMarking> marking;
      if (const PolicyNames* names = policies.find(label.policy())) {
        marking = display_marking(names->policy(), label);
      }
      return as_octets(write_sec_label(marking, &label, how.equivalents));
    }
    case LabelFormat::kPlain:
      return as_octets(write_plain_label(label, policies));
    case LabelFormat::kIcism:
      if (how.icism == nullptr) return std::unexpected(LabelReason::kFormat);
      return as_octets(write_icism_label(label, *how.icism));
  }
  return std::unexpected(LabelReason::kFormat);
}

Written write_clearance(const Clearance& clearance, ClearanceFormat format,
                        const PolicySet& policies) {
  switch (format) {
    case ClearanceFormat::kDer:
      return encode_clearance(DerClearance{.clearance = clearance});
    case ClearanceFormat::kDerContext:
      return encode_clearance(
          DerClearance{.clearance = clearance, .tagging = ClearanceTagging::kContext});
    case ClearanceFormat::k4774:
      return as_octets(write_clearance_4774(clearance, policies));
    case ClearanceFormat::kPlain:
      return as_octets(write_plain_clearance(clearance, policies));
  }
  return std::unexpected(LabelReason::kFormat);
}

std::string why(LabelReason reason) {
  if (reason == LabelReason::kUnknownPolicy) return "its security policy is not at hand";
  if (reason == LabelReason::kUnnamed) return "the format has no name for something in it";
  if (reason == LabelReason::kAmbiguousName) return "a name in it would be read as something else";
  if (reason == LabelReason::kClassificationMissing) return "the format needs a classification";
  if (reason == LabelReason::kEnumeratedOpen) {
    return "the kinds of enumerated tags could not be told apart again";
  }
  if (reason == LabelReason::kInformative) return "the format has no informative categories";
  if (reason == LabelReason::kFormat) return "there is no mapping table";
  return std::string(to_string(reason));
}

}  // namespace labels
