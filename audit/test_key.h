// kTestKey: a private key for tests that want to know the public half: that of RFC 8032 7.1,
// TEST 1.
#pragma once

#include <string_view>

namespace audit {

inline constexpr std::string_view kTestKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace audit
