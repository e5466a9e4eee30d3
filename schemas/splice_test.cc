#include "schemas/splice.h"

#include <gtest/gtest.h>

#include <string>

namespace schemas {
namespace {

std::string spliced(std::string_view stanza) {
  const auto splice = splice_namespace(stanza);
  if (!splice) return "none";
  std::string text;
  for (const std::string_view piece : splice->pieces) text += piece;
  return text;
}

TEST(Splice, PutsTheNamespaceAfterTheName) {
  EXPECT_EQ(spliced("<iq/>"), "<iq xmlns='jabber:server'/>");
  EXPECT_EQ(spliced("<iq></iq>"), "<iq xmlns='jabber:server'></iq>");
  EXPECT_EQ(spliced("<iq\n id='1'><x xmlns='urn:x'/></iq>"),
            "<iq xmlns='jabber:server'\n id='1'><x xmlns='urn:x'/></iq>");
  EXPECT_EQ(spliced("<iq id='a xmlns=b'/>"), "<iq xmlns='jabber:server' id='a xmlns=b'/>");
  EXPECT_EQ(spliced("<iq xmlns:a='urn:a'/>"), "<iq xmlns='jabber:server' xmlns:a='urn:a'/>");
  EXPECT_EQ(spliced("<iq axmlns='x'/>"), "<iq xmlns='jabber:server' axmlns='x'/>");
}

TEST(Splice, LeavesAStanzaWithItsOwnNamespace) {
  EXPECT_EQ(spliced("<iq xmlns='urn:x'/>"), "<iq xmlns='urn:x'/>");
  EXPECT_EQ(spliced("<iq id='>' xmlns = 'urn:x'/>"), "<iq id='>' xmlns = 'urn:x'/>");
  EXPECT_EQ(spliced("<iq\txmlns\n='urn:x'/>"), "<iq\txmlns\n='urn:x'/>");
}

TEST(Splice, SaysWhatItAdded) {
  const auto added = splice_namespace("<iq/>");
  ASSERT_TRUE(added);
  EXPECT_EQ(added->at, 3U);
  EXPECT_EQ(added->added, 22U);
  EXPECT_FALSE(added->prefixed);
  const auto own = splice_namespace("<iq xmlns=''/>");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->added, 0U);
}

TEST(Splice, SeesPrefixes) {
  EXPECT_TRUE(splice_namespace("<a:b/>")->prefixed);
  EXPECT_FALSE(splice_namespace("<b a:c=''/>")->prefixed);
}

TEST(Splice, NeedsAStartTag) {
  EXPECT_EQ(spliced(""), "none");
  EXPECT_EQ(spliced("iq"), "none");
  EXPECT_EQ(spliced("<"), "none");
  EXPECT_EQ(spliced("<iq"), "none");
  EXPECT_EQ(spliced("</iq>"), "none");
  EXPECT_EQ(spliced(" <iq/>"), "none");
  EXPECT_EQ(spliced("<iq xmlns='"), "<iq xmlns='");  // not well-formed, and stays so
}

}  // namespace
}  // namespace schemas
