// The sample security policies of deploy/examples/labels, for tests.
#pragma once

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "labels/spif.h"

namespace labels::test {

inline constexpr std::array<std::string_view, 4> kSamples{"national", "alliance", "company", "tlp"};

// sample_text returns the file of that name; throws where it cannot be read.
inline std::string sample_text(std::string_view name) {
  const std::string path =
      std::string(GUARD_SOURCE_DIR "/deploy/examples/labels/") + std::string(name) + ".xml";
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// sample loads "national", "alliance", "company" or "tlp"; throws, with the place, where it is
// refused.
inline SecurityPolicy sample(std::string_view name) {
  auto loaded = load_spif(std::string(name) + ".xml", sample_text(name));
  if (!loaded) {
    const guard::FileError& error = loaded.error();
    throw std::runtime_error(error.file + ":" + std::to_string(error.line) + ":" +
                             std::to_string(error.column) + ": " + error.what + ", expected " +
                             error.expected);
  }
  return *std::move(loaded);
}

}  // namespace labels::test
