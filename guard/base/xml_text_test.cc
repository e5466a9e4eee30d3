#include "guard/base/xml_text.h"

#include <gtest/gtest.h>

namespace guard {
namespace {

std::string text(std::string_view in) {
  std::string out;
  append_text(out, in);
  return out;
}
std::string value(std::string_view in) {
  std::string out;
  append_value(out, in);
  return out;
}

TEST(XmlText, EscapesInText) {
  EXPECT_EQ(text("a&b<c>d\"e'f"), "a&amp;b&lt;c&gt;d\"e'f");
  EXPECT_EQ(text("tab\tline\nreturn\r."), "tab\tline\nreturn&#xD;.");
}

TEST(XmlText, EscapesInValues) {
  EXPECT_EQ(value("a&b<c>d\"e'f"), "a&amp;b&lt;c&gt;d&quot;e'f");
  EXPECT_EQ(value("tab\tline\nreturn\r."), "tab&#x9;line&#xA;return&#xD;.");
}

TEST(XmlText, LeavesEverythingElseAlone) {
  std::string all;
  for (int c = 0x20; c < 0x7f; ++c) {
    if (c != '&' && c != '<' && c != '>' && c != '"') all += static_cast<char>(c);
  }
  all += "\u00e9\u20ac\U0001f600";
  EXPECT_EQ(text(all), all);
  EXPECT_EQ(value(all), all);
  EXPECT_EQ(text(""), "");
}

// The fast path takes sixteen octets at a time: every special character at every place of it.
TEST(XmlText, FindsEverySpecialCharacterAtEveryPlace) {
  const std::pair<char, const char*> special[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},
                                                  {'"', "&quot;"}, {'\t', "&#x9;"}, {'\n', "&#xA;"},
                                                  {'\r', "&#xD;"}};
  for (std::size_t size = 1; size < 50; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const auto& [character, instead] : special) {
        std::string in(size, 'x');
        in[at] = character;
        std::string expected(size, 'x');
        expected.replace(at, 1, instead);
        ASSERT_EQ(value(in), expected) << size << ' ' << at;
      }
    }
  }
}

TEST(XmlText, WritesAttributesInDoubleQuotes) {
  std::string out = "<a";
  append_attribute(out, "b", "c\"d");
  EXPECT_EQ(out, "<a b=\"c&quot;d\"");
}

}  // namespace
}  // namespace guard
