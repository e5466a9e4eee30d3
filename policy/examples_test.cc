// The examples that people read and copy say what they do, and do it.
#include <gtest/gtest.h>

#include <cstdio>

#include "guard/base/hex.h"
#include "policy/decide.h"
#include "policy/test_files.h"
#include "policy/test_policy.h"

namespace policy::test {
namespace {

// The worked example of README.md, and what is said of it there.
TEST(Examples, WorkedExampleOfTheReadme) {
  const std::string readme = contents(GUARD_SOURCE_DIR "/policy/README.md");
  const std::size_t begin = readme.find("```xml\n") + 7;
  const std::string example = readme.substr(begin, readme.find("```", begin) - begin);
  const auto peer = [](const std::string& name, const std::string& side, const std::string& top) {
    return "<peer name='" + name + "' side='" + side + "'><domain name='" + name +
           ".example'/><connection authentication='external' tls='1.2'/><clearance>"
           "<classifications from='UNCLASSIFIED' to='" +
           top + "'/></clearance></peer>";
  };
  const auto loaded = load_text(
      "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
      "<label name='open' classification='UNCLASSIFIED'/>" +
      peer("staff", "high", "SECRET") + peer("partner", "low", "RESTRICTED") +
      peer("friend", "low", "RESTRICTED") + example + "</policy>");
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  const auto judge = [&](StanzaFacts facts, const char* to = "partner.example") {
    facts.from.domain = "staff.example";
    facts.to.domain = to;
    return decide(*loaded, facts);
  };
  StanzaFacts facts = chat(kHighToLow, label("RESTRICTED"));
  facts.elements = {{.ns = "urn:xmpp:receipts", .name = "request"}};
  EXPECT_EQ(judge(facts).rule, "chat");
  EXPECT_EQ(judge(facts).kept.elements.size(), 1U);
  facts.part(Part::kSubject).count = 1;
  EXPECT_TRUE(judge(facts).allowed());
  EXPECT_TRUE(judge(facts).kept.parts == PartSet(Part::kBody));
  facts.part(Part::kBody).octets = 4'000;
  EXPECT_TRUE(judge(facts).allowed());
  facts.part(Part::kBody).octets = 4'001;
  EXPECT_EQ(judge(facts).reason, Reason::kTooLong);
  EXPECT_EQ(judge(facts).rule, "chat");
  facts.part(Part::kBody).octets = 10;
  facts.elements = {{.ns = "http://jabber.org/protocol/muc#user", .name = "x"}};
  EXPECT_EQ(judge(facts).reason, Reason::kRefusedByRule);
  EXPECT_EQ(judge(facts).rule, "no-invitations");
  EXPECT_TRUE(judge(facts, "friend.example").allowed());
  EXPECT_TRUE(judge(facts, "friend.example").kept.elements.empty());
  EXPECT_EQ(judge(chat(kHighToLow, label("SECRET"))).reason, Reason::kReceiverClearance);
  EXPECT_EQ(judge(chat(kHighToLow, label("SECRET"))).rule, "");
  facts = receipt(kHighToLow);
  facts.elements[0].ns = "http://jabber.org/protocol/chatstates";
  EXPECT_EQ(judge(facts).rule, "typing");
  EXPECT_EQ(judge(facts).marking, "EXAMPLE UNCLASSIFIED");
  EXPECT_EQ(judge(presence(kHighToLow)).reason, Reason::kNoRule);
}

// The example that the demo uses.
class PairExample : public ::testing::Test {
 protected:
  PairExample()
      : loaded_(
            load({.name = "policy.xml", .text = contents(kPair + "policy.xml")}, example_spif)) {}

  void SetUp() override { ASSERT_TRUE(loaded_) << loaded_.error().front().to_string(); }

  Decision judge(const StanzaFacts& facts) const { return decide(*loaded_, facts); }

