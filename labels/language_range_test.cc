#include "labels/language_range.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace labels {
namespace {

struct Tagged {
  std::string language;
};

const auto kAny = [](const Tagged&) { return true; };

std::string found(const std::vector<Tagged>& tags, std::string_view range) {
  const Tagged* one = lookup(tags, range, kAny);
  return one == nullptr ? "none" : one->language;
}

TEST(LanguageRange, WellFormed) {
  for (const char* good : {"*", "en", "de-CH", "zh-Hant-CN-x-private1", "i-klingon", "abcdefgh"}) {
    EXPECT_TRUE(is_language_range(good)) << good;
  }
  for (const char* bad : {"", "-", "en-", "-en", "e1", "1", "en--GB", "abcdefghi", "en-abcdefghi",
                          "en GB", "en_GB", "*-CH", "de-*", "en\xC3\xA9"}) {
    EXPECT_FALSE(is_language_range(bad)) << bad;
  }
}

TEST(LanguageRange, TruncatedFromTheEndWithSingles) {
  EXPECT_EQ(truncated_range("zh-Hant-CN-x-private1-private2"), "zh-Hant-CN-x-private1");
  EXPECT_EQ(truncated_range("zh-Hant-CN-x-private1"), "zh-Hant-CN");
  EXPECT_EQ(truncated_range("zh-Hant"), "zh");
  EXPECT_EQ(truncated_range("zh"), "");
  EXPECT_EQ(truncated_range(""), "");
  EXPECT_EQ(truncated_range("a-b-c"), "a");
}

TEST(LanguageRange, LookupFallsBackAndNeverForward) {
  const std::vector<Tagged> tags{{"en"}, {"de"}, {"de-CH"}, {""}, {"fr-CA"}};
  EXPECT_EQ(found(tags, "de-CH-1996"), "de-CH");
  EXPECT_EQ(found(tags, "de-AT"), "de");
  EXPECT_EQ(found(tags, "DE-ch"), "de-CH");
  EXPECT_EQ(found(tags, "fr"), "none");
  EXPECT_EQ(found(tags, "fr-CA-x-a"), "fr-CA");
  EXPECT_EQ(found(tags, "*"), "none");
  EXPECT_EQ(found(tags, ""), "none");
  EXPECT_EQ(found(tags, "deu"), "none");
}

TEST(LanguageRange, English) {
  EXPECT_TRUE(is_english("en"));
  EXPECT_TRUE(is_english("EN-gb"));
  EXPECT_FALSE(is_english("enm"));
  EXPECT_FALSE(is_english(""));
}

}  // namespace
}  // namespace labels
