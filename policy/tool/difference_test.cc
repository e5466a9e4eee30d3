// What diff says of changes to the sample policies, and that explain takes its examples.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "policy/analysis/invariant_notes.h"
#include "policy/analysis/prove.h"
#include "policy/tool/loading.h"
#include "policy/tool/output.h"
#include "policy/tool/stanza_text.h"
#include "schemas/xerces_platform.h"

namespace policy::tool {
namespace {

using Lines = std::vector<std::string>;

class Changes : public ::testing::Test {
 protected:
  using Change = std::pair<std::string, std::string>;

  // A sample policy, with each first text replaced by the second; also in the files that it names.
  static Policy sample(const std::string& name, const std::vector<Change>& changes = {},
                       const Change& in_files = {}) {
    const auto edit = [&](std::string& text) {
      for (const auto& [from, to] : changes) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
      }
    };
    return edited(name, edit, in_files);
  }

  static Policy without_invariants(const std::string& name) {
    return edited(name, [](std::string& text) {
      const std::size_t begin = text.find("<invariants>");
      text.erase(begin, text.find("</policy>") - begin);
    });
  }

 private:
  static Policy edited(const std::string& name, const std::function<void(std::string&)>& edit,
                       const Change& in_files = {}) {
    const std::string folder = GUARD_SOURCE_DIR "/deploy/examples/" + name + "/";
    auto text = read_text(folder + "policy.xml");
    EXPECT_TRUE(text);
    edit(text->text);
    const auto beside = [&](std::string_view file) {
      auto read = read_text(folder + std::string(file));
      const std::size_t at = read ? read->text.find(in_files.first) : std::string::npos;
      if (at != std::string::npos) read->text.replace(at, in_files.first.size(), in_files.second);
      return read;
    };
    auto loaded = load(*text, beside, beside, beside);
    EXPECT_TRUE(loaded) << loaded.error().front().to_string();
    return *loaded;
  }

