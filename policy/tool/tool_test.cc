// What the tool says of whole policies.
#include <gtest/gtest.h>

#include <array>

#include "guard/base/hex.h"
#include "policy/analysis/prove.h"
#include "policy/tool/loading.h"
#include "policy/tool/map.h"
#include "policy/tool/output.h"
#include "policy/tool/report.h"
#include "policy/tool/stanza_text.h"
#include "policy/words.h"
#include "schemas/xerces_platform.h"

namespace policy::tool {
namespace {

const std::string kExamples = GUARD_SOURCE_DIR "/deploy/examples/";

class Tool : public ::testing::Test {
 protected:
  static Policy example(const std::string& name) {
    auto loaded = load_file(kExamples + name + "/policy.xml");
    EXPECT_TRUE(loaded) << loaded.error().front().to_string();
    return *loaded;
  }

  // The pair example with one text in place of another.
  static Policy changed(const std::string& from, const std::string& to) {
    auto text = read_text(kExamples + "pair/policy.xml");
    EXPECT_TRUE(text);
    const std::size_t at = text->text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text->text.replace(at, from.size(), to);
    auto loaded = load(*text, [](std::string_view name) {
      return read_text(kExamples + "pair/" + std::string(name));
    });
    EXPECT_TRUE(loaded) << loaded.error().front().to_string();
    return *loaded;
  }