  const schemas::XercesPlatform platform_;
  const std::expected<Policy, std::vector<guard::FileError>> loaded_;
};

TEST_F(PairExample, LabelledChatBothWays) {
  for (const char* name : {"UNCLASSIFIED", "RESTRICTED"}) {
    EXPECT_EQ(judge(chat(kHighToLow, label(name))).rule, "down-chat");
    EXPECT_EQ(judge(chat(kLowToHigh, label(name))).rule, "up-chat");
    EXPECT_TRUE(judge(chat(kHighToLow, label(name))).allowed());
    EXPECT_TRUE(judge(chat(kLowToHigh, label(name))).allowed());
  }
  for (const char* name : {"CONFIDENTIAL", "SECRET"}) {
    EXPECT_EQ(judge(chat(kHighToLow, label(name))).reason, Reason::kReceiverClearance);
    EXPECT_EQ(judge(chat(kLowToHigh, label(name))).reason, Reason::kSenderClearance);
  }
  EXPECT_EQ(judge(chat(kHighToLow)).reason, Reason::kLabelMissing);
  EXPECT_EQ(judge(chat(kLowToHigh)).reason, Reason::kLabelMissing);
}

TEST_F(PairExample, WhatCarriesNoLabel) {
  for (const guard::Lane lane : {kHighToLow, kLowToHigh}) {
    EXPECT_TRUE(judge(receipt(lane)).allowed());
    EXPECT_TRUE(judge(ping(lane)).allowed());
    EXPECT_TRUE(judge(ping(lane, StanzaType::kResult)).allowed());
    for (const StanzaType type :
         {StanzaType::kAvailable, StanzaType::kUnavailable, StanzaType::kSubscribe,
          StanzaType::kSubscribed, StanzaType::kProbe}) {
      EXPECT_TRUE(judge(presence(lane, type)).allowed());
    }
    StanzaFacts roster = ping(lane);
    roster.elements[0].ns = "jabber:iq:roster";
    EXPECT_FALSE(judge(roster).allowed());
    EXPECT_FALSE(judge(ping(lane, StanzaType::kSet)).allowed());
  }
  EXPECT_EQ(judge(subject_change(kHighToLow)).rule, "down-subject");
  EXPECT_FALSE(judge(subject_change(kHighToLow)).allowed());
  EXPECT_TRUE(judge(subject_change(kLowToHigh)).allowed());
  StanzaFacts status = presence(kHighToLow);
  status.part(Part::kStatus).count = 1;
  EXPECT_FALSE(judge(status).kept.parts.has(Part::kStatus));
  status = presence(kLowToHigh);
  status.part(Part::kStatus).count = 1;
  EXPECT_TRUE(judge(status).kept.parts.has(Part::kStatus));
}

// What a room says of its occupants has no label: it is left out on the way down.
TEST_F(PairExample, RoomsAreNotSeenFromBelow) {
  for (const char* ns : {"http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#user"}) {
    StanzaFacts down = presence(kHighToLow);
    down.elements = {{.ns = ns, .name = "x"}};
    EXPECT_TRUE(judge(down).allowed());
    EXPECT_TRUE(judge(down).kept.elements.empty()) << ns;
    StanzaFacts up = presence(kLowToHigh);
    up.elements = down.elements;
    EXPECT_EQ(judge(up).kept.elements.size(), 1U) << ns;
  }
}

// The shell command of policy/README.md gives the same digest.
TEST_F(PairExample, DigestAsTheReadmeSays) {
  const std::string command =
      "cd " + kPair +
      " && { printf 'xmpp-guard policy 1\\n'; for f in policy.xml spif.xml; do "
      "stat -c %s $f; cat $f; done; } | sha256sum";
  FILE* pipe = popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char line[65] = {};
  ASSERT_NE(fgets(line, sizeof line, pipe), nullptr);
  pclose(pipe);
  EXPECT_EQ(std::string(line), guard::to_hex(loaded_->digest()));
}

// A nation with a security policy of its own, and one whose clearance is in a file.
class StarExample : public ::testing::Test {
 protected:
  StarExample()
      : loaded_(
            load({.name = "policy.xml", .text = contents(kStar + "policy.xml")}, beside, beside)) {}

  void SetUp() override { ASSERT_TRUE(loaded_) << loaded_.error().front().to_string(); }

  static std::expected<NamedText, std::string> beside(std::string_view name) {
    return NamedText{.name = std::string(name), .text = contents(kStar + std::string(name))};
  }

