// SPIF files for tests, put together from parts, and what becomes of them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "labels/spif.h"

namespace labels::test {

// A SPIF of five lines and more: the classifications are on line 4, what follows them on line 5.
inline std::string spif(
    const std::string& classifications, const std::string& rest = "",
    const std::string& policy_id = R"(<securityPolicyId name="T" id="2.999.5"/>)") {
  return "<?xml version=\"1.0\"?>\n"
         "<SPIF xmlns=\"http://www.xmlspif.org/spif\" schemaVersion=\"2.1\">\n" +
         policy_id + "\n<securityClassifications>" + classifications +
         "</securityClassifications>\n" + rest + "\n</SPIF>\n";
}

inline const std::string kLow = R"(<securityClassification name="LOW" lacv="1" hierarchy="1"/>)";

inline std::string tag_sets(const std::string& tags) {
  return R"(<securityCategoryTagSets><securityCategoryTagSet name="S" id="2.999.5.1">)" + tags +
         "</securityCategoryTagSet></securityCategoryTagSets>";
}

inline std::string tag(const std::string& attributes, const std::string& categories) {
  return R"(<securityCategoryTag name="T" )" + attributes + ">" + categories +
         "</securityCategoryTag>";
}

inline const std::string kCategory = R"(<tagCategory name="A" lacv="0"/>)";

// "accepted", or "line: what".
inline std::string verdict(const std::string& text) {
  static SpifReader reader;
  const auto loaded = reader.read("test.xml", text);
  if (loaded) return "accepted";
  EXPECT_EQ(loaded.error().file, "test.xml");
  EXPECT_GT(loaded.error().column, 0U);
  return std::to_string(loaded.error().line) + ": " + loaded.error().what;
}

}  // namespace labels::test
