// What becomes of an ESS label that a test gives in hex.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "guard/base/hex.h"
#include "labels/der_writer_for_test.h"
#include "labels/ess.h"

namespace labels::test {

inline guard::Bytes bytes(std::string_view hex) { return *guard::from_hex(hex); }

// "accepted", or the reason; and whatever is accepted is written again octet for octet.
inline std::string verdict(std::string_view hex) {
  const guard::Bytes der = bytes(hex);
  const auto label = decode_ess(der);
  if (!label) return std::string(to_string(label.error().reason));
  EXPECT_EQ(guard::to_hex(encode_ess(*label)), hex);
  return "accepted";
}

inline std::string verdict_of_category(const std::string& one) {
  return verdict(set(kPolicy + set(one)));
}

}  // namespace labels::test
