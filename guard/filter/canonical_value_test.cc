#include "guard/filter/canonical_value.h"

#include <gtest/gtest.h>

namespace guard::filter {
namespace {

std::string canonical(std::string_view value, ValueKind kind) {
  std::string out;
  switch (append_canonical(out, value, kind)) {
    case ValueVerdict::kWritten:
      return out;
    case ValueVerdict::kBadValue:
      EXPECT_EQ(out, "");
      return "bad value";
    case ValueVerdict::kUnlisted:
      EXPECT_EQ(out, "");
      return "unlisted";
    case ValueVerdict::kBadAddress:
      EXPECT_EQ(out, "");
      return "bad address";
  }
  return {};
}

TEST(CanonicalValue, Numbers) {
  for (const char* same : {"7", "+7", "007", " 7\n", "+0007"}) {
    EXPECT_EQ(canonical(same, ValueKind::kNumber), "7") << same;
  }
  EXPECT_EQ(canonical("-1", ValueKind::kNumber), "-1");
  EXPECT_EQ(canonical("-0", ValueKind::kNumber), "0");
  for (const char* bad : {"", "x", "7x", "7 7", "+-7", "--7", "0x7", "99999999999999999999"}) {
    EXPECT_EQ(canonical(bad, ValueKind::kNumber), "bad value") << bad;
  }
}

TEST(CanonicalValue, Stamps) {
  for (const char* same : {"2026-01-31T23:59:59Z", "2026-01-31T23:59:59.123456Z",
                           "2026-02-01T00:59:59+01:00", "2026-01-31T23:59:59"}) {
    EXPECT_EQ(canonical(same, ValueKind::kStamp), "2026-01-31T23:59:59Z") << same;
  }
  for (const char* bad : {"", "yesterday", "2026-02-30T00:00:00Z", "2026-01-31T23:59:59Zx"}) {
    EXPECT_EQ(canonical(bad, ValueKind::kStamp), "bad value") << bad;
  }
}

TEST(CanonicalValue, Addresses) {
  EXPECT_EQ(canonical("Alice@High.Example/Desk", ValueKind::kJid), "alice@high.example/Desk");
  EXPECT_EQ(canonical("@high.example", ValueKind::kJid), "bad address");
  EXPECT_EQ(canonical("", ValueKind::kJid), "bad address");
}

TEST(CanonicalValue, Tokens) {
  EXPECT_EQ(canonical(" away ", ValueKind::kToken), "away");
  EXPECT_EQ(canonical("a way", ValueKind::kToken), "bad value");
  EXPECT_EQ(canonical(" ", ValueKind::kToken), "bad value");
}

TEST(CanonicalValue, Languages) {
  EXPECT_EQ(canonical("de-AT", ValueKind::kLanguage), "de-at");
  for (const char* good : {"e", "en", "abcdefgh", "x-1", "en-abcdefgh-12345678-abcdefgh-12345"}) {
    EXPECT_EQ(canonical(good, ValueKind::kLanguage), good);
  }
  for (const char* bad : {"", "-", "en-", "-en", "en--us", "e1", "abcdefghi", "en-123456789",
                          "two words", "en_US", "\u00e9", "en-abcdefgh-12345678-abcdefgh-123456"}) {
    EXPECT_EQ(canonical(bad, ValueKind::kLanguage), "bad value") << bad;
  }
}

TEST(CanonicalValue, Words) {
  constexpr std::string_view kWords[] = {"a", "b"};
  std::string out;
  EXPECT_EQ(append_canonical(out, " b ", ValueKind::kWord, kWords), ValueVerdict::kWritten);
  EXPECT_EQ(out, "b");
  EXPECT_EQ(append_canonical(out, "c", ValueKind::kWord, kWords), ValueVerdict::kUnlisted);
  EXPECT_EQ(append_canonical(out, "b", ValueKind::kWord), ValueVerdict::kUnlisted);
  EXPECT_EQ(out, "b");
}

TEST(CanonicalValue, DomainsBelongToThoseBelowThem) {
  EXPECT_TRUE(belongs_to("a.example", "a.example"));
  EXPECT_TRUE(belongs_to("a.example", "rooms.a.example"));
  EXPECT_FALSE(belongs_to("rooms.a.example", "a.example"));
  EXPECT_FALSE(belongs_to("a.example", "ba.example"));
  EXPECT_FALSE(belongs_to("", "a.example"));
  EXPECT_FALSE(belongs_to("a.example", ""));
}

TEST(CanonicalValue, OpaqueValuesAreBoundedAndPrintable) {
  EXPECT_TRUE(is_opaque(std::string(kMaxOpaque, 'x')));
  EXPECT_FALSE(is_opaque(std::string(kMaxOpaque + 1, 'x')));
  EXPECT_TRUE(is_opaque("!~"));
  for (const char* bad : {"", "a b", "a\tb", "\x7f", "\u00e9", "\n"}) EXPECT_FALSE(is_opaque(bad));
  EXPECT_EQ(canonical("a b", ValueKind::kOpaque), "bad value");
}

}  // namespace
}  // namespace guard::filter
