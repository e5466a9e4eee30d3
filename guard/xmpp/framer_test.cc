#include "guard/xmpp/framer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace guard::xmpp {
namespace {

constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
    "to='low.example' version=\"1.0\">";

// Outcome is everything that a framer said about some input, white space runs joined.
struct Outcome {
  std::vector<std::string> frames;
  std::optional<FrameFault> fault;

  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  for (const std::string& frame : outcome.frames) out << '[' << frame << "] ";
  return out << (outcome.fault ? to_string(*outcome.fault) : "no fault");
}

void drain(Framer& framer, Outcome& outcome) {
  while (true) {
    const auto frame = framer.next();
    if (!frame) {
      outcome.fault = frame.error();
      return;
    }
    switch (frame->kind) {
      case FrameKind::kNothing:
        return;
      case FrameKind::kHeader:
        outcome.frames.push_back("H" + std::string(frame->bytes));
        break;
      case FrameKind::kElement:
        outcome.frames.push_back("E" + std::to_string(frame->elements) + std::string(frame->bytes));
        break;
      case FrameKind::kWhitespace:
        if (outcome.frames.empty() || outcome.frames.back().front() != 'W') {
          outcome.frames.push_back("W");
        }
        outcome.frames.back() += frame->bytes;
        break;
      case FrameKind::kClose:
        outcome.frames.push_back("C" + std::string(frame->bytes));
        break;
    }
  }
}

Outcome frame_whole(std::string_view bytes, const FrameLimits& limits = {}) {
  Framer framer(limits);
  Outcome outcome;
  framer.feed(bytes);
  drain(framer, outcome);
  return outcome;
}

Outcome frame_bytewise(std::string_view bytes, const FrameLimits& limits = {}) {
  Framer framer(limits);
  Outcome outcome;
  for (const char byte : bytes) {
    framer.feed({&byte, 1});
    drain(framer, outcome);
    if (outcome.fault) break;
  }
  return outcome;
}

// frame_everywhere checks that every way to cut the input once, and cutting it everywhere, says
// the same.
Outcome frame_everywhere(std::string_view bytes, const FrameLimits& limits = {}) {
  const Outcome whole = frame_whole(bytes, limits);
  EXPECT_EQ(whole, frame_bytewise(bytes, limits)) << bytes;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Framer framer(limits);
    Outcome outcome;
    framer.feed(bytes.substr(0, cut));
    drain(framer, outcome);
    if (!outcome.fault) {
      framer.feed(bytes.substr(cut));
      drain(framer, outcome);
    }
    EXPECT_EQ(whole, outcome) << bytes << "\ncut at " << cut;
  }
  return whole;
}

// in_stream frames `bytes` behind a header and gives what follows the header.
Outcome in_stream(std::string_view bytes, const FrameLimits& limits = {}) {
  Outcome outcome = frame_everywhere(std::string(kHeader) + std::string(bytes), limits);
  EXPECT_FALSE(outcome.frames.empty());
  outcome.frames.erase(outcome.frames.begin());
  return outcome;
}

