// StanzaFacts: what class they are of, and their canonical JSON.
#include <gtest/gtest.h>

#include <algorithm>

#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/stanza_facts.h"
#include "policy/test_policy.h"

namespace policy::test {
namespace {

StanzaFacts rich() {
  StanzaFacts facts = chat(
      kLowToHigh, label("RESTRICTED", {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}}}));
  facts.from.local = "b\xC3\xB6\x62";
  facts.from.resource = "quote \" back \\ \xF0\x9F\x98\x80 \xE2\x80\xAE \n \x7F";
  facts.part(Part::kThread) = {.count = 1, .octets = 36};
  facts.elements = {{.ns = "urn:xmpp:receipts", .name = "request"}, {.ns = "", .name = "x"}};
  facts.more_elements = 2;
  facts.dropped = {"urn:xmpp:hints"};
  facts.label.equivalents = {label("UNCLASSIFIED"), label("SECRET")};
  return facts;
}

TEST(StanzaClass, OfEveryKindAndType) {
  EXPECT_EQ(class_of(chat(kHighToLow)), StanzaClass::kMessage);
  EXPECT_EQ(class_of(receipt(kHighToLow)), StanzaClass::kSignal);
  EXPECT_EQ(class_of(stanza(kHighToLow, StanzaKind::kMessage, StanzaType::kNormal)),
            StanzaClass::kSignal);
  EXPECT_EQ(class_of(subject_change(kHighToLow)), StanzaClass::kSubjectChange);
  EXPECT_EQ(class_of(presence(kHighToLow, StanzaType::kProbe)), StanzaClass::kPresence);
  EXPECT_EQ(class_of(ping(kHighToLow, StanzaType::kSet)), StanzaClass::kRequest);
  EXPECT_EQ(class_of(ping(kHighToLow, StanzaType::kResult)), StanzaClass::kAnswer);
  EXPECT_EQ(class_of(ping(kHighToLow, StanzaType::kError)), StanzaClass::kAnswer);
  EXPECT_EQ(class_of(presence(kHighToLow, StanzaType::kError)), StanzaClass::kError);
  EXPECT_EQ(class_of(stanza(kHighToLow, StanzaKind::kMessage, StanzaType::kError)),
            StanzaClass::kError);
}

TEST(StanzaClass, SubjectChangeIsGroupchatWithSubjectAndNoBody) {
  StanzaFacts facts = subject_change(kHighToLow);
  facts.type = StanzaType::kChat;
  EXPECT_EQ(class_of(facts), StanzaClass::kMessage);
  facts = subject_change(kHighToLow);
  facts.part(Part::kBody).count = 1;
  EXPECT_EQ(class_of(facts), StanzaClass::kMessage);
  facts = subject_change(kHighToLow);
  facts.elements.push_back({.ns = "urn:xmpp:delay", .name = "delay"});
  EXPECT_EQ(class_of(facts), StanzaClass::kSubjectChange);
  facts.elements.push_back({.ns = "urn:example:content", .name = "x"});
  EXPECT_EQ(class_of(facts), StanzaClass::kMessage);
}

TEST(StanzaClass, OnlyKnownElementsAreNoContent) {
  for (const char* ns : {"urn:xmpp:receipts", "http://jabber.org/protocol/chatstates",
                         "urn:xmpp:sid:0", "urn:xmpp:delay"}) {
    StanzaFacts facts = stanza(kHighToLow, StanzaKind::kMessage, StanzaType::kChat);
    facts.elements = {{.ns = ns, .name = "x"}};
    EXPECT_EQ(class_of(facts), StanzaClass::kSignal) << ns;
    facts.elements.push_back({.ns = std::string(ns) + "x", .name = "x"});
    EXPECT_EQ(class_of(facts), StanzaClass::kMessage) << ns;
    facts.elements.pop_back();
    facts.more_elements = 1;
    EXPECT_EQ(class_of(facts), StanzaClass::kMessage) << ns;
  }
}

TEST(FactsJson, Spelling) {
  const Policy policy = make(full());
  EXPECT_EQ(to_json(policy, receipt(kHighToLow)),
            R"({"v":1,"lane":"high-to-low","peer":"high","from":["ann","high.example","desk"],)"
            R"("to":["bob","low.example","tent"],"kind":"message","type":"chat","octets":300,)"
            R"("parts":{},"elements":[["urn:xmpp:receipts","received"]],"more":0,)"
            R"("label":{"present":false}})");
  const std::string json = to_json(policy, rich());
  EXPECT_NE(json.find(R"("more":2,"dropped":["urn:xmpp:hints"],"label")"), std::string::npos);
  EXPECT_NE(json.find(R"(["b\u00f6b","low.example",)"
                      R"("quote \" back \\ \ud83d\ude00 \u202e \u000a \u007f"])"),
            std::string::npos)
      << json;
  EXPECT_TRUE(std::ranges::all_of(json, [](char c) { return c >= 0x20 && c <= 0x7E; }));
}

