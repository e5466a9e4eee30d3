// Framer: what it cuts, and what it refuses.
#include "guard/xmpp/framer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "guard/xmpp/framer_fixture_for_test.h"

namespace guard::xmpp {
namespace {

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

TEST(Framer, KeepsAnErrorForEver) {
  Framer framer({});
  framer.feed("x");
  EXPECT_FALSE(framer.next());
  framer.feed(kHeader);
  EXPECT_FALSE(framer.next());
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
