// Whatever reason the policy gives, guard-audit has words for it.
#include "audit/reason_words.h"

#include <gtest/gtest.h>

#include "policy/reason.h"

namespace policy::tool {
namespace {

TEST(ReasonWords, AreThereForEveryReason) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const std::string_view name = to_string(static_cast<Reason>(i));
    EXPECT_NE(audit::reason_words(name), "") << name;
  }
  EXPECT_EQ(audit::reason_words("no such reason"), "");
  EXPECT_NE(audit::reason_words("xml-entity"), "");
}

}  // namespace
}  // namespace policy::tool
