// What the tests of decide() share.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "policy/decide.h"
#include "policy/test_policy.h"

namespace policy::test {

inline Decision judge(const StanzaFacts& facts) {
  static const Policy policy = make(full());
  return decide(policy, facts);
}

inline std::vector<StanzaFacts> one_of_each(guard::Lane lane) {
  return {chat(lane, label("UNCLASSIFIED")),
          receipt(lane),
          subject_change(lane),
          presence(lane),
          presence(lane, StanzaType::kUnavailable),
          presence(lane, StanzaType::kSubscribe),
          ping(lane),
          ping(lane, StanzaType::kResult),
          stanza(lane, StanzaKind::kIq, StanzaType::kError),
          stanza(lane, StanzaKind::kMessage, StanzaType::kError),
          stanza(lane, StanzaKind::kPresence, StanzaType::kError)};
}

inline void expect_refused(const Decision& decision, Reason reason) {
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(to_string(decision.reason), to_string(reason));
  EXPECT_TRUE(decision.kept == Kept{});
}

}  // namespace policy::test
