// guard-audit as its users call it: exit statuses, and that looking changes nothing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "audit/log_bed.h"
#include "audit/signing_key.h"
#include "audit/test_key.h"
#include "audit/tool_run.h"

namespace audit {
namespace {
class ToolTest : public testing::Test, public LogBed {
 protected:
  void SetUp() override {
    LogOptions options;
    options.sign_microseconds = 0;
    options.root = *SigningKey::from_pem(kTestKey);
    std::ofstream(scratch() / "root.pem") << to_pem(options.root->public_key());
    std::ofstream(scratch() / "other.pem") << to_pem(SigningKey::generate().public_key());
    auto log = Log::open(folder(), std::move(options));
    std::vector<Record> rows = batch(1, 20);
    rows[4].verdict = Verdict::kRefused;
    rows[4].action = Action::kNone;
    rows[4].reason = "receiver-clearance";
    for (const std::size_t at : {1U, 2U}) {
      rows[at].row_class = Class::kEvent;
      rows[at].action = Action::kNone;
      rows[at].peer = "alpha";
      rows[at].event = at == 1 ? "stream-opened" : "stream-authenticated";
    }
    ASSERT_TRUE((*log)->append(rows).has_value());
    (*log)->roll();
    ASSERT_TRUE((*log)->maintain().has_value());
    ASSERT_TRUE((*log)->append(batch(21, 10)).has_value());
    ASSERT_TRUE((*log)->close().has_value());
    log_ = folder().string();
  }
  std::string log_;
};

TEST_F(ToolTest, WhatAnOfficerDoesInTheMorning) {
  const Done found = run("query " + log_ + " --verdict refused");
  EXPECT_EQ(found.status, 0);
  EXPECT_NE(found.out.find("receiver-clearance"), std::string::npos) << found.out;
  const Done shown = run("show " + log_ + " 5");
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.out.find("Nothing was released"), std::string::npos) << shown.out;
  // Why, in words; and what was there before it.
  EXPECT_NE(shown.out.find("was refused, because its label is not within what the receiving peer"),
            std::string::npos)
      << shown.out;
  const std::size_t opened = shown.out.find("record 2: stream-opened");
  EXPECT_NE(opened, std::string::npos) << shown.out;
  EXPECT_GT(shown.out.find("record 3: stream-authenticated"), opened);
  const Done whole = run("verify " + log_ + " --key " + (scratch() / "root.pem").string());
  EXPECT_EQ(whole.status, 0) << whole.out;
  const std::string proof = (scratch() / "proof").string();
  EXPECT_EQ(run("prove " + log_ + " 5 > " + proof).status, 0);
  const Done checked = run("check-proof " + proof + " --key " + (scratch() / "root.pem").string());
  EXPECT_EQ(checked.status, 0) << checked.out;
  EXPECT_NE(checked.out.find("receiver-clearance"), std::string::npos);
}

TEST_F(ToolTest, StatusesAreYesNoUnreadableAndUsage) {
  const std::string other = (scratch() / "other.pem").string();
  const std::string proof = (scratch() / "proof").string();
  ASSERT_EQ(run("prove " + log_ + " 7 > " + proof).status, 0);
  const std::pair<std::string, int> cases[] = {
      {"query " + log_, 0},
      {"query " + log_ + " --from nobody@nowhere.example", 0},
      {"query /nowhere", 2},
      {"query " + log_ + " --since never", 3},
      {"query " + log_ + " --since ''", 3},
      {"query " + log_ + " --from ''", 3},
      {"query " + log_ + " --text ''", 3},
      {"export " + log_ + " --format csv --to ''", 3},
      {"query", 3},
      {"", 3},
      {"--help", 0},
      {"show " + log_ + " 31", 1},
      {"show " + log_ + " 0", 3},
      {"trace " + log_ + " m7", 0},
      {"trace " + log_ + " nothing", 1},
      {"trace /nowhere m7", 2},
      {"report " + log_, 0},
      {"report " + log_ + " --html", 0},
      {"report /nowhere", 2},
      {"export " + log_ + " --format cef", 0},
      {"export " + log_ + " --format pdf", 3},
      {"export /nowhere --format csv", 2},
      {"follow " + log_ + " --since 2000-01-01 --limit 3", 0},
      {"follow /nowhere --limit 1", 2},
      {"verify " + log_, 0},
      {"verify " + log_ + " --key " + other, 1},
      {"verify " + log_ + " --key /nowhere", 2},
      {"verify " + log_ + " --anchor " + other, 2},
      {"verify /nowhere", 2},
      {"prove " + log_ + " 31", 1},
      {"prove " + log_, 3},
      {"prove /nowhere 1", 2},
      {"check-proof " + proof, 0},
      {"check-proof " + proof + " --key " + other, 1},
      {"check-proof " + other, 2},
      {"check-proof", 3}};
  const auto before = digest_of_files();
  for (const auto& [arguments, status] : cases) {
    const Done done = run(arguments);
    EXPECT_EQ(done.status, status) << arguments << "\n" << done.out;
  }
  EXPECT_EQ(digest_of_files(), before);
}

TEST_F(ToolTest, WhoMayNotReadIsToldSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  const std::string before = "setpriv --reuid 65534 --clear-groups ";
  std::filesystem::permissions(scratch(), std::filesystem::perms(0755));
  std::filesystem::permissions(folder(), std::filesystem::perms(0755));
  std::filesystem::permissions(folder() / "00000001.sqlite", std::filesystem::perms(0400));
  const Done file = run("query " + log_ + " --limit 1", before);
  EXPECT_EQ(file.status, 2);
  EXPECT_NE(file.out.find("Permission denied"), std::string::npos) << file.out;
  std::filesystem::permissions(folder(), std::filesystem::perms(0700));
  for (const char* command : {"query ", "verify ", "report "}) {
    const Done folder = run(command + log_, before);
    EXPECT_EQ(folder.status, 2);
    EXPECT_NE(folder.out.find("Permission denied"), std::string::npos) << folder.out;
  }
}

TEST_F(ToolTest, ALimitCountsTheRowsThatATableShows) {
  auto log = open();
  Record outcome = decision(log->last().sequence + 1);
  outcome.row_class = Class::kOutcome;
  outcome.action = Action::kNone;
  outcome.peer = "bravo";
  outcome.result = Result::kWritten;
  outcome.first_sequence = 1;
  outcome.last_sequence = 20;
  ASSERT_TRUE(log->append({&outcome, 1}).has_value());
  ASSERT_TRUE(log->append(batch(outcome.sequence + 1, 3)).has_value());
  ASSERT_TRUE(log->close().has_value());
  const std::string after = " --after " + std::to_string(outcome.sequence - 1);
  const Done table = run("query " + log_ + after + " --limit 2");
  EXPECT_EQ(std::ranges::count(table.out, '\n'), 3) << table.out;  // with the heading
  EXPECT_EQ(run("query --limit 2" + after + " " + log_).out, table.out);  // LOG last
  EXPECT_EQ(std::ranges::count(run("query " + log_ + after + " --limit 2 --json").out, '\n'), 2);
  // And what is no number, or no subcommand, is said so.
  EXPECT_NE(
      run("frob").out.find("guard-audit: \"frob\" is no subcommand; the subcommands are query,"),
      std::string::npos);
  const Done wrong = run("show " + log_ + " abc");
  EXPECT_EQ(wrong.status, 3);
  EXPECT_NE(wrong.out.find("abc is no number from 1 on"), std::string::npos) << wrong.out;
  EXPECT_EQ(run("show " + log_ + " 0").status, 3);
}

TEST_F(ToolTest, AnExportThatGoesOnIsTheSameAsOneThatDidNotStop) {
  for (const std::string format : {"jsonl", "csv", "cef", "syslog", "ocsf"}) {
    const auto quiet = [&](const std::string& more) {
      const std::string file = (scratch() / "out").string();
      const std::string command = GUARD_BINARY_DIR "/bin/guard-audit export " + log_ +
                                  " --format " + format + more + " >" + file + " 2>/dev/null";
      EXPECT_EQ(std::system(command.c_str()), 0);
      std::ifstream in(file, std::ios::binary);
      return std::string((std::istreambuf_iterator<char>(in)), {});
    };
    EXPECT_TRUE(quiet(" --limit 13") + quiet(" --after 13 --limit 10") + quiet(" --after 23") ==
                quiet(""))
        << format;
  }
}

TEST_F(ToolTest, SeveralLogsAreShownAndFollowedAsOne) {
  LogBed other;
  auto log = other.open();
  ASSERT_TRUE(log->append(batch(1, 25)).has_value());
  ASSERT_TRUE(log->close().has_value());
  const std::string logs = " north=" + log_ + " south=" + other.folder().string() + " ";
  const Done shown = run("show" + logs + "5");
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.out.find("Record 5 of north"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("Record 5 of south"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("receiver-clearance"), std::string::npos) << "the north's alone";
  const Done one = run("show" + logs + "28");
  EXPECT_EQ(one.status, 0);
  EXPECT_EQ(one.out.find("of south"), std::string::npos) << "it has no such record";
  EXPECT_EQ(run("show" + logs + "99").status, 1);
  EXPECT_EQ(run("show" + logs + "north").status, 3);
  const std::string from = " --since 2000-01-01 --json --limit 30";
  const Done followed = run("follow" + logs + from);
  EXPECT_EQ(followed.status, 0);
  EXPECT_EQ(followed.out, run("query" + logs + from).out);
  EXPECT_EQ(run("follow" + logs + "--json --after north=28 --after south=24 --limit 3").out,
            run("query" + logs + "--json --after north=28 --after south=24").out);
  EXPECT_EQ(run("follow" + logs + "--after 3 --limit 1").status, 3) << "whose?";
}

TEST_F(ToolTest, ALogOfAnotherFormatIsRefusedByName) {
  const std::filesystem::path old = folder() / "00000002.sqlite";
  {
    auto database = Database::open_writer(old.string());
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->run("PRAGMA user_version = 3").has_value());
  }
  for (const std::string command : {"query ", "verify ", "report "}) {
    const Done done = run(command + log_);
    EXPECT_EQ(done.status, 2) << done.out;
    EXPECT_NE(done.out.find(old.string() + ": is an audit log of format 3; this version reads "
                                           "format 4 alone: read it with the guard-audit that"),
              std::string::npos)
        << done.out;
  }
  const auto opened = Log::open(folder());
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().what.find("00000002.sqlite: is an audit log of format 3"),
            std::string::npos)
      << opened.error().what;
}