  const schemas::XercesPlatform platform_;
};

// Both policies say of the example of each region what the region says of them, when it is read
// from its text as `explain` reads it.
void expect_explained(const Policy& before, const Policy& after, const Difference& found) {
  for (const Region& region : found.regions) {
    const std::string stanza =
        write_stanza(region.change == Comparison::kMorePermissive ? after : before, region.example);
    const std::array<const Policy*, 2> policies = {&before, &after};
    std::array<bool, 2> allowed{};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto read = read_stanza(*policies[i], region.peer[i], stanza, region.example.at);
      ASSERT_TRUE(read) << stanza << read.error();
      EXPECT_TRUE(read->judged) << stanza;
      const Explanation explanation = explain(*policies[i], read->facts);
      allowed[i] = explanation.decision.allowed();
      EXPECT_EQ(allowed[i], region.verdict[i].starts_with("allowed")) << stanza;
      EXPECT_EQ(read->forwarded, allowed[i]) << stanza << read->reason;
      EXPECT_EQ(explanation.steps.back().passed, allowed[i]);
    }
    EXPECT_TRUE(region.change != Comparison::kStricter || allowed[0]);
    EXPECT_TRUE(region.change != Comparison::kMorePermissive || allowed[1]);
  }
}

TEST_F(Tool, APolicyIsEquivalentToItself) {
  for (const char* name : {"pair", "star", "chain", "chat"}) {
    const Policy policy = example(name);
    const Difference found = difference(policy, policy);
    EXPECT_EQ(found.verdict, Comparison::kEquivalent) << name;
    EXPECT_TRUE(found.regions.empty()) << name;
    EXPECT_TRUE(found.others.empty()) << name;
  }
}

TEST_F(Tool, WhatIsWrittenOtherwiseIsEquivalent) {
  const Policy before = example("pair");
  const Policy after = changed(
      "<classification name=\"UNCLASSIFIED\"/>\n      <classification name=\"RESTRICTED\"/>",
      "<classifications from=\"UNCLASSIFIED\" to=\"RESTRICTED\"/>");
  EXPECT_EQ(difference(before, after).verdict, Comparison::kEquivalent);
  const Policy renamed = changed("id=\"down-chat\"", "id=\"other\"");
  EXPECT_EQ(difference(before, renamed).verdict, Comparison::kEquivalent);
}

TEST_F(Tool, Differences) {
  const Policy before = example("pair");
  struct Change {
    const char* from;
    const char* to;
    Comparison verdict;
  };
  const Change changes[] = {
      {"<classification name=\"RESTRICTED\"/>", "", Comparison::kStricter},
      {"<classification name=\"RESTRICTED\"/>",
       "<classifications from=\"RESTRICTED\" to=\"CONFIDENTIAL\"/>", Comparison::kMorePermissive},
      {"<classification name=\"RESTRICTED\"/>", "<classification name=\"SECRET\"/>",
       Comparison::kIncomparable},
      {"parts=\"body subject thread\"", "parts=\"body subject\"", Comparison::kStricter},
      {"types=\"chat normal groupchat\"", "types=\"chat normal\"", Comparison::kStricter},
      {"parts=\"show priority\"", "parts=\"show priority status\"", Comparison::kMorePermissive},
      {"<iq types=\"get\"", "<iq types=\"get set\"", Comparison::kMorePermissive},
      {"thread\" others=\"strip\"", "thread\" others=\"strip\" max-octets=\"2000\"",
       Comparison::kStricter},
      {"thread\" others=\"strip\"", "thread\" others=\"strip\" max-body-octets=\"2000\"",
       Comparison::kStricter},
      {"reason=\"Staff talk to partners, under labels.\"", "reason=\"r\" from-users=\"ann\"",
       Comparison::kStricter},
      {"<peer name=\"low-server\" side=\"low\"",
       "<peer name=\"low-server\" side=\"low\" "
       "labels=\"strip\"",
       Comparison::kIncomparable},
      {"<domain name=\"low.example\"/>",
       "<blocked reason=\"r\" from=\"2026-01-01\" until=\"2026-01-02\"/>"
       "<domain name=\"low.example\"/>",
       Comparison::kStricter},
      {"<domain name=\"low.example\"/>", "<domain name=\"low.example\" match=\"subdomains\"/>",
       Comparison::kMorePermissive},
      {"<domain name=\"low.example\"/>",
       "<domain name=\"low.example\"><clearance for=\"receive\">"
       "<classification name=\"UNCLASSIFIED\"/></clearance></domain>",
       Comparison::kStricter},
  };
  for (const Change& change : changes) {
    const Policy after = changed(change.from, change.to);
    const Difference found = difference(before, after);
    EXPECT_EQ(to_string(found.verdict), to_string(change.verdict)) << change.to;
    EXPECT_FALSE(found.regions.empty()) << change.to;
    expect_explained(before, after, found);
    // The other way round it is the opposite.
    const Comparison opposite =
        change.verdict == Comparison::kStricter         ? Comparison::kMorePermissive
        : change.verdict == Comparison::kMorePermissive ? Comparison::kStricter
                                                        : change.verdict;
    EXPECT_EQ(to_string(difference(after, before).verdict), to_string(opposite)) << change.to;
  }
}

TEST_F(Tool, OtherChangesAreSaidAndLetNothingElseCross) {
  const Difference found =
      difference(example("pair"), changed("stanza-bytes=\"65536\"", "stanza-bytes=\"65537\""));
  EXPECT_EQ(found.verdict, Comparison::kEquivalent);
  EXPECT_EQ(found.others,
            (std::vector<std::string>{"limit stanza-bytes: 65536 before, 65537 after"}));
  EXPECT_EQ(difference(example("pair"), changed("tls=\"1.2\"", "tls=\"1.3\"")).others.size(), 1U);
  const Policy limited = changed(
      "tls=\"1.2\"/>", "tls=\"1.2\"/><limits stanza-bytes=\"20000\" stanzas-per-second=\"50\"/>");
  EXPECT_NE(
      show(limited).find("sends stanzas of at most 20000 octets\n    sends at most 50 stanzas "
                         "each second, 50 at once"),
      std::string::npos);
  const Difference limits = difference(example("pair"), limited);
  EXPECT_EQ(limits.verdict, Comparison::kEquivalent);
  EXPECT_EQ(
      limits.others,
      (std::vector<std::string>{
          "limits of high-server: none of its own before, stanzas of at most 20000 octets; at "
          "most 50 stanzas each second, 50 at once after"}));
}

std::vector<std::string> kinds(const Policy& policy) {
  std::vector<std::string> found;
  for (const Finding& finding : lint(policy)) {
    found.push_back((finding.note ? "note:" : "") + finding.kind);
  }
  return found;
}

// Each kind of finding: policy/analysis/lint_test.cc.
TEST_F(Tool, FindingsOfTheExample) {
  EXPECT_EQ(kinds(example("pair")), std::vector<std::string>{"note:redundant-rule"});
}

TEST_F(Tool, AnExplanationNamesTheFirstThatFailedAndTheNearestRule) {
  const Policy policy = changed("thread\" others=\"strip\"", "thread\" max-octets=\"10\"");
  const auto read = read_stanza(
      policy, 0,
      "<message from='ann@high.example/d' to='bob@low.example' type='chat'><body>hello</body>"
      "</message>",
      {.microseconds = 1});
  ASSERT_TRUE(read);
  EXPECT_NE(explanation_text(explain(policy, read->facts)).find("NO  has it a label?"),
            std::string::npos);
  StanzaFacts facts = read->facts;
  facts.label.present = true;
  facts.label.label = policy.content().labels.front().label;
  const Explanation explanation = explain(policy, facts);
  EXPECT_EQ(explanation.decision.reason, Reason::kTooLong);
  EXPECT_NE(explanation.nearest.find("down-chat"), std::string::npos);
  facts.to.domain = "nowhere.example";
  EXPECT_FALSE(explain(policy, facts).steps[1].passed);
  EXPECT_FALSE(read_stanza(policy, 0, "no stanza", {}));
  EXPECT_FALSE(read_stanza(policy, 0, "<message/>", {}));
}

// Each sample says what it says it is for, and its report is whole.
TEST_F(Tool, TheSamplesAreProvenAndReported) {
  for (const char* name : {"pair", "star", "chain", "chat"}) {
    const Policy policy = example(name);
    for (const Invariant& invariant : policy.content().invariants) {
      EXPECT_FALSE(refutation(policy, invariant)) << name << " " << invariant.id;
    }
    for (const Finding& finding : lint(policy)) {
      EXPECT_TRUE(finding.note) << finding_text(name, finding);
    }
    const std::string page = report({.file = "policy.xml",
                                     .policy = &policy,
                                     .against = &policy,
                                     .made = {.microseconds = 1'800'000'000'000'000}});
    for (const char* part : {"<svg", "What may cross", "Invariants", "Findings", "equivalent",
                             "Signatures", "</html>"}) {
      EXPECT_NE(page.find(part), std::string::npos) << name << " " << part;
    }
    // What a browser repeats at the foot of every printed page.
    EXPECT_NE(page.find("<tfoot><tr><td>policy digest " + guard::to_hex(policy.digest())),
              std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("http-equiv"), std::string::npos);
    EXPECT_EQ(page.find(" src="), std::string::npos);
    EXPECT_EQ(page.find("url(http"), std::string::npos);
    EXPECT_FALSE(matrix_csv(matrix(policy)).empty());
  }
}

// From each nation to each other, on the side where they are; nothing of that kind where there are
// no rules for it.
TEST_F(Tool, TheMapShowsWhatPassesWithinASide) {
  const auto arrows = [](const Policy& policy, std::string_view begins) {
    const std::string map = map_svg(policy);
    int found = 0;
    for (std::size_t at = 0; (at = map.find(begins, at)) != std::string::npos; ++at) ++found;
    return found;
  };
  EXPECT_EQ(arrows(example("star"), "<path d=\"M490 "), 6);
  EXPECT_EQ(arrows(example("star"), "<path d=\"M230 "), 0);
  EXPECT_EQ(arrows(example("star"), "<line x1=\"230\""), 3);
  EXPECT_EQ(arrows(example("pair"), "<path d=\"M490 "), 0);
}

// The files that are printed from a policy hold nothing of it as markup.
TEST_F(Tool, ReportsEscapeWhatThePolicySays) {
  const Policy policy =
      changed("Headquarters: the chat server", "&lt;script&gt;alert(1)&lt;/script&gt;");
  const std::string page =
      report({.file = "<b>", .policy = &policy, .against = nullptr, .made = {}});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<b>"), std::string::npos);
}

}  // namespace
}  // namespace policy::tool