  labels::Label named(bool bravo, std::string classification, std::string audience = {}) const {
    const labels::SecurityPolicy& spif =
        bravo ? loaded_->content().peer_policies[0].policy : loaded_->security_policy();
    labels::NamedLabel names{
        .classification = std::move(classification), .privacy_mark = {}, .categories = {}};
    if (!audience.empty()) {
      names.categories.push_back(
          {.tag_set = bravo ? "Audience" : "Releasable to", .tag = "", .values = {audience}});
    }
    const auto made = labels::label_from_names(spif, names);
    EXPECT_TRUE(made) << made.error().what;
    return *made;
  }

  Decision judge(guard::Lane lane, const std::string& nation, labels::Label own) const {
    const std::string hq = "hq.example";
    const bool down = lane == kHighToLow;
    return judge(chat(lane, std::move(own)), down ? hq : nation, down ? nation : hq);
  }

  Decision judge(StanzaFacts facts, const std::string& from, const std::string& to,
                 const char* at = "2026-10-01") const {
    facts.from.domain = from;
    facts.to.domain = to;
    facts.peer = *loaded_->peer_of(near_side(facts.lane), from);
    facts.at = *guard::from_iso8601(at);
    EXPECT_EQ(loaded_->lane_to(facts.peer, to), facts.lane);
    return decide(*loaded_, facts);
  }

  // From nation to nation, through the guard.
  Decision among(const std::string& from, const std::string& to, labels::Label own) const {
    return judge(chat(kLowToLow, std::move(own)), from + ".example", to + ".example");
  }

