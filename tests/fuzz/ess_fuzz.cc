// The ESS decoder: total, and whatever it accepts has this one spelling; and what is done with an
// accepted label (deciding, marking) is total too.
#include <cstddef>
#include <cstdint>

#include "guard/base/check.h"
#include "labels/decision.h"
#include "labels/ess.h"
#include "labels/example_policy_for_test.h"
#include "labels/marking.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const labels::SecurityPolicy policy = labels::test::example_policy();
  const guard::BytesView input(data, size);
  const auto read = labels::read_ess(input);
  if (!read) {
    CHECK(read.error().offset <= size);
    return 0;
  }
  const guard::Bytes written = labels::encode_ess(*read);
  CHECK(guard::as_text(written) == guard::as_text(input));
  // Open tags that the policy settles come out of the other encoding as the same label.
  const auto label = labels::settle(*read, policy);
  if (!label) return 0;
  const auto again = labels::decode_ess(labels::encode_ess(*label));
  CHECK(again.has_value() && *again == *label);
  if (const auto wrapped =
          labels::encode_ess(*label, labels::CategoryEncoding::kNamedTagSets, policy)) {
    const auto unwrapped = labels::decode_ess(*wrapped, policy);
    CHECK(unwrapped.has_value() && *unwrapped == *label);
  }

  // A clearance that holds exactly what the label holds grants whatever the policy knows.
  labels::Clearance clearance(label->policy());
  if (label->classification()) {
    CHECK(clearance.add_classification(*label->classification()).has_value());
  }
  for (const labels::Category& category : label->categories()) {
    CHECK(clearance.add(category).has_value());
  }
  const labels::Decision decision = labels::decide(policy, *label, clearance, {});
  for (const labels::Denial& denial : decision.reasons()) {
    CHECK(denial.reason != labels::DenialReason::kClassification);
    CHECK(denial.reason != labels::DenialReason::kRestrictive);
    CHECK(denial.reason != labels::DenialReason::kPermissive);
  }
  // And one that holds nothing grants nothing.
  CHECK(!labels::decide(policy, *label, labels::Clearance(label->policy()), {}).granted());
  CHECK(!labels::marking(policy, *label).empty());
  return 0;
}
