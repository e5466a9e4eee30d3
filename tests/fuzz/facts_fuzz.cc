// The reader of recorded facts: total, and whatever it accepts has this one spelling.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "guard/base/check.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/test_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const policy::Policy policy = policy::test::make(policy::test::full());
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto facts = policy::from_json(policy, json);
  if (!facts) {
    CHECK(!facts.error().empty());
    return 0;
  }
  CHECK(policy::to_json(policy, *facts) == json);
  const policy::Decision decision = policy::decide(policy, *facts);
  CHECK(decision.reason != policy::Reason::kNotJudged);
  return 0;
}
