#include "guard/supervisor/operator_state.h"

#include <gtest/gtest.h>

#include <fstream>

#include "guard/supervisor/test_folder.h"

namespace guard::supervisor {
namespace {

const UtcTime kSince{1'700'000'000'123'456};

OperatorState sample() {
  OperatorState state;
  state.blocked["low-server"] = {kSince, "uid 1000: incident 42"};
  state.blocked["other"] = {kSince, "uid 0"};
  state.stopped[0] = {kSince, "uid 1000"};
  return state;
}

std::string fault(std::string_view text) {
  const auto read = parse_operator_state("state", text);
  return read ? "accepted" : read.error().to_string();
}

TEST(OperatorState, ComesBackAsItWas) {
  const auto read = parse_operator_state("state", write_operator_state(sample()));
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(*read, sample());
  EXPECT_EQ(parse_operator_state("state", write_operator_state({})), OperatorState{});
}

TEST(OperatorState, IsALineForEachAct) {
  EXPECT_EQ(write_operator_state(sample()),
            "xmpp-guard operator state 1\n"
            "block low-server 2023-11-14T22:13:20.123456Z uid 1000: incident 42\n"
            "block other 2023-11-14T22:13:20.123456Z uid 0\n"
            "stop high-to-low 2023-11-14T22:13:20.123456Z uid 1000\n");
}

TEST(OperatorState, FAIL_CLOSED_WhatItDoesNotUnderstandIsRefusedWithItsLine) {
  const std::string first = "xmpp-guard operator state 1\n";
  const std::string when = " 2023-11-14T22:13:20Z uid 0\n";
  EXPECT_EQ(fault(first), "accepted");
  EXPECT_EQ(fault(first + "block a" + when), "accepted");
  EXPECT_NE(fault(""), "accepted");
  EXPECT_NE(fault("xmpp-guard operator state 2\n"), "accepted");
  EXPECT_NE(fault(first + "block a" + when.substr(0, when.size() - 1)), "accepted") << "cut";
  EXPECT_NE(fault(first + "block a 2023-11-14T22:13:20Z\n"), "accepted") << "by nobody";
  EXPECT_NE(fault(first + "block a yesterday uid 0\n"), "accepted");
  EXPECT_NE(fault(first + "stop sideways" + when), "accepted");
  EXPECT_NE(fault(first + "open high-to-low" + when), "accepted");
  EXPECT_NE(fault(first + "block a" + when + "block a" + when), "accepted");
  EXPECT_NE(fault(first + "stop low-to-high" + when + "stop low-to-high" + when), "accepted");
  EXPECT_EQ(fault(first + "block a" + when + "x\n").substr(0, 8), "state:3:");
}

TEST(OperatorState, IsKeptInAFile) {
  const TestFolder folder;
  const auto file = folder.path() / "state";
  ASSERT_TRUE(load_operator_state(file));
  EXPECT_EQ(load_operator_state(file), OperatorState{});
  ASSERT_TRUE(save_operator_state(file, sample()));
  EXPECT_EQ(load_operator_state(file), sample());
  ASSERT_TRUE(save_operator_state(file, {}));
  EXPECT_EQ(load_operator_state(file), OperatorState{});
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
}

TEST(OperatorState, AFailedSaveLeavesTheOldOne) {
  const TestFolder folder;
  const auto file = folder.path() / "state";
  ASSERT_TRUE(save_operator_state(file, sample()));
  std::filesystem::create_directory(file.string() + ".new");  // in the way
  EXPECT_FALSE(save_operator_state(file, {}));
  EXPECT_EQ(load_operator_state(file), sample());
  EXPECT_FALSE(save_operator_state(folder.path() / "nowhere" / "state", sample()));
}

TEST(OperatorState, WhetherItCanBeKeptIsKnownBefore) {
  const TestFolder folder;
  EXPECT_TRUE(can_keep_operator_state(folder.path() / "state"));
  const auto no = can_keep_operator_state(folder.path() / "nowhere" / "state");
  ASSERT_FALSE(no);
  EXPECT_NE(no.error().find("nowhere/state"), std::string::npos) << no.error();
}

TEST(OperatorState, FAIL_CLOSED_AFileThatCannotBeReadIsAnError) {
  const TestFolder folder;
  EXPECT_FALSE(load_operator_state(folder.path()));
  std::filesystem::create_symlink("nowhere", folder.path() / "state");
  EXPECT_FALSE(load_operator_state(folder.path() / "state"));
}

}  // namespace
}  // namespace guard::supervisor
