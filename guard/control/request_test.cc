#include "guard/control/request.h"

#include <gtest/gtest.h>

namespace guard::control {
namespace {

std::string refusal(std::string_view line) {
  const auto read = read_request(line);
  return read ? "accepted" : read.error();
}

TEST(Request, ComesBackAsItWas) {
  for (const Request& request :
       {Request{}, Request{.command = Command::kPeers, .json = true},
        Request{.command = Command::kBlock, .argument = "low-server", .reason = "incident 42, b"},
        Request{.command = Command::kUnblock, .argument = "low-server"},
        Request{.command = Command::kStop, .json = true, .argument = "high-to-low"},
        Request{.command = Command::kResume, .argument = "low-to-high"},
        Request{.command = Command::kReload, .json = true},
        Request{.command = Command::kReload, .reason = "change 17"},
        Request{.command = Command::kLogRead, .reason = "query --since 2h"}}) {
    std::string line = write_request(request);
    ASSERT_EQ(line.back(), '\n');
    line.pop_back();
    const auto read = read_request(line);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, request);
  }
}

TEST(Request, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal("2 text status"), "guardctl and guardd are not of one version");
  EXPECT_EQ(refusal(""), "guardctl and guardd are not of one version");
  EXPECT_EQ(refusal("1 html status"), "a form that is neither text nor json");
  EXPECT_EQ(refusal("1 text reboot"), "no such command");
  EXPECT_EQ(refusal("1 text"), "no such command");
  EXPECT_EQ(refusal("1 text block"), "block wants an argument");
  EXPECT_EQ(refusal("1 text status now"), "status takes no argument");
  EXPECT_EQ(refusal("1 text status  now"), "status takes no argument");
  EXPECT_EQ(refusal("1 text block  reason"), "block wants an argument");
  EXPECT_EQ(refusal("1 text reload"), "accepted");
  EXPECT_EQ(refusal("1 text log-read query"), "accepted");
  EXPECT_EQ(refusal("1 text log-read"), "log-read wants an argument");
}

TEST(Request, HoldsItsBounds) {
  const std::string block = "1 text block p ";
  EXPECT_EQ(refusal(block + std::string(Request::kMaxReason, 'r')), "accepted");
  EXPECT_EQ(refusal(block + std::string(Request::kMaxReason + 1, 'r')),
            "a reason of more than 200 octets");
  EXPECT_EQ(refusal("1 text block " + std::string(Request::kMaxLine - 14, 'p')), "accepted");
  EXPECT_EQ(refusal("1 text block " + std::string(Request::kMaxLine - 13, 'p')),
            "the request is too long");
}

TEST(Request, ReasonsReachTheLogAsTheyWereTyped) {
  EXPECT_EQ(refusal("1 text block p gr\xC3\xBC\xC3\x9F"), "accepted");
  EXPECT_EQ(refusal("1 text block p a\x1b[2J"), "a character that cannot be shown");
  EXPECT_EQ(refusal("1 text block p \xFF"), "a character that cannot be shown");
  EXPECT_EQ(refusal("1 text block p\t"), "a character that cannot be shown");
}

TEST(Answer, ComesBackAsItWas) {
  for (int status = 0; status <= 3; ++status) {
    const Answer answer{status, "two\nlines\n"};
    EXPECT_EQ(read_answer(write_answer(answer)), answer);
  }
  EXPECT_EQ(read_answer("0\n"), (Answer{0, ""}));
}

TEST(Answer, RefusesWhatIsCutOrMalformed) {
  for (const std::string_view bytes : {"", "0", "4\n", "x\n", "00\n"}) {
    EXPECT_FALSE(read_answer(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace guard::control
