// Framer: every bound, at the bound and one past it; linear time.
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <string_view>

#include "guard/xmpp/framer_fixture_for_test.h"

namespace guard::xmpp {
namespace {

TEST(Framer, HoldsTheByteLimit) {
  FrameLimits limits;
  limits.bytes = 200;  // wider than the header
  const std::string at = "<m>" + repeat("x", 193) + "</m>";
  ASSERT_EQ(at.size(), limits.bytes);
  EXPECT_EQ(fault_of(at + at, limits), std::nullopt);
  const std::string past = "<m>" + repeat("x", 194) + "</m>";
  EXPECT_EQ(fault_of(past, limits), FrameFault::kTooManyBytes);
  // What is wrong behind the limit is never looked at, however the bytes come.
  EXPECT_EQ(fault_of("<m>" + repeat("x", 197) + "\x01", limits), FrameFault::kTooManyBytes);
  // A character and a reference that the limit cuts in two.
  EXPECT_EQ(fault_of("<m>" + repeat("x", 196) + "\xC3\xA9", limits), FrameFault::kTooManyBytes);
  EXPECT_EQ(fault_of("<m>" + repeat("x", 196) + "&lt;", limits), FrameFault::kTooManyBytes);
}

TEST(Framer, HoldsTheByteLimitForTheHeader) {
  FrameLimits limits;
  limits.bytes = kHeader.size();
  EXPECT_EQ(frame_everywhere(kHeader, limits).fault, std::nullopt);
  limits.bytes = kHeader.size() - 1;
  EXPECT_EQ(frame_everywhere(kHeader, limits).fault, FrameFault::kTooManyBytes);
}

TEST(Framer, HoldsTheDepthLimit) {
  const FrameLimits limits;
  const auto nested = [](std::size_t depth) {
    return repeat("<a>", depth) + repeat("</a>", depth);
  };
  EXPECT_EQ(fault_of(nested(limits.depth), limits), std::nullopt);
  EXPECT_EQ(fault_of(nested(limits.depth + 1), limits), FrameFault::kTooDeep);
  FrameLimits ceiling;
  ceiling.depth = kDepthCeiling;
  EXPECT_EQ(fault_of(nested(kDepthCeiling), ceiling), std::nullopt);
  EXPECT_EQ(fault_of(nested(kDepthCeiling + 1), ceiling), FrameFault::kTooDeep);
}

TEST(Framer, HoldsTheElementLimit) {
  FrameLimits limits;
  limits.elements = 20;
  EXPECT_EQ(fault_of("<m>" + repeat("<a/>", 19) + "</m>", limits), std::nullopt);
  EXPECT_EQ(fault_of("<m>" + repeat("<a/>", 20) + "</m>", limits), FrameFault::kTooManyElements);
}

TEST(Framer, HoldsTheAttributeAndNamespaceLimits) {
  const FrameLimits limits;
  const auto element = [](std::string_view prefix, std::size_t count) {
    std::string text = "<m";
    for (std::size_t i = 0; i < count; ++i) {
      text += " " + std::string(prefix) + std::to_string(i) + "='x'";
    }
    return text + "/>";
  };
  EXPECT_EQ(fault_of(element("a", limits.attributes), limits), std::nullopt);
  EXPECT_EQ(fault_of(element("a", limits.attributes + 1), limits), FrameFault::kTooManyAttributes);
  EXPECT_EQ(fault_of(element("xmlns:a", limits.namespaces), limits), std::nullopt);
  EXPECT_EQ(fault_of(element("xmlns:a", limits.namespaces + 1), limits),
            FrameFault::kTooManyNamespaces);
  EXPECT_EQ(fault_of(element("xmlnsa", limits.attributes + 1), limits),
            FrameFault::kTooManyAttributes);
  // Each element counts for itself.
  EXPECT_EQ(fault_of("<m a='' b=''><n a='' xmlns=''/><n b=''/></m>",
                     {.bytes = 1'000, .depth = 2, .attributes = 4, .namespaces = 2, .elements = 3}),
            std::nullopt);
}

TEST(Framer, HoldsTheLimitsBeforeAuthentication) {
  const FrameLimits& limits = kLimitsBeforeAuthentication;
  EXPECT_EQ(frame_whole(std::string(kHeader) + "<a>" + repeat("x", 8'185) + "</a>", limits).fault,
            std::nullopt);
  EXPECT_EQ(frame_whole(std::string(kHeader) + "<a>" + repeat("x", 8'186) + "</a>", limits).fault,
            FrameFault::kTooManyBytes);
  EXPECT_EQ(frame_whole(std::string(kHeader) + "<a>" + repeat("<b/>", 31) + "</a>", limits).fault,
            std::nullopt);
  EXPECT_EQ(frame_whole(std::string(kHeader) + "<a>" + repeat("<b/>", 32) + "</a>", limits).fault,
            FrameFault::kTooManyElements);
}

// An unterminated stanza is refused when the limit is passed; what is held stays bounded.
TEST(Framer, RefusesSixteenMebibytesWithoutAnEnd) {
  Framer framer({});
  framer.feed(std::string(kHeader) + "<message><body>");
  const std::string piece(4'096, 'x');
  std::size_t fed = 0;
  bool refused = false;
  while (fed < 16U * 1'024 * 1'024 && !refused) {
    framer.feed(piece);
    fed += piece.size();
    auto frame = framer.next();
    while (frame && frame->kind != FrameKind::kNothing) frame = framer.next();
    if (!frame) {
      EXPECT_EQ(frame.error(), FrameFault::kTooManyBytes);
      refused = true;
    }
  }
  EXPECT_TRUE(refused);
  EXPECT_LE(fed, FrameLimits{}.bytes + piece.size());
  EXPECT_LE(framer.buffered(), FrameLimits{}.bytes + piece.size());
}

// Hostile shapes cost what their length costs: one byte at a time, each takes some milliseconds
// (a few hundred with sanitizers); the square of the length would take tens of seconds.
TEST(Framer, TakesLinearTimeByteByByte) {
  const std::size_t size = FrameLimits{}.bytes;
  const std::string name(size / 2 - 10, 'n');
  for (const std::string& stanza :
       {"<m>" + repeat("x", size), "<" + repeat("n", size), "<" + name + "></" + name + ">",
        "<m " + repeat(" ", size), "<m a='" + repeat("&amp;", size / 5), "<m>" + repeat("]", size),
        "<m><![CDATA[" + repeat("]", size), "<m>" + repeat("\xF0\x9F\x98\x80", size / 4)}) {
    const std::clock_t begin = std::clock();  // processor time: the machine may be busy
    const Outcome outcome = frame_bytewise(std::string(kHeader) + stanza);
    EXPECT_LT(std::clock() - begin, 4 * CLOCKS_PER_SEC);
    EXPECT_GE(outcome.frames.size(), 1U);
  }
}

}  // namespace
}  // namespace guard::xmpp
