#include "guard/control/log_access.h"

#include <gtest/gtest.h>

#include "guard/control/request.h"

namespace guard::control {
namespace {

const std::string kFirst = "xmpp-guard log access v1\n";

TEST(LogAccess, ComesBackAsItWas) {
  for (const LogAccess& access :
       {LogAccess{false, "/run/xmpp-guard/guardd.sock"}, LogAccess{true, "/a b"}}) {
    EXPECT_EQ(parse_log_access(to_text(access)), access);
  }
}

TEST(LogAccess, RefusesWhatIsMalformed) {
  for (const std::string& text :
       {std::string(), std::string("xmpp-guard log access v2\nrequired\n/s\n"),
        kFirst + "asked\n/s\n", kFirst + "required\nrelative\n", kFirst + "required\n",
        kFirst + "required\n/s", kFirst + "required\n/s\nmore\n"}) {
    EXPECT_FALSE(parse_log_access(text)) << text;
  }
  const auto with_path = [](std::size_t octets) {
    return kFirst + "required\n/" + std::string(octets - kFirst.size() - 11, 'a') + "\n";
  };
  EXPECT_TRUE(parse_log_access(with_path(LogAccess::kMostOctets)));
  EXPECT_FALSE(parse_log_access(with_path(LogAccess::kMostOctets + 1)));
}

// Whatever somebody types is a request that guardd takes.
TEST(ShownWords, AreWhatARequestTakes) {
  const std::string most(Request::kMaxReason, 'w');
  EXPECT_EQ(shown_words("query --since 2h"), "query --since 2h");
  EXPECT_EQ(shown_words(most), most);
  EXPECT_EQ(shown_words(most + "w"), most.substr(3) + "...");
  EXPECT_EQ(shown_words("a\x1b[2J\n\\"), "a?u{1b}[2J?u{a}??");
  for (std::size_t at = 190; at < 202; ++at) {
    for (const std::string& odd : {std::string("\xff"), std::string("\xC3\xBC"),
                                   std::string("\xF0\x9F\x94\x92"), std::string("\xE2\x80\xAE")}) {
      const std::string words = shown_words(std::string(at, 'w') + odd + odd + odd);
      EXPECT_LE(words.size(), Request::kMaxReason);
      std::string line = write_request({.command = Command::kLogRead, .reason = words});
      line.pop_back();
      const auto read = read_request(line);
      ASSERT_TRUE(read) << at << " " << words << ": " << read.error();
      EXPECT_EQ(read->reason, words);
    }
  }
}

}  // namespace
}  // namespace guard::control
