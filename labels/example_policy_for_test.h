// A small security policy for tests, with every kind of tag: "TEST", 2.999.7.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labels/security_policy.h"

namespace labels::test {

inline Oid oid(std::string_view dotted) { return *Oid::from_dotted(dotted); }

inline Tag tag(std::string name, CategoryKind kind,
               std::vector<std::pair<std::string, std::uint32_t>> categories) {
  Tag result{.name = std::move(name), .kind = kind, .categories = {}, .place = {}};
  for (auto& [value_name, lacv] : categories) {
    result.categories.push_back({.name = value_name, .lacv = lacv, .place = {}});
  }
  return result;
}

// Tag sets: 1 restrictive; 2 permissive, two tags in it; 3 enumerated permissive; 4 enumerated
// restrictive; 5 informative bits and informative values; 6 restrictive and permissive at once.
inline PolicyContent example_content() {
  using Kind = CategoryKind;
  PolicyContent content;
  content.name = "TEST";
  content.id = oid("2.999.7");
  content.classifications = {{.name = "LOW", .lacv = 1, .hierarchy = 10, .background = "#00FF00"},
                             {.name = "MID", .lacv = 7, .hierarchy = 20, .background = "#0000FF"},
                             {.name = "TOP", .lacv = 2, .hierarchy = 30, .background = ""}};
  content.privacy_marks = {{.name = "STAFF"}};
  content.tag_sets = {
      {.name = "Caveats",
       .id = oid("2.999.7.1"),
       .tags = {tag("Caveats", Kind::kRestrictive, {{"RED", 0}, {"BLUE", 1}})},
       .place = {}},
      {.name = "Release",
       .id = oid("2.999.7.2"),
       .tags = {tag("Nations", Kind::kPermissive, {{"ALPHA", 0}, {"BRAVO", 1}}),
                tag("Groups", Kind::kPermissive, {{"STAFF", 2}, {"GUESTS", 3}})},
       .place = {}},
      {.name = "Projects",
       .id = oid("2.999.7.3"),
       .tags = {tag("Projects", Kind::kEnumeratedPermissive, {{"BRIDGE", 100}, {"TUNNEL", 200}})},
       .place = {}},
      {.name = "Rules",
       .id = oid("2.999.7.4"),
       .tags = {tag("Rules", Kind::kEnumeratedRestrictive, {{"ONE", 1000}, {"TWO", 2000}})},
       .place = {}},
      {.name = "Handling",
       .id = oid("2.999.7.5"),
       .tags = {tag("Remarks", Kind::kInformativeBits, {{"BURN", 0}}),
                tag("Numbers", Kind::kInformativeValues, {{"FORM", 17}})},
       .place = {}},
      {.name = "Mixed",
       .id = oid("2.999.7.6"),
       .tags = {tag("Must", Kind::kRestrictive, {{"SAME", 0}}),
                tag("May", Kind::kPermissive, {{"SAME", 0}})},
       .place = {}}};
  return content;
}

inline SecurityPolicy example_policy() { return *SecurityPolicy::make(example_content()); }

}  // namespace labels::test
