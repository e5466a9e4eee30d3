#include "guard/filter/start_tag.h"

#include <gtest/gtest.h>

namespace guard::filter {
namespace {

TEST(StartTag, ReadsTheFiveAttributes) {
  const auto tag = read_start_tag(
      "<iq from='a@one.example/r' to = \"two.example\"\n id='x&amp;&#x41;&#66;' type='get' "
      "xml:lang='en' xmlns='jabber:server' other='y'><ping/></iq>");
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->name, "iq");
  EXPECT_EQ(tag->from, "a@one.example/r");
  EXPECT_EQ(tag->to, "two.example");
  EXPECT_EQ(tag->id, "x&AB");
  EXPECT_EQ(tag->type, "get");
  EXPECT_EQ(tag->xmlns, "jabber:server");
}

TEST(StartTag, LeavesOutWhatIsNotThere) {
  const auto tag = read_start_tag("<message/>");
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->name, "message");
  EXPECT_FALSE(tag->from || tag->to || tag->id || tag->type || tag->xmlns);
}

TEST(StartTag, NormalisesWhiteSpaceLikeAParser) {
  const auto tag = read_start_tag("<message id='a\tb\nc&#10;d'>");
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->id, "a b c\nd");
}

TEST(StartTag, ResolvesEveryPlaneOfUnicode) {
  const auto tag = read_start_tag("<message id='&#xe9;&#x20ac;&#x1f600;&lt;&gt;&quot;&apos;'>");
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->id, "\u00e9\u20ac\U0001f600<>\"'");
}

TEST(StartTag, RefusesWhatIsNotWellFormed) {
  for (const char* bad :
       {"", "<", "message", "< message>", "<message", "<message to", "<message to>",
        "<message to=>", "<message to='a>", "<message to='a'id='b'>", "<message to='a' to='b'>",
        "<message to='&unknown;'>", "<message to='&'>", "<message to='&#;'>",
        "<message to='&#0;'>", "<message to='&#xD800;'>", "<message to='&#x110000;'>",
        "<message to='&#-65;'>", "<message to='<'>", "<message ='a'>", "<message / >"}) {
    EXPECT_FALSE(read_start_tag(bad)) << bad;
  }
}

}  // namespace
}  // namespace guard::filter
