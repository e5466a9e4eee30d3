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
  const auto label = labels::decode_ess(input);
  if (!label) {
    CHECK(label.error().offset <= size);
    return 0;
  }
  const guard::Bytes written = labels::encode_ess(*label);
  CHECK(guard::as_text(written) == guard::as_text(input));
  const auto again = labels::decode_ess(written);
  CHECK(again.has_value() && *again == *label);

  // A clearance that holds exactly what the label holds grants whatever the policy knows.
  labels::Clearance clearance(label->policy());
  if (label->classification()) {
    CHECK(clearance.add_classification(*label->classification()).has_value());
  }
  for (const labels::Category& category : label->categories()) {
    CHECK(clearance.add(category).has_value());
  }
  const labels::Decision decision = labels::decide(policy, *label, clearance);
  for (const labels::Denial& denial : decision.reasons()) {
    CHECK(denial.reason != labels::DenialReason::kClassification);
    CHECK(denial.reason != labels::DenialReason::kRestrictive);
    CHECK(denial.reason != labels::DenialReason::kPermissive);
  }
  // And one that holds nothing grants nothing.
  CHECK(!labels::decide(policy, *label, labels::Clearance(label->policy())).granted());
  CHECK(!labels::marking(policy, *label).empty());
  return 0;
}
