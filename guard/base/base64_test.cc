#include "guard/base/base64.h"

#include <gtest/gtest.h>

namespace guard {
namespace {

TEST(Base64, TheVectorsOfRfc4648) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(Base64, EveryOctetComesBack) {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<std::uint8_t>(i));
  EXPECT_EQ(from_base64(to_base64(all)), all);
}

TEST(Base64, RefusesASecondSpelling) {
  EXPECT_TRUE(from_base64("Zg=="));
  EXPECT_FALSE(from_base64("Zh=="));   // unused bits set
  EXPECT_FALSE(from_base64("Zm9="));   // unused bits set
  EXPECT_FALSE(from_base64("Zg"));     // no padding
  EXPECT_FALSE(from_base64("Zg= ="));  // white space
  EXPECT_FALSE(from_base64("Zg==\n"));
  EXPECT_FALSE(from_base64("===="));
  EXPECT_FALSE(from_base64("Zg==Zg=="));  // padding inside
  EXPECT_FALSE(from_base64("Zm-v"));      // the URL alphabet
}

TEST(Base64, SaysWhere) {
  const auto decoded = from_base64("Zm9vYm!y");
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().offset, 6U);
}

}  // namespace
}  // namespace guard