  const schemas::XercesPlatform platform_;
};

bool says(const Lines& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

// From a peer that is a guard, with its count of hops: else the guard would refuse the example.
TEST_F(Changes, AnExampleFromAGuardIsTakenByExplain) {
  const Policy before = sample("chain");
  const Policy after = sample("chain", {{"from-users=\"watch\" to-users=\"duty\"", ""}});
  const Difference found = difference(before, after);
  ASSERT_FALSE(found.regions.empty());
  const Region& region = found.regions.front();
  const std::string stanza = write_stanza(after, region.example);
  EXPECT_TRUE(stanza.ends_with("<hops n=\"1\" xmlns=\"urn:xmpp-guard:hops:1\"/></message>"))
      << stanza;
  EXPECT_NE(difference_text(before, after, found).find(stanza), std::string::npos);
  const auto read = read_stanza(after, region.peer[1], stanza, region.example.at);
  ASSERT_TRUE(read) << read.error();
  EXPECT_TRUE(read->forwarded) << read->reason;
  EXPECT_TRUE(read->judged);
  EXPECT_TRUE(explain(after, read->facts).decision.allowed());
  // What the filter counts is without it.
  EXPECT_EQ(read->facts.octets,
            stanza.size() - std::string("<hops n=\"1\" xmlns=\"urn:xmpp-guard:hops:1\"/>").size());
  EXPECT_TRUE(read->facts.elements.empty());
}

TEST_F(Changes, OnlyAGuardSendsHops) {
  const Policy before = sample("chain");
  const Policy after = sample("chain", {{"to-users=\"duty\"", ""}, {" guard=\"yes\"", ""}});
  const Difference found = difference(before, after);
  ASSERT_FALSE(found.regions.empty());
  const Region& region = found.regions.front();
  const std::string stanza = write_stanza(after, region.example);
  EXPECT_EQ(stanza.find("hops"), std::string::npos);
  EXPECT_TRUE(read_stanza(after, region.peer[1], stanza, region.example.at)->forwarded);
  // A guard that says no count is refused.
  const auto refused = read_stanza(before, region.peer[0], stanza, region.example.at);
  EXPECT_EQ(refused->reason, "hops-missing");
}

TEST_F(Changes, AnotherDefaultLabelIsNamed) {
  const Policy before = sample("chain");
  const Policy after =
      sample("chain", {{"<default-label label=\"internal\"/>", "<default-label label=\"open\"/>"}});
  const Difference found = difference(before, after);
  EXPECT_EQ(found.verdict, Comparison::kIncomparable);
  const auto region = std::ranges::find_if(found.regions, [](const Region& each) {
    return each.verdict[0].starts_with("allowed") && each.verdict[1].starts_with("allowed");
  });
  ASSERT_NE(region, found.regions.end());
  EXPECT_EQ(region->verdict[0], "allowed by rule \"down-chat\", leaves as EXAMPLE RESTRICTED");
  EXPECT_EQ(region->verdict[1], "allowed by rule \"down-chat\", leaves as EXAMPLE UNCLASSIFIED");
  // Where it could not cross before, the label that it leaves with now is named, too.
  const auto newly = std::ranges::find(found.regions, Comparison::kMorePermissive, &Region::change);
  ASSERT_NE(newly, found.regions.end());
  EXPECT_EQ(newly->verdict[0], "refused: receiver-clearance");
  EXPECT_EQ(newly->verdict[1], "allowed by rule \"down-chat\", leaves as EXAMPLE UNCLASSIFIED");
  EXPECT_NE(difference_json(before, after, found).find("leaves as EXAMPLE UNCLASSIFIED"),
            std::string::npos);
}

// What is stripped now left with the label that it came with: one region for all labels.
TEST_F(Changes, AStrippedLabelIsItsOwn) {
  const Difference found =
      difference(sample("pair"), sample("pair", {{"<peer name=\"low-server\" side=\"low\"",
                                                  "<peer name=\"low-server\" side=\"low\" "
                                                  "labels=\"strip\""}}));
  ASSERT_FALSE(found.regions.empty());
  EXPECT_TRUE(found.regions[0].verdict[0].ends_with(", leaves with its label"));
  EXPECT_TRUE(found.regions[0].verdict[1].ends_with(", leaves without a label"));
}

TEST_F(Changes, InvariantsThatAreGoneNewOrDifferent) {
  const Policy before = sample("star");
  const Policy after = without_invariants("star");
  const Difference found = difference(before, after);
  EXPECT_EQ(found.verdict, Comparison::kEquivalent);
  ASSERT_EQ(found.others.size(), before.content().invariants.size());
  EXPECT_TRUE(says(found.others,
                   "invariant \"guests-restricted\" is gone: nothing above RESTRICTED reaches "
                   "charlie"));
  EXPECT_TRUE(difference_text(before, after, found)
                  .starts_with("equivalent in what crosses; other things have changed\n"));
  EXPECT_TRUE(says(difference(after, before).others,
                   "invariant \"guests-restricted\" is new: nothing above RESTRICTED reaches "
                   "charlie"));
  const Policy wider = sample(
      "star", {{"classification=\"RESTRICTED\" to-peers", "classification=\"SECRET\" to-peers"}});
  EXPECT_EQ(difference(before, wider).others,
            Lines{"invariant \"guests-restricted\": nothing above RESTRICTED reaches charlie "
                  "before, nothing above SECRET reaches charlie after"});
}

TEST_F(Changes, WhatIsDemandedOfConnections) {
  const std::string demanded =
      "<domain name=\"rooms.hq.example\"/>\n    <connection authentication=\"external\" "
      "tls=\"1.3\"";
  const std::string pin(64, 'a');
  const Policy before = sample("star");
  const Policy after = sample(
      "star", {{demanded + "/>",
                "<domain name=\"rooms.hq.example\"/>\n    <connection authentication=\"external\" "
                "tls=\"1.2\" guard=\"yes\" wildcard-certificates=\"yes\"><pin sha256=\"" +
                    pin + "\"/></connection>"}});
  EXPECT_EQ(difference(before, after).others,
            (Lines{"connections of headquarters: tls: 1.3 before, 1.2 after",
                   "connections of headquarters: wildcard-certificates: no before, yes after",
                   "connections of headquarters: guard: no before, yes after",
                   "connections of headquarters: streams: own before, both-ways after",
                   "connections of headquarters: the pin " + pin + " is new"}));
  EXPECT_EQ(difference(after, before).others.back(),
            "connections of headquarters: any key will do");
  const Policy dialback =
      sample("pair", {{"authentication=\"external\"", "authentication=\"either\""}});
  EXPECT_EQ(difference(sample("pair"), dialback).others,
            Lines{"connections of high-server: authentication: external before, either after"});
  const Policy shared = sample("pair", {{"tls=\"1.2\"", "tls=\"1.2\" streams=\"shared\""}});
  EXPECT_EQ(difference(sample("pair"), shared).others,
            Lines{"connections of high-server: streams: own before, shared after"});
  // What is the default is no change.
  const Policy own = sample("pair", {{"tls=\"1.2\"", "tls=\"1.2\" streams=\"own\""}});
  EXPECT_EQ(difference(sample("pair"), own).others, Lines{});
}

// A classification beside the bound is not above it; who trusts the name of the bound is told.
TEST_F(Changes, NotesOnInvariants) {
  const auto notes = [](const Policy& policy) {
    std::vector<std::string> found;
    for (const Finding& finding : lint(policy)) {
      if (finding.kind == "equal-hierarchy" || finding.kind == "idle-invariant") {
        EXPECT_TRUE(finding.note);
        found.push_back(finding.what);
      }
    }
    return found;
  };
  EXPECT_TRUE(notes(sample("star")).empty());
  const std::string bound =
      "<nothing-reaches id=\"x\" reason=\"r\" domain=\"nowhere.example\" from-side=\"high\"/>"
      "<nothing-reaches id=\"y\" reason=\"r\" domain=\"below.alpha.example\" from-peers=\"alpha\"/>"
      "<nothing-reaches id=\"z\" reason=\"r\" domain=\"gone\" match=\"subdomains\" "
      "from-side=\"low\"/>";
  EXPECT_EQ(notes(sample("star", {{"<invariants>", "<invariants>" + bound}})),
            (Lines{"invariant \"x\": no peer that they could reach claims nowhere.example",
                   "invariant \"y\": no peer that they could reach claims below.alpha.example",
                   "invariant \"z\": no peer that they could reach claims gone, nor a domain below "
                   "it"}));
  // Of a domain that is claimed, by itself or with those above it, there is nothing to note.
  EXPECT_TRUE(
      invariant_notes(sample("star"), {.id = "i",
                                       .reason = "r",
                                       .what = NothingReaches{.from_peers = {0},
                                                              .domain = "deep.alpha.example",
                                                              .subdomains = false}})
          .empty());
  EXPECT_TRUE(invariant_notes(sample("star"), {.id = "i",
                                               .reason = "r",
                                               .what = NothingReaches{.from_peers = {1},
                                                                      .domain = "example",
                                                                      .subdomains = true}})
                  .empty());
  const Policy flat = sample("star", {},
                             {"name=\"CONFIDENTIAL\" lacv=\"3\" hierarchy=\"3\"",
                              "name=\"CONFIDENTIAL\" lacv=\"3\" hierarchy=\"2\""});
  EXPECT_EQ(notes(flat).back(),
            "invariant \"guests-restricted\": CONFIDENTIAL may cross, too: in the SPIF's hierarchy "
            "not above RESTRICTED but beside it");
}

// A rule that does not match is neither for nor against.
TEST_F(Changes, ARuleThatDoesNotMatchIsNotOk) {
  const Policy policy = sample("star");
  const auto read = read_stanza(policy, 0,
                                "<iq from=\"a@hq.example\" to=\"b@alpha.example\" id=\"1\" "
                                "type=\"set\"><ping xmlns=\"urn:xmpp:ping\"/></iq>",
                                {.microseconds = 1'790'000'000'000'000});
  ASSERT_TRUE(read) << read.error();
  const std::string text = explanation_text(explain(policy, read->facts));
  EXPECT_NE(text.find("  --  rule \"down-ping\""), std::string::npos) << text;
  EXPECT_EQ(text.find("  ok  rule"), std::string::npos) << text;
}

TEST_F(Changes, AMatrixOfOnePeerAndOfWhatCrosses) {
  const Policy policy = sample("star");
  const Matrix all = matrix(policy);
  const Matrix some = matrix(policy, {.to_peer = 3, .allowed_only = true});
  EXPECT_FALSE(some.rows.empty());
  EXPECT_LT(some.rows.size(), all.rows.size());
  for (const MatrixRow& row : some.rows) {
    EXPECT_EQ(row.receiver, "charlie");
    EXPECT_TRUE(row.allowed);
  }
  for (const MatrixRow& row : matrix(policy, {.from_peer = 1}).rows) EXPECT_EQ(row.sender, "alpha");
  const Matrix between = matrix(policy, {.from_peer = 1, .to_peer = 2});
  EXPECT_FALSE(between.rows.empty());
  for (const MatrixRow& row : between.rows) EXPECT_EQ(row.lane, guard::Lane::kLowToLow);
  EXPECT_TRUE(matrix(policy, {.from_peer = 1, .to_peer = 1}).rows.empty());
}

// A label that is long moves the columns behind it in all rows.
TEST_F(Changes, TheColumnsOfAMatrixAreAligned) {
  MatrixRow row;
  row.types = "chat";
  row.label = "SHORT";
  row.rule = "first";
  Matrix matrix{.rows = {row}, .merged = {}};
  row.label = std::string(60, 'L');
  row.types = std::string(50, 't');
  row.rule = "second";
  matrix.rows.push_back(row);
  const std::string text = matrix_text(matrix);
  const auto column = [&](const std::string& word) {
    const std::size_t at = text.find(word);
    return at - text.rfind('\n', at);
  };
  EXPECT_EQ(column("first"), column("second")) << text;
  EXPECT_EQ(column("SHORT"), column("LLLL")) << text;
}

}  // namespace
}  // namespace policy::tool
