// The count that guards exchange: its one spelling, and what becomes of stanzas with and without
// it.
#include "guard/filter/hops.h"

#include <gtest/gtest.h>

#include "guard/filter/judge.h"
#include "guard/filter/judge_fixture.h"

namespace guard::filter {
namespace {

using wire::Outcome;

std::string count(std::uint32_t n) {
  return "<hops n=\"" + std::to_string(n) + "\" xmlns=\"urn:xmpp-guard:hops:1\"/>";
}

TEST(Hops, WhatIsAppendedIsTakenOff) {
  for (const std::string stanza :
       {"<message from=\"a\"><body>x</body></message>", "<presence from=\"a\" to=\"b\"></presence>",
        "<iq id=\"1\"><ping xmlns=\"urn:xmpp:ping\"/></iq>"}) {
    std::string with = stanza;
    append_hops(with, kMaxHops);
    EXPECT_LE(with.size(), stanza.size() + kHopsOctets);
    const auto taken = take_hops(with);
    ASSERT_TRUE(taken) << with;
    EXPECT_EQ(taken->rest, stanza);
    EXPECT_EQ(taken->count, kMaxHops);
  }
  std::string empty = "<presence from=\"a\" to=\"b\"/>";
  append_hops(empty, 1);
  EXPECT_EQ(empty, "<presence from=\"a\" to=\"b\">" + count(1) + "</presence>");
}

TEST(Hops, ThereIsOneSpelling) {
  const std::string open = "<message from='a'><body>x</body>";
  const auto taken = [&](const std::string& child) {
    return take_hops(open + child + "</message>");
  };
  EXPECT_TRUE(taken(count(1)));
  EXPECT_TRUE(taken(count(kMaxHops)));
  EXPECT_FALSE(taken(count(0)));
  EXPECT_FALSE(taken(count(kMaxHops + 1)));
  EXPECT_FALSE(taken(count(11)));
  EXPECT_FALSE(taken(""));
  EXPECT_FALSE(taken(count(1) + " "));
  EXPECT_FALSE(taken(count(1) + "<x/>"));
  EXPECT_FALSE(taken("<hops n='1' xmlns='urn:xmpp-guard:hops:1'/>"));
  EXPECT_FALSE(taken("<hops xmlns=\"urn:xmpp-guard:hops:1\" n=\"1\"/>"));
  EXPECT_FALSE(taken("<hops n=\"1\" xmlns=\"urn:xmpp-guard:hops:1\"></hops>"));
  EXPECT_FALSE(take_hops(count(1)));
  EXPECT_FALSE(take_hops(""));
}

// `low` is a guard, and so is `high`.
class HopsTest : public JudgeFixture {
 protected:
  static policy::Policy guards(bool high, bool low) {
    std::string text = test::kPolicy;
    const auto declare = [&text](const std::string& domain) {
      const std::string before = "<domain name=\"" + domain + "\"/>\n    <connection ";
      const std::size_t at = text.find(before);
      EXPECT_NE(at, std::string::npos) << domain;
      text.insert(at + before.size(), "guard=\"yes\" ");
    };
    if (high) declare("high.example");
    if (low) declare("low.example");
    return test::load(text.c_str());
  }
  wire::Judgement judge_by(const policy::Policy& policy, const std::string& stanza) {
    Judge judge(policy, Side::kHigh, {});
    return judge.judge(&context_, {1, 1, stanza});
  }
  std::string said(const std::string& more) {
    return chat("<body>hello</body>" + test::label_element(open_) + more);
  }
  static std::string presence(const std::string& type, const std::string& more) {
    return "<presence from='ann@high.example/desk' to='bob@low.example'" + type + ">" + more +
           "</presence>";
  }
};

TEST_F(HopsTest, TheFirstGuardBeginsTheCountAndTheNextGoesOn) {
  const std::string first = judge_by(guards(false, true), said("")).bytes;
  EXPECT_TRUE(first.ends_with(count(1) + "</message>")) << first;
  for (std::uint32_t n = 1; n < kMaxHops; ++n) {
    const wire::Judgement next = judge_by(guards(true, true), said(count(n)));
    EXPECT_EQ(next.outcome, Outcome::kForward);
    EXPECT_TRUE(next.bytes.ends_with(count(n + 1) + "</message>")) << next.bytes;
    EXPECT_EQ(next.input, Sha256().digest(as_bytes(said(count(n))))) << "as it was received";
  }
}

// It never leaks to a leaf: what leaves is octet for octet what leaves without guards.
TEST_F(HopsTest, AnOrdinaryServerSeesNoCount) {
  const std::string plain = judge(said("")).bytes;
  ASSERT_NE(plain, "");
  EXPECT_EQ(judge_by(guards(true, false), said(count(3))).bytes, plain);
  EXPECT_EQ(judge_by(guards(true, false), said(count(kMaxHops))).bytes, plain)
      << "at the bound the last guard still delivers to a server";
}

TEST_F(HopsTest, OnePastTheBoundIsRefusedWithAReasonOfItsOwnAndTheUniformAnswer) {
  const auto by = guards(true, true);
  const wire::Judgement spent = judge_by(by, said(count(kMaxHops)));
  EXPECT_EQ(spent.outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(spent.finding.reason, "hops-exceeded");
  EXPECT_FALSE(spent.finding.allowed);
  EXPECT_NE(spent.bytes.find("type=\"modify\"><policy-violation "), std::string::npos);
  EXPECT_TRUE(spent.bytes.ends_with(count(1) + "</message>")) << "the near peer is a guard";
}

// A presence that says that somebody has gone is else let through bare, whatever is wrong with it.
TEST_F(HopsTest, NoPresenceRunsInARingForEver) {
  const auto by = guards(true, true);
  const std::string gone = " type='unavailable'";
  EXPECT_EQ(judge_by(by, presence(gone, count(kMaxHops - 1))).outcome, Outcome::kForward);
  const wire::Judgement spent = judge_by(by, presence(gone, count(kMaxHops)));
  EXPECT_EQ(spent.outcome, Outcome::kRefuseSilently);
  EXPECT_EQ(spent.finding.reason, "hops-exceeded");
  const std::string wrong = "<never xmlns='urn:x'/>";
  const wire::Judgement bare = judge_by(by, presence(gone, wrong + count(2)));
  EXPECT_EQ(bare.outcome, Outcome::kForward);
  EXPECT_TRUE(bare.bytes.ends_with(count(3) + "</presence>")) << bare.bytes;
  EXPECT_EQ(judge_by(by, presence(gone, wrong + count(kMaxHops))).outcome,
            Outcome::kRefuseSilently);
}

TEST_F(HopsTest, NoErrorRunsInARingForEver) {
  const std::string open =
      "<message from='ann@high.example/desk' to='bob@low.example' id='m1' type='error'>"
      "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  const auto by = guards(true, true);
  const wire::Judgement next = judge_by(by, open + count(kMaxHops - 1) + "</message>");
  EXPECT_EQ(next.outcome, Outcome::kForward) << next.finding.reason;
  EXPECT_TRUE(next.bytes.ends_with(count(kMaxHops) + "</message>"));
  EXPECT_EQ(judge_by(by, open + count(kMaxHops) + "</message>").finding.reason, "hops-exceeded");
}

TEST_F(HopsTest, AGuardAlwaysSaysIt) {
  const auto by = guards(true, true);
  for (const std::string& more : {std::string(), count(0), count(9),
                                  std::string("<hops n='1' xmlns='urn:xmpp-guard:hops:1'/>")}) {
    const wire::Judgement judgement = judge_by(by, said(more));
    EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply) << more;
    EXPECT_EQ(judgement.finding.reason, "hops-missing") << more;
  }
}

// From everybody else it is what any unknown element is.
TEST_F(HopsTest, OnlyAGuardSaysIt) {
  const wire::Judgement judgement = judge_by(guards(false, true), said(count(1)));
  EXPECT_EQ(judgement.outcome, Outcome::kRefuseWithReply);
  EXPECT_EQ(judgement.finding.reason, "schema");
  EXPECT_EQ(judge_by(guards(true, true), said(count(1) + count(2))).finding.reason, "schema");
}

TEST_F(HopsTest, WhatGoesBackToAGuardHasACountToo) {
  const wire::Judgement judgement = judge_by(guards(true, false), said(count(5)));
  ASSERT_NE(judgement.contingency, "");
  EXPECT_TRUE(judgement.contingency.ends_with(count(1) + "</message>")) << judgement.contingency;
  EXPECT_EQ(judge_by(guards(false, true), said("")).contingency.find("hops"), std::string::npos);
}

// INVARIANT(INVISIBLE): a count that is spent or missing does not show what exists.
TEST_F(HopsTest, INVISIBLE_AHiddenDomainLooksTheSame) {
  const auto to = [&](const std::string& domain) {
    return "<message from='ann@high.example/desk' to='bob@" + domain +
           "' id='m1' type='chat'><body>x</body>" + count(kMaxHops) + "</message>";
  };
  const auto by = guards(true, true);
  const wire::Judgement hidden = judge_by(by, to("hidden.example"));
  const wire::Judgement nowhere = judge_by(by, to("nowhere.example"));
  EXPECT_EQ(hidden.outcome, Outcome::kCloseStream);
  EXPECT_EQ(hidden.condition, nowhere.condition);
  EXPECT_EQ(nowhere.outcome, Outcome::kCloseStream);
}

}  // namespace
}  // namespace guard::filter
