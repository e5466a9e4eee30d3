#include "guard/supervisor/policy_warnings.h"

#include <gtest/gtest.h>

#include "guard/supervisor/test_plan.h"

namespace guard::supervisor {
namespace {

class PolicyWarnings : public PlanTest {
 protected:
  // Adds so many copies of one rule of the example: none of them ever decides.
  void copies(std::size_t many) {
    const std::string text = example("policy.xml");
    const std::size_t begin = text.find("<allow id=\"down-ping\"");
    const std::size_t end = text.find("</allow>", begin) + 8;
    std::string more;
    for (std::size_t i = 0; i < many; ++i) {
      more += replaced(text.substr(begin, end - begin), "down-ping", "again" + std::to_string(i));
    }
    folder_.write("policy.xml", text.substr(0, end) + more + text.substr(end));
  }
  std::vector<std::string> warnings() {
    const auto made = plan();
    EXPECT_TRUE(made) << faults();
    return made ? made->warnings : std::vector<std::string>();
  }
  // The rules of the example.
  static std::size_t rules() {
    const std::string text = example("policy.xml");
    std::size_t count = 0;
    for (const char* rule : {"<allow ", "<refuse "}) {
      for (std::size_t at = text.find(rule); at != std::string::npos;
           at = text.find(rule, at + 1)) {
        ++count;
      }
    }
    return count;
  }
};

TEST_F(PolicyWarnings, TheExampleHasNone) {
  EXPECT_EQ(warnings(), std::vector<std::string>());
  EXPECT_EQ(plan()->summary.find("warning"), std::string::npos);
}

TEST_F(PolicyWarnings, RulesThatNeverDecideAreNamedWithTheirPlaces) {
  copies(1);
  const auto found = warnings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].starts_with("warning: " + (folder_.path() / "policy.xml").string() + ":"));
  EXPECT_NE(found[0].find("rule \"again0\" never decides"), std::string::npos) << found[0];
  EXPECT_NE(found[0].find("[unreachable-rule]"), std::string::npos);
  EXPECT_NE(plan()->summary.find(found[0] + "\n"), std::string::npos);
}

TEST_F(PolicyWarnings, SoManyAreShownAndTheRestCounted) {
  copies(kMostWarnings);
  EXPECT_EQ(warnings().size(), kMostWarnings);
  copies(kMostWarnings + 1);
  ASSERT_EQ(warnings().size(), kMostWarnings + 1);
  EXPECT_NE(warnings().back().find("and 1 more"), std::string::npos);
}

// INVARIANT: guardd never looks for longer than it may be deaf.
TEST_F(PolicyWarnings, ALargePolicyIsLeftToTheTool) {
  copies(kMostRules - rules());
  EXPECT_EQ(warnings().size(), kMostWarnings + 1);
  copies(kMostRules - rules() + 1);
  ASSERT_EQ(warnings().size(), 1U);
  EXPECT_NE(warnings()[0].find("with 65 rules it is not looked at"), std::string::npos);
}

}  // namespace
}  // namespace guard::supervisor