// The words of the command line are the filter's: none stands for another. Those of the plays
// (tests/functional/audit_log.py) are not here.
TEST_F(ToolTest, EachOptionIsAFilterOfItsOwn) {
  const std::pair<std::string, long> cases[] = {
      {"--kind iq", 0},           {"--id m7", 1},       {"--label unclassif", 30},
      {"--classification zz", 0}, {"--class event", 2}, {"--event stream-opened", 1},
      {"--text RECEIVER-cl", 1},  {"--after 28", 2}};
  for (const auto& [option, count] : cases) {
    const Done done = run("query " + log_ + " --json " + option);
    EXPECT_EQ(done.status, 0) << option;
    EXPECT_EQ(std::ranges::count(done.out, '\n'), count) << option;
  }
  const Done newest = run("query " + log_ + " --json --reverse --limit 1");
  EXPECT_NE(newest.out.find("\"sequence\":30,"), std::string::npos) << newest.out;
}

TEST_F(ToolTest, APolicyIsFoundByItsDigest) {
  const std::string digest(64, '0');
  const auto count = [&](const std::string& policy) {
    return std::ranges::count(run("query " + log_ + " --json --policy " + policy).out, '\n');
  };
  EXPECT_EQ(count("0101"), 30);
  EXPECT_EQ(count(digest), 0);
  EXPECT_EQ(run("query " + log_ + " --policy " + digest + "0").status, 3);
  EXPECT_EQ(run("query " + log_ + " --policy sha256:01").status, 3);
}