std::optional<FrameFault> fault_of(std::string_view bytes, const FrameLimits& limits = {}) {
  return in_stream(bytes, limits).fault;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

TEST(Framer, CutsAStreamIntoHeaderElementsWhiteSpaceAndEnd) {
  const Outcome outcome = in_stream(
      " \n<message to='a'><body>x &lt;y&gt; <![CDATA[<z>]]]]></body></message>\t<iq/>"
      "<a:b xmlns:a='c' / ></stream:stream>");
  EXPECT_EQ(outcome.fault, FrameFault::kMalformed);  // "/ >"
  const Outcome good = in_stream(
      " \n<message to='a'><body>x &lt;y&gt; <![CDATA[<z>]]]]></body></message>\t<iq/>"
      "<a:b xmlns:a='c' /></stream:stream >\n");
  EXPECT_EQ(good.fault, std::nullopt);
  const std::vector<std::string> expected = {
      "W \n",
      "E2<message to='a'><body>x &lt;y&gt; <![CDATA[<z>]]]]></body></message>",
      "W\t",
      "E1<iq/>",
      "E1<a:b xmlns:a='c' />",
      "C</stream:stream >",
      "W\n"};
  EXPECT_EQ(good.frames, expected);
}

TEST(Framer, LeavesTheDeclarationOutOfTheHeader) {
  for (const std::string_view declaration :
       {"<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding='UTF-8'?>\n",
        "<?xml version = '1.0' encoding='utf-8' standalone='yes' ?>", "\n<?xml version='1.0'?>"}) {
    const Outcome outcome = frame_everywhere(std::string(declaration) + std::string(kHeader));
    EXPECT_EQ(outcome.fault, std::nullopt) << declaration;
    ASSERT_FALSE(outcome.frames.empty());
    EXPECT_EQ(outcome.frames.back(), "H" + std::string(kHeader));
  }
}

TEST(Framer, RefusesOtherDeclarations) {
  const auto fault = [](std::string_view text) {
    return frame_everywhere(std::string(text) + std::string(kHeader)).fault;
  };
  EXPECT_EQ(fault("<?xml version='1.1'?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml encoding='UTF-8'?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml version='1.0' standalone='maybe'?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml version='1.0' x='y'?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml version='1.0'?><?xml version='1.0'?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml version='1.0'" + repeat(" ", 200) + "?>"), FrameFault::kXmlDeclaration);
  EXPECT_EQ(fault("<?xml version='1.0' encoding='ISO-8859-1'?>"), FrameFault::kUnsupportedEncoding);
  EXPECT_EQ(fault("<?xml-stylesheet href='x'?>"), FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault("<?php ?>"), FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault("\xEF\xBB\xBF"), FrameFault::kTextBetweenStanzas);  // a byte order mark
  EXPECT_EQ(fault("<!DOCTYPE stream>"), FrameFault::kDoctype);
  EXPECT_EQ(fault("<!-- x -->"), FrameFault::kComment);
  EXPECT_EQ(fault("</stream:stream>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault("GET / HTTP/1.1\r\n"), FrameFault::kTextBetweenStanzas);
}

TEST(Framer, RefusesAnEmptyElementTagAsHeader) {
  EXPECT_EQ(frame_everywhere("<stream:stream/>").fault, FrameFault::kMalformed);
}

TEST(Framer, ExpectsAHeaderAgainAfterARestart) {
  Framer framer({});
  Outcome outcome;
  framer.feed(kHeader);
  drain(framer, outcome);
  framer.restart();
  framer.feed("\n<?xml version='1.0'?>");
  framer.feed(kHeader);
  framer.feed("<iq/>");
  drain(framer, outcome);
  EXPECT_EQ(outcome.fault, std::nullopt);
  ASSERT_EQ(outcome.frames.size(), 4U);
  EXPECT_EQ(outcome.frames[2], "H" + std::string(kHeader));
  EXPECT_EQ(outcome.frames[3], "E1<iq/>");
}

TEST(Framer, RefusesADeclarationWithoutARestart) {
  EXPECT_EQ(fault_of("<?xml version='1.0'?>"), FrameFault::kProcessingInstruction);
}

TEST(Framer, SaysHowMuchIsBehindTheLastFrame) {
  Framer framer({});
  framer.feed(kHeader);
  framer.feed("<starttls/>x");
  ASSERT_TRUE(framer.next());
  EXPECT_EQ(framer.next()->bytes, "<starttls/>");
  EXPECT_EQ(framer.buffered(), 1U);
  framer.discard();
  EXPECT_EQ(framer.buffered(), 0U);
}

TEST(Framer, RefusesWhatRfc6120Bans) {
  EXPECT_EQ(fault_of("<!-- -->"), FrameFault::kComment);
  EXPECT_EQ(fault_of("<message><!-- --></message>"), FrameFault::kComment);
  EXPECT_EQ(fault_of("<message><?x y?></message>"), FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault_of("<message><?xml version='1.1'?></message>"),
            FrameFault::kProcessingInstruction);
  EXPECT_EQ(fault_of("<!DOCTYPE x>"), FrameFault::kDoctype);
  EXPECT_EQ(fault_of("<message><!ENTITY x 'y'></message>"), FrameFault::kDoctype);
  EXPECT_EQ(fault_of("<![CDATA[x]]>"), FrameFault::kMisplacedCdata);
  EXPECT_EQ(fault_of("<message><![cdata[x]]></message>"), FrameFault::kMalformed);
  EXPECT_EQ(fault_of("<message>&foo;</message>"), FrameFault::kEntity);
  EXPECT_EQ(fault_of("<message a='&foo;'/>"), FrameFault::kEntity);
  EXPECT_EQ(fault_of("<message>&averyveryverylongname;</message>"), FrameFault::kEntity);
  EXPECT_EQ(fault_of("<message>&;</message>"), FrameFault::kEntity);
  EXPECT_EQ(fault_of("<message>a & b</message>"), FrameFault::kMalformed);
  EXPECT_EQ(fault_of("text"), FrameFault::kTextBetweenStanzas);
  EXPECT_EQ(fault_of("&amp;"), FrameFault::kTextBetweenStanzas);
  EXPECT_EQ(fault_of("</stream:stream><iq/>"), FrameFault::kAfterClose);
}

TEST(Framer, TakesThePredefinedEntitiesAndAllowedCharacterReferences) {
  EXPECT_EQ(fault_of("<m a='&amp;&lt;&gt;&quot;&apos;'>&amp;&lt;&gt;&quot;&apos;</m>"),
            std::nullopt);
  EXPECT_EQ(fault_of("<m a='&#9;&#xA;'>&#13;&#x20;&#xD7FF;&#xE000;&#xFFFD;&#x10FFFF;</m>"),
            std::nullopt);
  EXPECT_EQ(fault_of("<m>&#1114111;&#x10ffff;&#00065;</m>"), std::nullopt);
}

TEST(Framer, RefusesReferencesToWhatXmlForbids) {
  for (const std::string_view reference :
       {"&#0;", "&#1;", "&#x8;", "&#xB;", "&#x1F;", "&#xD800;", "&#xDFFF;", "&#xFFFE;", "&#xFFFF;",
        "&#x110000;", "&#1114112;", "&#;", "&#x;", "&#X41;", "&#xG;", "&#6A;", "&#00000065;",
        "&#x0000041;", "&#99999999999999;"}) {
    EXPECT_EQ(fault_of("<m>" + std::string(reference) + "</m>"), FrameFault::kBadReference)
        << reference;
    EXPECT_EQ(fault_of("<m a='" + std::string(reference) + "'/>"), FrameFault::kBadReference)
        << reference;
  }
  EXPECT_EQ(fault_of("<m>&#-1;</m>"), FrameFault::kBadReference);
  EXPECT_EQ(fault_of("<m>&# 1;</m>"), FrameFault::kMalformed);
}

TEST(Framer, TakesUtf8UpToItsEdges) {
  for (const std::string_view text :
       {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBD", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    const std::string t(text);
    EXPECT_EQ(fault_of("<m a='" + t + "'>" + t + "<![CDATA[" + t + "]]></m>"), std::nullopt);
  }
}

TEST(Framer, RefusesBrokenUtf8Everywhere) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC2", "\xE2\x82",
        "\xF0\x9F\x98"}) {
    const std::string t(text);
    EXPECT_EQ(fault_of("<m>" + t + "</m>"), FrameFault::kBadUtf8);
    EXPECT_EQ(fault_of("<m a='" + t + "'/>"), FrameFault::kBadUtf8);
    EXPECT_EQ(fault_of("<m><![CDATA[" + t + "]]></m>"), FrameFault::kBadUtf8);
    EXPECT_EQ(fault_of("<m" + t + "/>"), FrameFault::kBadUtf8);
    EXPECT_EQ(fault_of("<m a" + t + "='b'/>"), FrameFault::kBadUtf8);
  }
}

TEST(Framer, RefusesForbiddenCharactersEverywhere) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"\0"sv, "\x01"sv, "\x08"sv, "\x0B"sv, "\x0C"sv, "\x1F"sv,
                                      "\xEF\xBF\xBE"sv, "\xEF\xBF\xBF"sv}) {
    const std::string t(text);
    EXPECT_EQ(fault_of("<m>" + t + "</m>"), FrameFault::kForbiddenCharacter);
    EXPECT_EQ(fault_of("<m a='" + t + "'/>"), FrameFault::kForbiddenCharacter);
    EXPECT_EQ(fault_of("<m><![CDATA[" + t + "]]></m>"), FrameFault::kForbiddenCharacter);
  }
}

