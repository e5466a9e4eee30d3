#include "guard/xmpp/stream_management.h"

#include <gtest/gtest.h>

#include <limits>

namespace guard::xmpp {
namespace {

constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max();

StreamElement element(std::string_view name, std::string_view ns = "urn:xmpp:sm:3") {
  return {.ns = std::string(ns), .name = std::string(name)};
}

StreamElement answer(std::string_view h) {
  StreamElement made = element("a");
  made.attributes.push_back({.name = "h", .value = std::string(h)});
  return made;
}

TEST(StreamManagement, ReadsItsElementsInBothVersions) {
  for (const auto& [name, kind] :
       {std::pair("enable", ManagementKind::kEnable),
        std::pair("enabled", ManagementKind::kEnabled),
        std::pair("failed", ManagementKind::kFailed), std::pair("resume", ManagementKind::kResume),
        std::pair("r", ManagementKind::kRequest)}) {
    for (const auto version : {ManagementVersion::k2, ManagementVersion::k3}) {
      const auto read = read_management(element(name, namespace_of(version)));
      ASSERT_TRUE(read) << name;
      EXPECT_EQ(read->kind, kind);
      EXPECT_EQ(read->version, version);
    }
  }
  EXPECT_EQ(read_management(element("r", "urn:xmpp:sm:4")).error(),
            ManagementFault::kNotManagement);
  EXPECT_EQ(read_management(element("resumed")).error(), ManagementFault::kNotManagement);
}

TEST(StreamManagement, TakesNoCountButDigitsUpTo32Bits) {
  for (const auto& [text, h] : {std::pair("0", 0U), std::pair("4711", 4711U),
                                std::pair("0000000001", 1U), std::pair("4294967295", kLargest)}) {
    const auto read = read_management(answer(text));
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->h, h);
  }
  for (const char* text : {"", "4294967296", "00000000001", "-1", "+1", " 1", "1 ", "0x1", "1e3",
                           "99999999999999999999"}) {
    EXPECT_EQ(read_management(answer(text)).error(), ManagementFault::kNoCount) << text;
  }
  EXPECT_EQ(read_management(element("a")).error(), ManagementFault::kNoCount);
}

TEST(StreamManagement, WritesWhatItReads) {
  EXPECT_EQ(write_management({.kind = ManagementKind::kEnable}), "<enable xmlns='urn:xmpp:sm:3'/>");
  EXPECT_EQ(write_management({.kind = ManagementKind::kRequest, .version = ManagementVersion::k2}),
            "<r xmlns='urn:xmpp:sm:2'/>");
  EXPECT_EQ(write_management({.kind = ManagementKind::kAnswer, .h = kLargest}),
            "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>");
  EXPECT_EQ(write_management_failed(ManagementVersion::k3, StanzaError::kUnexpectedRequest),
            "<failed xmlns='urn:xmpp:sm:3'><unexpected-request "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
  EXPECT_EQ(write_count_error(8, 7),
            "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            "<handled-count-too-high xmlns='urn:xmpp:sm:3' h='8' send-count='7'/></stream:error>");
}

TEST(StreamManagement, ReadsAndWritesWhatGuardsSayOfEachStanza) {
  EXPECT_EQ(write_handled({}), "<handled xmlns='urn:xmpp-guard:handled:1'/>");
  EXPECT_EQ(write_handled(PlaceRun{5, 9}),
            "<handled xmlns='urn:xmpp-guard:handled:1' first='5' last='9'/>");
  EXPECT_EQ(write_management({.kind = ManagementKind::kEnabled, .each = true}),
            "<enabled xmlns='urn:xmpp:sm:3'><handled xmlns='urn:xmpp-guard:handled:1'/></enabled>");
  const auto handled = [](std::string_view first, std::string_view last) {
    StreamElement made = element("handled", kHandledNs);
    made.attributes.push_back({.name = "first", .value = std::string(first)});
    made.attributes.push_back({.name = "last", .value = std::string(last)});
    return read_handled(made);
  };
  EXPECT_EQ(handled("5", "9"), (PlaceRun{5, 9}));
  EXPECT_EQ(handled("9", "9223372036854775807"), (PlaceRun{9, (1ULL << 63) - 1}));
  for (const auto& [first, last] :
       {std::pair("0", "1"), std::pair("2", "1"), std::pair("-1", "1"), std::pair("1", ""),
        std::pair("+1", "1"), std::pair("1", "9223372036854775808"), std::pair("1", "0x2")}) {
    EXPECT_EQ(handled(first, last), std::nullopt) << first << ' ' << last;
  }
  EXPECT_EQ(read_handled(element("handled", kHandledNs)), std::nullopt);
  EXPECT_EQ(read_handled(element("handled")), std::nullopt);
}

}  // namespace
}  // namespace guard::xmpp
