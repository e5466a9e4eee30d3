// What the analysis says of labels that are translated.
#include <gtest/gtest.h>

#include "policy/analysis/difference.h"
#include "policy/analysis/explain.h"
#include "policy/analysis/label_class.h"
#include "policy/analysis/lint.h"
#include "policy/analysis/matrix.h"
#include "policy/analysis/prove.h"
#include "policy/analysis/translation_table.h"
#include "policy/translation_bed.h"
#include "policy/words.h"

namespace policy::test {
namespace {

std::string kinds(const Policy& policy) {
  std::string text;
  for (const Finding& finding : lint(policy)) {
    if (finding.kind.find("translat") == std::string::npos &&
        finding.kind.find("peer-policy") == std::string::npos) {
      continue;
    }
    text += finding.kind + (finding.note ? " (note)" : "") + ": " + finding.what + "\n";
  }
  return text;
}

TEST(TranslationTable, SaysWhatBecomesOfEachPart) {
  EXPECT_EQ(table_words(translation_table(own_policy(), security_policy()), " "),
            " GREEN becomes UNCLASSIFIED\n AMBER becomes RESTRICTED\n RED becomes CONFIDENTIAL\n"
            " HOME of Area becomes ALPHA of Releasable to\n"
            " left out: NOISE of Area\n"
            " no equivalent, so refused: BLACK, LOCAL of Area\n");
  EXPECT_EQ(table_words(translation_table(security_policy(), own_policy()), ""),
            "UNCLASSIFIED becomes GREEN\nRESTRICTED becomes AMBER\nCONFIDENTIAL becomes RED\n"
            "ALPHA of Releasable to becomes HOME of Area\n"
            "no equivalent, so refused: SECRET, CRYPTO of Caveats, EYES ONLY of Caveats, "
            "BRAVO of Releasable to\n");
  EXPECT_TRUE(translation_table(own_policy(), security_policy()).possible);
  EXPECT_FALSE(translation_table(security_policy(), security_policy("2.999.3")).possible);
}

TEST(TranslationLint, LabelActionsThatCannotWork) {
  PolicyContent content = translating();
  content.peers[kLow].receive = clearance({"UNCLASSIFIED", "CONFIDENTIAL"}, {nation("ALPHA")});
  EXPECT_EQ(kinds(make(content)), "");
  content.peers[kLow].receive = up_to_secret();
  EXPECT_EQ(kinds(make(content)),
            "partial-translation: peer \"low\" may receive SECRET, which has no equivalent in OWN: "
            "what is labelled so never reaches it\n");
  content.peers[kLow].receive = clearance({"SECRET"});
  EXPECT_EQ(kinds(make(content)),
            "no-translation: nothing that peer \"low\" may receive has an equivalent in OWN: no "
            "labelled message reaches it\n");
  content.peers[kLow].receive = clearance({"UNCLASSIFIED"}, {nation("BRAVO")});
  EXPECT_EQ(kinds(make(content)),
            "untranslated-values (note): peer \"low\" may receive BRAVO of Releasable to, with no "
            "equivalent in OWN: labels with any of them never reach it\n");
  content.peers[kLow].labels = Labels::kKeep;
  EXPECT_EQ(kinds(make(content)), "");
  content.peers[kLow].send = clearance({"SECRET"});
  EXPECT_EQ(kinds(make(content)),
            "no-translation: no label under OWN that comes from peer \"low\" can become one under "
            "EXAMPLE that it may send\n");
  content.peers[kLow].label_policy.reset();
  EXPECT_EQ(kinds(make(content)),
            "unused-peer-policy: no peer labels under the peer policy \"own\"\n");
}

TEST(TranslationMatrix, SaysWithWhichLabelItLeaves) {
  std::string down;
  std::string refused;
  for (const MatrixRow& row : matrix(make(translating()), {.lane = kHighToLow}).rows) {
    if (row.about != StanzaClass::kMessage) continue;
    if (row.label == "EXAMPLE RESTRICTED" && row.allowed) down = row.done;
    if (row.label == "EXAMPLE SECRET") refused = to_string(row.reason);
  }
  EXPECT_TRUE(down.ends_with("; leaves as OWN AMBER")) << down;
  EXPECT_EQ(refused, "receiver-translation");
}

// ALPHA has an equivalent and BRAVO has none: no cell may stand for both, whoever holds them.
TEST(TranslationMatrix, ValuesWithAndWithoutAnEquivalentAreToldApart) {
  PolicyContent content = translating(Labels::kKeep);
  for (Peer& peer : content.peers) {
    peer.send = up_to_secret();
    peer.receive = up_to_secret();
  }
  const auto count = [](const PolicyContent& made) {
    const Policy policy = make(made);
    const std::array<const Policy*, 1> one = {&policy};
    return label_classes(one).size();
  };
  EXPECT_EQ(count(content), 4U * 3U);
  content.peers[kLow].labels = Labels::kTranslate;
  EXPECT_EQ(count(content), 4U * 5U);  // ALPHA, BRAVO, both
}

// Domains of peers that are alike but for what becomes of their labels are not one class.
TEST(TranslationMatrix, PeersWithOtherLabelActionsAreToldApart) {
  PolicyContent content = translating(Labels::kKeep);
  content.directions = {};
  content.peers[kOther].send = content.peers[kLow].send;
  content.peers[kOther].receive = content.peers[kLow].receive;
  const auto count = [](const PolicyContent& made) {
    const Policy policy = make(made);
    const std::array<const Policy*, 1> one = {&policy};
    return domain_classes(one, guard::Side::kLow).size();
  };
  EXPECT_EQ(count(content), 2U);
  content.peers[kOther].label_policy = 0;
  EXPECT_EQ(count(content), 1U);
  content.peers[kOther].labels = Labels::kTranslate;
  EXPECT_EQ(count(content), 2U);
}

TEST(TranslationShow, SaysEveryLabelAction) {
  PolicyContent content = translating();
  content.peers[kHigh].default_label = kOpen;
  const std::string text = show(make(content));
  for (const char* line :
       {"  labels that leave are written anew: marking regenerated, equivalent labels dropped\n",
        "  peer policy \"own\" is OWN (own.xml)\n",
        "    messages without a label: refused, a label is required\n",
        "    messages without a label: judged as the default label EXAMPLE UNCLASSIFIED, and leave "
        "with it\n",
        "    labels that come from there: under EXAMPLE as they are, under OWN translated first\n",
        "    labels that go there: translated into OWN\n",
        "    labels that go there: kept as judged\n",
        "\nLabels translated from OWN into EXAMPLE\n  GREEN becomes UNCLASSIFIED\n",
        "\nLabels translated from EXAMPLE into OWN\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
  const std::string stripped = show(make(translating(Labels::kStrip)));
  EXPECT_NE(stripped.find("    labels that go there: stripped\n"), std::string::npos);
  EXPECT_EQ(stripped.find("from EXAMPLE into OWN"), std::string::npos);
}

TEST(TranslationExplain, SaysWhatALabelIsInTheOtherPolicy) {
  const Policy policy = make(translating());
  const auto step = [&](const StanzaFacts& facts, const std::string& question) {
    for (const Step& each : explain(policy, facts).steps) {
      if (each.question.starts_with(question)) return each.question + " " + each.outcome;
    }
    return std::string("no such step");
  };
  EXPECT_EQ(step(chat(kLowToHigh, own_label("AMBER")), "what is its own label"),
            "what is its own label OWN AMBER in EXAMPLE? EXAMPLE RESTRICTED");
  EXPECT_EQ(step(chat(kLowToHigh, own_label("BLACK")), "what is its own label"),
            "what is its own label OWN BLACK in EXAMPLE? classification-without-equivalent: "
            "classification BLACK of OWN has no equivalent in EXAMPLE");
  EXPECT_EQ(step(chat(kHighToLow, label("SECRET")), "what is the label"),
            "what is the label EXAMPLE SECRET in OWN? classification-without-equivalent: "
            "classification SECRET of EXAMPLE has no equivalent in OWN");
  EXPECT_EQ(step(chat(kHighToLow, label("RESTRICTED")), "what is the label"),
            "what is the label EXAMPLE RESTRICTED in OWN? OWN AMBER");
}

TEST(TranslationDiff, ToTranslateIsAChange) {
  const Policy keep = make(translating(Labels::kKeep));
  const Policy translate = make(translating());
  EXPECT_EQ(difference(keep, keep).verdict, Comparison::kEquivalent);
  EXPECT_EQ(difference(translate, translate).verdict, Comparison::kEquivalent);
  const Difference found = difference(keep, translate);
  EXPECT_EQ(found.verdict, Comparison::kIncomparable);
  std::string words;
  for (const Region& region : found.regions) words += region.verdict[1] + "\n";
  EXPECT_NE(words.find("refused: receiver-translation"), std::string::npos) << words;
  EXPECT_NE(words.find("leaves as OWN AMBER"), std::string::npos) << words;
}

TEST(TranslationDiff, AnotherSpifAndAnotherLabelPolicyAreSaid) {
  PolicyContent content = translating();
  const Policy before = make(content);
  content.peer_policies[0].digest[0] = 1;
  EXPECT_EQ(
      difference(before, make(content)).others,
      (std::vector<std::string>{"the SPIF of OWN has changed, and with it what labels become"}));
  content = translating(Labels::kKeep);
  content.peers[kLow].label_policy.reset();
  EXPECT_EQ(difference(before, make(content)).others,
            (std::vector<std::string>{"peer low labels under another security policy"}));
}

// A proof does not count on it that a label has no translation.
TEST(TranslationProof, ClearancesProveNotTranslations) {
  const NothingAbove what{.classification = "CONFIDENTIAL", .to_peers = {kLow}};
  PolicyContent content = translating();
  const Invariant invariant{.id = "i", .reason = "r", .what = what, .place = {}};
  const auto example = refutation(make(content), invariant);
  ASSERT_TRUE(example);
  EXPECT_EQ(example->decision.reason, Reason::kReceiverTranslation);
  EXPECT_NE(
      in_words(make(content), *example).find("would be allowed, if its label had an equivalent"),
      std::string::npos);
  content.peers[kLow].receive = clearance({"UNCLASSIFIED", "CONFIDENTIAL"});
  EXPECT_FALSE(refutation(make(content), invariant));
}

}  // namespace
}  // namespace policy::test