TEST(Framer, RefusesMarkupThatIsNotWellFormed) {
  for (const std::string_view text :
       {"<m a=b/>", "<m a/>", "<m a='x'b='y'/>", "<m a='<'/>", "<m 'a'/>", "<m / >", "<m//>",
        "< m/>", "<1/>", "<m><-/></m>", "<m a='x' =/>", "<m a=/>", "<m<n/>", "<m></>"}) {
    const auto fault = fault_of(text);
    EXPECT_TRUE(fault == FrameFault::kMalformed || fault == FrameFault::kMismatchedTag) << text;
  }
}

TEST(Framer, RefusesTagsThatDoNotMatch) {
  EXPECT_EQ(fault_of("<m></n>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<m></mm>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<mm></m>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<m></m x>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<m><n></m></n>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<m></stream:stream>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("</stream:strea>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("</stream:streams>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("</m>"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("</stream:stream" + repeat(" ", 64) + ">"), FrameFault::kMismatchedTag);
  EXPECT_EQ(fault_of("<m></m \n>"), std::nullopt);
}

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

TEST(Framer, KeepsAnErrorForEver) {
  Framer framer({});
  framer.feed("x");
  EXPECT_FALSE(framer.next());
  framer.feed(kHeader);
  EXPECT_FALSE(framer.next());
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

TEST(FrameFault, EveryFaultHasAWordOfItsOwn) {
  std::vector<std::string_view> words;
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(FrameFault::kAfterClose); ++i) {
    const auto fault = static_cast<FrameFault>(i);
    for (const std::string_view word : words) EXPECT_NE(word, to_string(fault));
    words.push_back(to_string(fault));
    EXPECT_NE(stream_error_for(fault), StreamError::kUndefinedCondition);
  }
}

}  // namespace
}  // namespace guard::xmpp
