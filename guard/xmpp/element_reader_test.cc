#include "guard/xmpp/element_reader.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "guard/xmpp/dialback_element.h"
#include "guard/xmpp/features.h"
#include "guard/xmpp/sasl_external.h"
#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kName = "stream:stream";

std::expected<StreamElement, ReadFault> read(std::string_view bytes) {
  ElementReader reader;
  EXPECT_TRUE(reader.read_header(write_stream_header("a.example", "b.example", "i"), kName));
  return reader.read_element(bytes);
}

TEST(ElementReader, ReadsAHeader) {
  ElementReader reader;
  // What write_stream_header puts in front of the start tag is left out by the framer.
  const std::string text = write_stream_header("a.example", "b.example", "<&'\">");
  const auto header =
      reader.read_header(std::string_view(text).substr(text.find("<stream")), kName);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->from, "a.example");
  EXPECT_EQ(header->to, "b.example");
  EXPECT_EQ(header->id, "<&'\">");
  EXPECT_EQ(header->version, "1.0");
  EXPECT_TRUE(header->declares_dialback);
  EXPECT_EQ(header->fault, std::nullopt);
}

TEST(ElementReader, ReadsElementsInTheContextOfTheHeader) {
  const auto element = read("<db:x a='1' db:a='2'>t<y z='&lt;'>u</y>v</db:x>");
  ASSERT_TRUE(element);
  EXPECT_TRUE(element->is(kDialbackNs, "x"));
  ASSERT_NE(element->attribute("a"), nullptr);
  EXPECT_EQ(*element->attribute("a"), "1");  // not the one in a namespace
  EXPECT_EQ(element->text, "tv");
  const StreamElement* const child = element->child(kServerNs, "y");
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(*child->attribute("z"), "<");
  EXPECT_EQ(child->text, "u");
  EXPECT_EQ(element->attribute("b"), nullptr);
}

// Under AddressSanitizer the allocator says nothing, and the memory is not measured.
TEST(ElementReader, ForgetsTheNamesOfALongStream) {
  ElementReader reader;
  ASSERT_TRUE(reader.read_header(write_stream_header("a.example", "b.example", "i"), kName));
  int number = 0;
  const auto read_octets = [&](std::size_t octets) {
    for (std::size_t had = 0; had < octets;) {
      std::string text = "<db:verify";
      for (int i = 0; i < 30; ++i) {
        text += " fresh-and-rather-long-name-" + std::to_string(++number) + "=''";
      }
      text += "/>";
      const auto element = reader.read_element(text);
      ASSERT_TRUE(element);
      ASSERT_TRUE(element->is(kDialbackNs, "verify"));  // the header's prefix
      had += text.size();
    }
  };
  read_octets(256U << 10);
  const auto before = ::mallinfo2().uordblks;
  read_octets(8U << 20);
  const auto after = ::mallinfo2().uordblks;
  EXPECT_LT(after, before + (256U << 10));
}

TEST(ElementReader, RefusesWhatIsNotOneWellFormedElement) {
  EXPECT_EQ(read("<u:x/>").error(), ReadFault::kUnboundPrefix);
  EXPECT_EQ(read("<x a='1' a='2'/>").error(), ReadFault::kNotWellFormed);
  EXPECT_EQ(read("<x xmlns:p='n' xmlns:q='n' p:a='1' q:a='2'/>").error(),
            ReadFault::kNotWellFormed);
  EXPECT_EQ(read("<x/><y/>").error(), ReadFault::kOutOfOrder);
  EXPECT_EQ(read("<x>").error(), ReadFault::kOutOfOrder);
  EXPECT_EQ(read("").error(), ReadFault::kOutOfOrder);
  EXPECT_EQ(read("<!DOCTYPE x>").error(), ReadFault::kNotWellFormed);
  EXPECT_FALSE(read("</stream:stream><x/>"));
}

TEST(ElementReader, WantsAHeaderAgainAfterAFault) {
  ElementReader reader;
  EXPECT_EQ(reader.read_element("<x/>").error(), ReadFault::kOutOfOrder);
  ASSERT_TRUE(reader.read_header(write_stream_header("", "", ""), kName));
  EXPECT_FALSE(reader.read_element("<u:x/>"));
  EXPECT_EQ(reader.read_element("<x/>").error(), ReadFault::kOutOfOrder);
  ASSERT_TRUE(reader.read_header(write_stream_header("", "", ""), kName));
  EXPECT_TRUE(reader.read_element("<x/>"));
}