// Nothing of the guard: sqlite3, coreutils and openssl compute a leaf, and check a signature.
TEST_F(ToolTest, ThePlainToolsAgree) {
  const std::string file = (folder() / "00000001.sqlite").string();
  const std::string script = GUARD_SOURCE_DIR "/audit/verify_by_hand.sh";
  FILE* pipe = ::popen(("bash " + script + " " + file + " 7 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4096> octets;
  while (const std::size_t count = ::fread(octets.data(), 1, octets.size(), pipe)) {
    out.append(octets.data(), count);
  }
  EXPECT_EQ(::pclose(pipe), 0) << out;
  EXPECT_NE(out.find("leaf agrees\n"), std::string::npos) << out;
  EXPECT_NE(out.find("checkpoint is signed\n"), std::string::npos) << out;
}

TEST(ManualTest, IsWellFormedAndNamesEveryCommand) {
  const std::string page = GUARD_SOURCE_DIR "/deploy/man/guard-audit.1";
  std::ifstream in(page);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  for (const std::string name :
       {"query", "show", "follow", "trace", "report", "export", "verify", "prove", "check-proof"}) {
    EXPECT_NE(text.find(".It Cm " + name), std::string::npos) << name;
    EXPECT_NE(run("--help").out.find(name), std::string::npos) << name;
  }
  if (std::system("command -v groff >/dev/null") != 0) GTEST_SKIP() << "groff is not here";
  FILE* pipe = ::popen(("groff -mandoc -ww -Tutf8 -z " + page + " 2>&1").c_str(), "r");
  std::string complaints;
  std::array<char, 4096> octets;
  while (const std::size_t count = ::fread(octets.data(), 1, octets.size(), pipe)) {
    complaints.append(octets.data(), count);
  }
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_EQ(complaints, "");
}

}  // namespace
}  // namespace audit
