#include "guard/xmpp/jid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>

namespace guard::xmpp {
namespace {

std::string normal(std::string_view text) {
  const auto jid = parse_jid(text);
  return jid ? jid->to_string() : "refused: " + std::string(to_string(jid.error()));
}

std::string domain(std::string_view text) {
  const auto name = normal_domain(text);
  return name ? *name : "refused: " + std::string(to_string(name.error()));
}

TEST(Jid, SplitsAndLowersPlainAddresses) {
  EXPECT_EQ(normal("Romeo@Montague.Example/Orchard"), "romeo@montague.example/Orchard");
  EXPECT_EQ(normal("montague.example"), "montague.example");
  EXPECT_EQ(normal("montague.example/a@b/c"), "montague.example/a@b/c");
  EXPECT_EQ(normal("a!#$%*+-._`{|}~@b.example"), "a!#$%*+-._`{|}~@b.example");
  const auto jid = parse_jid("romeo@montague.example/orchard");
  ASSERT_TRUE(jid);
  EXPECT_EQ(jid->bare(), "romeo@montague.example");
  EXPECT_FALSE(jid->is_bare());
}

TEST(Jid, RefusesWhatIsNoAddress) {
  EXPECT_EQ(normal(""), "refused: empty");
  EXPECT_EQ(normal("@b.example"), "refused: local");
  EXPECT_EQ(normal("a@"), "refused: domain");
  EXPECT_EQ(normal("a@b.example/"), "refused: resource");
  EXPECT_EQ(normal("a@b@c.example"), "refused: domain");
  EXPECT_EQ(normal("a b@c.example"), "refused: local");
  for (const char c : std::string_view("\"&':<>")) {
    EXPECT_EQ(normal(std::string("a") + c + "@b.example"), "refused: local") << c;
  }
  EXPECT_EQ(normal("a\x7F@b.example"), "refused: local");
  EXPECT_EQ(normal("a@b.example/x\ty"), "refused: resource");
  EXPECT_EQ(normal("a@b.example/\x01"), "refused: resource");
  EXPECT_EQ(normal(std::string_view("a\0@b.example", 12)), "refused: local");
}

TEST(Jid, HoldsTheLimitOfEachPart) {
  const std::string at(kJidPartCeiling, 'a');
  const std::string past(kJidPartCeiling + 1, 'a');
  EXPECT_EQ(normal(at + "@b.example/" + at), at + "@b.example/" + at);
  EXPECT_EQ(normal(past + "@b.example"), "refused: local");
  EXPECT_EQ(normal("b.example/" + past), "refused: resource");
}

TEST(Jid, TakesWhatBothReadingsAgreeOn) {
  EXPECT_EQ(normal("j\xC3\xBCrgen@b.example/B\xC3\xBCro"), "j\xC3\xBCrgen@b.example/B\xC3\xBCro");
  EXPECT_EQ(normal("J\xC3\x9CRGEN@b.example"), "j\xC3\xBCrgen@b.example");   // U+00DC
  EXPECT_EQ(normal("ju\xCC\x88rgen@b.example"), "j\xC3\xBCrgen@b.example");  // combining
  // Full-width letters: width mapping here, compatibility mapping there.
  EXPECT_EQ(normal("\xEF\xBD\x81@b.example"), "a@b.example");
  EXPECT_EQ(normal("\xD1\x8E\xD1\x80\xD0\xB8\xD0\xB9@b.example"),
            "\xD1\x8E\xD1\x80\xD0\xB8\xD0\xB9@b.example");
}

TEST(Jid, RefusesWhatTheTwoReadDifferently) {
  EXPECT_EQ(normal("stra\xC3\x9F"
                   "e@b.example"),
            "refused: local");                                     // sharp s folds to ss
  EXPECT_EQ(normal("\xCF\x82igma@b.example"), "refused: local");   // final sigma
  EXPECT_EQ(normal("\xE2\x85\xA3@b.example"), "refused: local");   // Roman numeral four
  EXPECT_EQ(normal("\xEF\xBC\xA0x@b.example"), "refused: local");  // full-width @
  EXPECT_EQ(normal("a\xE2\x80\x8B"
                   "b@c.example"),
            "refused: local");  // zero width space
  EXPECT_EQ(normal("a\xE2\x80\x8D"
                   "b@c.example"),
            "refused: local");                                         // zero width joiner
  EXPECT_EQ(normal("a\xF0\x9F\x98\x80@c.example"), "refused: local");  // not in Unicode 3.2
  EXPECT_EQ(normal("c.example/\xE2\x85\xA3"), "refused: resource");
  EXPECT_EQ(normal("c.example/a\xC2\xAD"
                   "b"),
            "refused: resource");  // soft hyphen
  EXPECT_EQ(normal("c.example/\xE2\x80\xAE"
                   "b"),
            "refused: resource");  // bidi override
}

TEST(Jid, RefusesBrokenUtf8) {
  EXPECT_EQ(normal("a\xFF@b.example"), "refused: local");
  EXPECT_EQ(normal("a@b\xFF.example"), "refused: domain");
  EXPECT_EQ(normal("a@b.example/\xC0\xAF"), "refused: resource");
  EXPECT_EQ(normal("a\xED\xA0\x80@b.example"), "refused: local");
}

TEST(Domain, LowersHostNames) {
  EXPECT_EQ(domain("Conference.LOW.example"), "conference.low.example");
  EXPECT_EQ(domain("localhost"), "localhost");
  EXPECT_EQ(domain("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(domain("[2001:db8::7]"), "[2001:db8::7]");
}

TEST(Domain, RefusesWhatIsNoHostName) {
  EXPECT_EQ(domain(""), "refused: empty");
  EXPECT_EQ(domain("low.example."), "refused: trailing-dot");
  EXPECT_EQ(domain("."), "refused: trailing-dot");
  EXPECT_EQ(domain("low..example"), "refused: forbidden");
  EXPECT_EQ(domain(".example"), "refused: forbidden");
  EXPECT_EQ(domain("-a.example"), "refused: forbidden");
  EXPECT_EQ(domain("a-.example"), "refused: forbidden");
  EXPECT_EQ(domain("a_b.example"), "refused: forbidden");
  EXPECT_EQ(domain("a b.example"), "refused: forbidden");
  EXPECT_EQ(domain("a@b.example"), "refused: forbidden");
  EXPECT_EQ(domain("[2001:db8::7"), "refused: forbidden");
  EXPECT_EQ(domain("[low.example]"), "refused: forbidden");
  EXPECT_EQ(domain(std::string_view("a\0.example", 10)), "refused: forbidden");
}

TEST(Domain, HoldsItsLimits) {
  const std::string label(63, 'a');
  EXPECT_EQ(domain(label + ".example"), label + ".example");
  EXPECT_EQ(domain(label + "a.example"), "refused: too-long");
  const std::string three = label + "." + label + "." + label + ".";
  EXPECT_EQ(domain(three + std::string(61, 'b')), three + std::string(61, 'b'));
  EXPECT_EQ(domain(three + std::string(62, 'b')), "refused: too-long");
  EXPECT_EQ(domain(std::string(kJidPartCeiling + 1, '\xFF')), "refused: too-long");
}

TEST(Domain, ReadsInternationalNamesOneWay) {
  EXPECT_EQ(domain("b\xC3\xBC"
                   "cher.example"),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(domain("B\xC3\x9C"
                   "CHER.example"),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(domain("xn--bcher-kva.example"),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(domain("XN--BCHER-KVA.example"),
            "b\xC3\xBC"
            "cher.example");
  EXPECT_EQ(domain("stra\xC3\x9F"
                   "e.example"),
            "refused: unlike");
  EXPECT_EQ(domain("xn--strae-oqa.example"), "refused: unlike");
  EXPECT_EQ(domain("xn--a.example"), "refused: forbidden");
  EXPECT_EQ(domain("a\xE2\x80\x8D"
                   "b.example"),
            "refused: forbidden");
}

TEST(Domain, HasAnAsciiFormForCertificates) {
  EXPECT_EQ(ascii_domain("low.example").value_or("?"), "low.example");
  EXPECT_EQ(ascii_domain("b\xC3\xBC"
                         "cher.example")
                .value_or("?"),
            "xn--bcher-kva.example");
  EXPECT_FALSE(ascii_domain("\xFF"));
}

// The processor time of reading an address whose parts are `octets` long and foreign: the least of
// several rounds, for the machine may be busy.
std::clock_t time_of_foreign_parts(std::size_t octets) {
  std::string local;
  while (local.size() + 2 <= octets) local += "\xD0\xB6";
  const std::string address = local + "@low.example/" + local;
  std::clock_t least = std::numeric_limits<std::clock_t>::max();
  for (int round = 0; round < 5; ++round) {
    const std::clock_t begin = std::clock();
    for (int i = 0; i < 40; ++i) EXPECT_TRUE(parse_jid(address));
    least = std::min(least, std::clock() - begin);
  }
  return std::max<std::clock_t>(least, 1);
}

// Characters that each need a look cost what their number costs: eight times as long a part would
// take sixty-four times as long if time grew with the square. A stanza may carry many addresses.
TEST(Jid, LongForeignPartsAreCheap) {
  const std::clock_t eighth = time_of_foreign_parts(kJidPartCeiling / 8);
  EXPECT_LT(time_of_foreign_parts(kJidPartCeiling), 24 * eighth);
}

// What normalisation lengthens most is still a value, or a fault.
TEST(Jid, ExpandingTextIsBounded) {
  std::string part;
  while (part.size() + 3 <= kJidPartCeiling) part += "\xEF\xB7\xBA";  // 1 code point, 18 in NFKC
  EXPECT_FALSE(parse_jid(part + "@low.example"));
  EXPECT_FALSE(parse_jid("low.example/" + part));
}

}  // namespace
}  // namespace guard::xmpp
