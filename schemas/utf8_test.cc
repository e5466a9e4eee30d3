#include "schemas/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace schemas {
namespace {

std::string utf8(std::u16string_view text) {
  std::string out(text.size() * kMaxUtf8PerUnit, '?');
  const auto size = to_utf8({text.data(), text.size()}, out.data());
  return size ? out.substr(0, *size) : "refused";
}

TEST(Utf8, WritesEachLength) {
  EXPECT_EQ(utf8(u""), "");
  EXPECT_EQ(utf8(u"a\u007F"), "a\x7F");
  EXPECT_EQ(utf8(u"\u0080\u07FF"), "\xC2\x80\xDF\xBF");
  EXPECT_EQ(utf8(u"\u0800\uFFFD"), "\xE0\xA0\x80\xEF\xBF\xBD");
  EXPECT_EQ(utf8(u"\U00010000\U0010FFFD"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBD");
}

TEST(Utf8, WritesEachMixtureOfBlocks) {
  // ASCII goes eight at a time: what is not ASCII stands at each place in and after the blocks.
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      const std::u16string text =
          std::u16string(at, u'a') + u'\u00FC' + std::u16string(length - at, u'b');
      EXPECT_EQ(utf8(text), std::string(at, 'a') + "\xC3\xBC" + std::string(length - at, 'b'));
    }
    EXPECT_EQ(utf8(std::u16string(length, u'x')), std::string(length, 'x'));
  }
}

TEST(Utf8, RefusesLoneSurrogates) {
  EXPECT_EQ(utf8({u"\xD800", 1}), "refused");
  EXPECT_EQ(utf8({u"\xDFFF", 1}), "refused");
  EXPECT_EQ(utf8({u"\xD800"
                  u"a",
                  2}),
            "refused");
  EXPECT_EQ(utf8({u"\xDC00\xD800", 2}), "refused");
}

TEST(Utf8, RefusesAllNoncharactersAndTheirNeighboursPass) {
  const auto one = [](char32_t point) {
    std::u16string text;
    if (point < 0x10000) {
      text = static_cast<char16_t>(point);
    } else {
      text += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10U));
      text += static_cast<char16_t>(0xDC00 + (point & 0x3FFU));
    }
    return utf8(text);
  };
  int refused = 0;
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    if (one(point) == "refused") ++refused;
  }
  EXPECT_EQ(refused, 66);
  EXPECT_EQ(one(0xFDCF), "\xEF\xB7\x8F");
  EXPECT_EQ(one(0xFDD0), "refused");
  EXPECT_EQ(one(0xFDEF), "refused");
  EXPECT_EQ(one(0xFDF0), "\xEF\xB7\xB0");
  EXPECT_EQ(one(0x1FFFE), "refused");
}

TEST(Utf8, LossyReplacesWhatIsRefused) {
  constexpr std::array<char16_t, 4> kText{u'a', 0xD800, 0xFFFE, u'b'};
  EXPECT_EQ(to_utf8_lossy(kText),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace schemas
