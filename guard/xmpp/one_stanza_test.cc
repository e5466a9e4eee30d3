// exactly_one_stanza: what a filter takes for a stanza.
#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "guard/xmpp/framer.h"

namespace guard::xmpp {
namespace {

TEST(ExactlyOneStanza, TakesOneStanza) {
  const auto stanza = exactly_one_stanza("<message to='a'><body>x</body></message>", {});
  ASSERT_TRUE(stanza);
  EXPECT_EQ(stanza->name, "message");
  EXPECT_EQ(stanza->elements, 2U);
  EXPECT_EQ(stanza->depth, 2U);
  EXPECT_EQ(stanza->name_end, 8U);
  EXPECT_TRUE(exactly_one_stanza("<presence/>", {}));
  EXPECT_TRUE(exactly_one_stanza("<iq\n/>", {}));
}

TEST(ExactlyOneStanza, RefusesEverythingElse) {
  const auto fault = [](std::string_view bytes) -> std::optional<FrameFault> {
    const auto stanza = exactly_one_stanza(bytes, {});
    if (stanza) return std::nullopt;
    return stanza.error();
  };
  EXPECT_EQ(fault("<iq/><iq/>"), FrameFault::kTrailingBytes);
  EXPECT_EQ(fault("<iq/> "), FrameFault::kTrailingBytes);
  EXPECT_EQ(fault(std::string_view("<iq/>\0", 6)), FrameFault::kTrailingBytes);
  EXPECT_EQ(fault(" <iq/>"), FrameFault::kNotAStanza);
  EXPECT_EQ(fault(""), FrameFault::kNotAStanza);
  EXPECT_EQ(fault("<?xml version='1.1'?><iq/>"), FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault("<?xml version='1.0'?><iq/>"), FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault("<iq>"), FrameFault::kIncomplete);
  EXPECT_EQ(fault("<"), FrameFault::kIncomplete);
  EXPECT_EQ(fault("</iq>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault("<stream:stream/>"), FrameFault::kNotAStanza);
  EXPECT_EQ(fault("<a:iq xmlns:a='jabber:server'/>"), FrameFault::kNotAStanza);
  EXPECT_EQ(fault("<iqx/>"), FrameFault::kNotAStanza);
  EXPECT_EQ(fault("<iq><!-- --></iq>"), FrameFault::kComment);
}

TEST(ExactlyOneStanza, HoldsTheByteLimit) {
  FrameLimits limits;
  limits.bytes = 10;
  EXPECT_TRUE(exactly_one_stanza("<iq>x</iq>", limits));
  EXPECT_EQ(exactly_one_stanza("<iq>xx</iq>", limits).error(), FrameFault::kTooManyBytes);
}

}  // namespace
}  // namespace guard::xmpp