// A restart forgets the last stream's declarations.
TEST(ElementReader, ForgetsAtARestart) {
  ElementReader reader;
  ASSERT_TRUE(reader.read_header("<stream:stream xmlns:stream='s' xmlns:p='n'>", kName));
  EXPECT_TRUE(reader.read_element("<p:x/>"));
  ASSERT_TRUE(reader.read_header("<stream:stream xmlns:stream='s'>", kName));
  EXPECT_EQ(reader.read_element("<p:x/>").error(), ReadFault::kUnboundPrefix);
}

TEST(ElementReader, ReadsStreamErrors) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(StreamError::kUnsupportedVersion); ++i) {
    const auto condition = static_cast<StreamError>(i);
    const auto element = read(write_stream_error(condition));
    ASSERT_TRUE(element);
    EXPECT_EQ(read_stream_error(*element), condition);
    EXPECT_EQ(stream_error_from(to_string(condition)), condition);
  }
  EXPECT_EQ(read_stream_error(*read("<stream:error><text "
                                    "xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text>"
                                    "<novel xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                    "</stream:error>")),
            StreamError::kUndefinedCondition);
  EXPECT_EQ(stream_error_from("no-such-thing"), std::nullopt);
}

TEST(StanzaError, NamesAreReadBack) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(StanzaError::kUnexpectedRequest); ++i) {
    const auto condition = static_cast<StanzaError>(i);
    EXPECT_EQ(stanza_error_from(to_string(condition)), condition);
  }
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(ErrorType::kWait); ++i) {
    const auto type = static_cast<ErrorType>(i);
    EXPECT_EQ(error_type_from(to_string(type)), type);
  }
  EXPECT_EQ(stanza_error_from("no-such-thing"), std::nullopt);
  EXPECT_EQ(error_type_from("no-such-thing"), std::nullopt);
  EXPECT_EQ(write_error_element(StanzaError::kPolicyViolation, ErrorType::kModify),
            "<error type='modify'><policy-violation "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
}

TEST(Features, AreReadBack) {
  Features features{.external = true, .dialback = true, .dialback_errors = true};
  features.limits.max_bytes = 10'000;
  features.limits.idle_seconds = 360;
  const auto back = read_features(*read(write_features(features)));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->starttls);
  EXPECT_TRUE(back->external);
  EXPECT_TRUE(back->dialback);
  EXPECT_TRUE(back->dialback_errors);
  EXPECT_EQ(back->limits.max_bytes, 10'000U);
  EXPECT_EQ(back->limits.idle_seconds, 360U);
  EXPECT_TRUE(read_features(*read(write_features({.starttls = true})))->starttls);
  EXPECT_EQ(write_features({}), "<stream:features></stream:features>");
}

TEST(Features, IgnoresWhatItDoesNotKnow) {
  EXPECT_FALSE(read_features(*read("<features xmlns='x'/>")));
  const auto back = read_features(
      *read("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
            "<mechanism>PLAIN</mechanism></mechanisms><limits xmlns='urn:xmpp:stream-limits:0'>"
            "<max-bytes>-1</max-bytes><idle-seconds>99999999999999999999</idle-seconds></limits>"
            "<sub xmlns='urn:xmpp:features:pre-approval'/></stream:features>"));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->external);
  EXPECT_EQ(back->limits.max_bytes, std::nullopt);
  EXPECT_EQ(back->limits.idle_seconds, std::nullopt);
}

TEST(DialbackElement, IsReadBack) {
  const DialbackElement request{.kind = DialbackKind::kVerify,
                                .from =
                                    "b\xC3\xBC"
                                    "cher.example",
                                .to = "b.example",
                                .id = "<'&\">",
                                .key = "&<k>"};
  const auto back = read_dialback(*read(write_dialback(request)));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->from, request.from);
  EXPECT_EQ(back->id, request.id);
  EXPECT_EQ(back->key, request.key);
  EXPECT_EQ(back->verdict, std::nullopt);
  const std::string refused = write_dialback({.kind = DialbackKind::kResult,
                                              .from = "a.example",
                                              .to = "b.example",
                                              .verdict = DialbackVerdict::kError},
                                             StanzaError::kItemNotFound);
  EXPECT_EQ(refused,
            "<db:result from='a.example' to='b.example' type='error'><error type='cancel'>"
            "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></db:result>");
  EXPECT_EQ(read_dialback(*read(refused))->verdict, DialbackVerdict::kError);
}

TEST(Escape, LeavesNothingThatAParserWouldChange) {
  std::string text;
  append_escaped(text, "a<b>&'\"\t\r\n\xC3\xBC");
  EXPECT_EQ(text, "a&lt;b&gt;&amp;&apos;&quot;&#9;&#13;&#10;\xC3\xBC");
}

}  // namespace
}  // namespace guard::xmpp