  static inline const std::string kStar = GUARD_SOURCE_DIR "/deploy/examples/star/";
  const schemas::XercesPlatform platform_;
  const std::expected<Policy, std::vector<guard::FileError>> loaded_;
};

TEST_F(StarExample, BravosLabelsAreTranslatedBothWays) {
  const Decision up = judge(kLowToHigh, "bravo.example", named(true, "HOME CONFIDENTIAL", "HOME"));
  ASSERT_TRUE(up.allowed());
  EXPECT_EQ(*up.leaves_with(), named(false, "CONFIDENTIAL", "BRAVO"));
  EXPECT_EQ(judge(kLowToHigh, "bravo.example", named(true, "HOME CABINET")).reason,
            Reason::kSenderTranslation);
  EXPECT_EQ(judge(kLowToHigh, "alpha.example", named(true, "OPEN")).reason, Reason::kLabelPolicy);
  const Decision down = judge(kHighToLow, "bravo.example", named(false, "RESTRICTED", "BRAVO"));
  ASSERT_TRUE(down.allowed());
  EXPECT_EQ(*down.leaves_with(), named(true, "HOME OFFICE", "HOME"));
  labels::Label both(loaded_->security_policy().id());
  ASSERT_TRUE(both.set_classification(2));
  ASSERT_TRUE(both.add(*labels::Category::make(*labels::Oid::from_dotted("2.999.1.2"),
                                               labels::CategoryKind::kPermissive, {1, 2})));
  EXPECT_EQ(judge(kHighToLow, "bravo.example", both).reason, Reason::kReceiverTranslation);
}

// The file says CONFIDENTIAL, the policy no more than RESTRICTED of it.
TEST_F(StarExample, CharliesClearanceIsThatOfItsFileAndNoMoreThanThePolicySays) {
  EXPECT_TRUE(
      judge(kHighToLow, "charlie.example", named(false, "RESTRICTED", "CHARLIE")).allowed());
  EXPECT_EQ(judge(kHighToLow, "charlie.example", named(false, "CONFIDENTIAL", "CHARLIE")).reason,
            Reason::kReceiverClearance);
  EXPECT_EQ(judge(kHighToLow, "charlie.example", named(false, "RESTRICTED", "ALPHA")).reason,
            Reason::kReceiverClearance);
}

TEST_F(StarExample, NationsTalkToEachOtherUnderLabels) {
  const std::vector<std::string> nations = {"alpha", "bravo", "charlie"};
  for (const std::string& from : nations) {
    for (const std::string& to : nations) {
      if (from == to) continue;
      const Decision open = among(from, to, named(false, "RESTRICTED"));
      EXPECT_EQ(open.rule, "nations-chat") << from << " " << to;
      EXPECT_TRUE(open.allowed()) << from << " " << to;
    }
  }
  // What is released to one nation is not for another: not to read, and not to write.
  EXPECT_EQ(among("alpha", "bravo", named(false, "RESTRICTED", "ALPHA")).reason,
            Reason::kReceiverClearance);
  EXPECT_EQ(among("alpha", "bravo", named(false, "RESTRICTED", "BRAVO")).reason,
            Reason::kSenderClearance);
  EXPECT_EQ(among("alpha", "bravo", named(false, "SECRET")).reason, Reason::kReceiverClearance);
  EXPECT_EQ(among("bravo", "charlie", named(false, "CONFIDENTIAL")).reason,
            Reason::kReceiverClearance);
  // Bravo's labels are translated on their way in and out, as those of headquarters are.
  const Decision home = among("bravo", "alpha", named(true, "HOME CONFIDENTIAL"));
  ASSERT_TRUE(home.allowed());
  EXPECT_EQ(*home.leaves_with(), named(false, "CONFIDENTIAL"));
  const Decision away = among("alpha", "bravo", named(false, "CONFIDENTIAL"));
  ASSERT_TRUE(away.allowed());
  EXPECT_EQ(*away.leaves_with(), named(true, "HOME CONFIDENTIAL"));
  EXPECT_EQ(among("bravo", "alpha", named(true, "HOME CABINET")).reason,
            Reason::kSenderTranslation);
}

TEST_F(StarExample, MoreThanChatIsForMembersAndRoomsForHeadquarters) {
  const auto between = [&](const StanzaFacts& facts, const std::string& from,
                           const std::string& to) {
    return judge(facts, from + ".example", to + ".example");
  };
  for (const StanzaFacts& facts : {presence(kLowToLow), receipt(kLowToLow)}) {
    EXPECT_TRUE(between(facts, "alpha", "bravo").allowed());
    EXPECT_TRUE(between(facts, "bravo", "alpha").allowed());
    EXPECT_EQ(between(facts, "alpha", "charlie").reason, Reason::kNoRule);
    EXPECT_EQ(between(facts, "charlie", "bravo").reason, Reason::kNoRule);
  }
  EXPECT_EQ(between(ping(kLowToLow), "charlie", "alpha").rule, "nations-ping");
  EXPECT_TRUE(between(ping(kLowToLow, StanzaType::kResult), "alpha", "charlie").allowed());
  StanzaFacts room = chat(kLowToLow, named(false, "RESTRICTED"));
  room.type = StanzaType::kGroupchat;
  EXPECT_EQ(between(room, "alpha", "bravo").reason, Reason::kNoRule);
  StanzaFacts disco = ping(kLowToLow);
  disco.elements[0].ns = "http://jabber.org/protocol/disco#info";
  EXPECT_EQ(between(disco, "alpha", "bravo").reason, Reason::kElementNotAllowed);
}

TEST_F(StarExample, AfterTheExerciseItsGuestIsGoneForTheOtherNations) {
  const StanzaFacts facts = chat(kLowToLow, named(false, "RESTRICTED"));
  EXPECT_TRUE(judge(facts, "alpha.example", "charlie.example", "2027-02-28").allowed());
  EXPECT_EQ(judge(facts, "alpha.example", "charlie.example", "2027-03-01").reason,
            Reason::kPeerInactive);
  EXPECT_EQ(judge(facts, "charlie.example", "alpha.example", "2027-03-01").reason,
            Reason::kPeerInactive);
}

// Every SPIF counts for the digest, in the order in which the policy names the files.
TEST_F(StarExample, DigestCoversEveryFile) {
  const std::string policy = contents(kStar + "policy.xml");
  std::vector<std::string> texts;
  for (const char* file : {"../pair/spif.xml", "bravo.xml", "charlie-clearance.xml"}) {
    texts.push_back(contents(kStar + file));
  }
  EXPECT_EQ(loaded_->digest(),
            policy_digest(policy, std::vector<std::string_view>(texts.begin(), texts.end())));
}

}  // namespace
}  // namespace policy::test
