// TestFiles: policies from text and from deploy/examples, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <expected>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "policy/loader.h"
#include "schemas/xerces_platform.h"

namespace policy::test {

inline const std::string kPair = GUARD_SOURCE_DIR "/deploy/examples/pair/";

inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::expected<NamedText, std::string> example_spif(std::string_view name) {
  if (name != "spif.xml") return std::unexpected(std::string("no such file"));
  return NamedText{.name = "spif.xml", .text = contents(kPair + "spif.xml")};
}

// The SPIF is that of the example.
inline std::expected<Policy, std::vector<guard::FileError>> load_text(const std::string& text) {
  const schemas::XercesPlatform platform;
  return load({.name = "p.xml", .text = text}, example_spif);
}

}  // namespace policy::test