TEST(FactsJson, ReadBackAndJudgedAgain) {
  const Policy policy = make(full());
  std::vector<StanzaFacts> all = {rich(),
                                  receipt(kHighToLow),
                                  presence(kLowToHigh),
                                  ping(kHighToLow),
                                  chat(kHighToLow, label("SECRET")),
                                  chat(kLowToHigh)};
  for (const LabelFault fault : {LabelFault::kTwice, LabelFault::kStructure, LabelFault::kFormat,
                                 LabelFault::kBase64, LabelFault::kEncoding}) {
    all.push_back(chat(kHighToLow));
    all.back().label = {.present = true,
                        .fault = fault,
                        .fault_detail = "trailing-bytes",
                        .label = std::nullopt,
                        .equivalents = {}};
  }
  for (const StanzaFacts& facts : all) {
    const auto read = from_json(policy, to_json(policy, facts));
    ASSERT_TRUE(read) << read.error() << to_json(policy, facts);
    EXPECT_TRUE(*read == facts) << to_json(policy, facts);
    EXPECT_EQ(decide(policy, *read).reason, decide(policy, facts).reason);
  }
}

TEST(FactsJson, PeersGoByNameFromOnePolicyToAnother) {
  const std::string json = to_json(make(full()), chat(kLowToHigh));
  PolicyContent turned = empty();
  std::swap(turned.peers[0], turned.peers[1]);
  const auto read = from_json(make(turned), json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->peer, 0U);
  turned.peers[0].name = "renamed";
  EXPECT_EQ(from_json(make(turned), json).error(), "the policy has no such peer");
}

// A namespace that is too long to be in any rule is cut, and still matches none.
TEST(FactsJson, LongNamesAreCut) {
  const Policy policy = make(full());
  StanzaFacts facts = chat(kHighToLow);
  facts.elements = {{.ns = std::string(512, 'a'), .name = "x"},
                    {.ns = std::string(200'000, 'a'), .name = std::string(5'000, 'b')}};
  const std::string json = to_json(policy, facts);
  EXPECT_LT(json.size(), 2'000U);
  const auto read = from_json(policy, json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->elements[0].ns.size(), 512U);
  EXPECT_EQ(read->elements[1].ns.size(), 513U);
}

TEST(FactsJson, BadUtf8IsReplaced) {
  const Policy policy = make(full());
  for (const char* bad : {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\x80"}) {
    StanzaFacts facts = chat(kHighToLow);
    facts.from.local = bad;
    const std::string json = to_json(policy, facts);
    EXPECT_NE(json.find("\"\\ufffd"), std::string::npos) << json;
    EXPECT_TRUE(from_json(policy, json));
  }
}

// Every prefix, and every change of one octet, is read as something else or not at all.
TEST(FactsJson, ReadingIsTotalAndCanonical) {
  const Policy policy = make(full());
  const std::string json = to_json(policy, rich());
  ASSERT_TRUE(from_json(policy, json));
  for (std::size_t i = 0; i < json.size(); ++i) {
    EXPECT_FALSE(from_json(policy, json.substr(0, i)));
    for (const char c : {' ', '"', '\\', '0', 'z', '\xFF', '\0'}) {
      std::string changed = json;
      changed[i] = c;
      const auto read = from_json(policy, changed);
      if (read) {
        EXPECT_EQ(to_json(policy, *read), changed);
      }
    }
  }
  EXPECT_FALSE(from_json(policy, json + " "));
  EXPECT_FALSE(from_json(policy, " " + json));
}

TEST(Names, GoBothWays) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_FALSE(to_string(reason).empty());
    EXPECT_EQ(reason_from(to_string(reason)), reason);
  }
  EXPECT_EQ(reason_from("no-such-reason"), std::nullopt);
  for (const Part part : kParts) EXPECT_EQ(part_from(to_string(part)), part);
  EXPECT_EQ(part_from("error"), std::nullopt);
  for (int i = 0; i <= static_cast<int>(StanzaType::kError); ++i) {
    const auto type = static_cast<StanzaType>(i);
    EXPECT_EQ(type_from(to_string(type)), type);
  }
  EXPECT_EQ(type_from(""), std::nullopt);
  for (const StanzaKind kind : {StanzaKind::kMessage, StanzaKind::kPresence, StanzaKind::kIq}) {
    EXPECT_EQ(kind_from(to_string(kind)), kind);
  }
  EXPECT_EQ(kind_from("stream"), std::nullopt);
}

}  // namespace
}  // namespace policy::test
