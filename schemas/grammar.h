// Grammar: which of the embedded schemas a document is read by.
#pragma once

#include <cstdint>
#include <string_view>

namespace schemas {

enum class Grammar : std::uint8_t {
  kStanza,  // stanza.xsd: what peers send
  kPolicy,  // policy.xsd: the policy file
  kSite,    // site.xsd: the site file, guard.xml
  kSpif,    // spif.xsd: a security policy, Open XML SPIF
  kLabel,   // label.xsd: a file with a label or a clearance, of any format that is XML
};

// root_schema names the file that the grammar starts from; others come in by xs:import and
// xs:include, by their file names.
[[nodiscard]] constexpr std::string_view root_schema(Grammar grammar) {
  switch (grammar) {
    case Grammar::kStanza:
      return "stanza.xsd";
    case Grammar::kPolicy:
      return "policy.xsd";
    case Grammar::kSite:
      return "site.xsd";
    case Grammar::kSpif:
      return "spif.xsd";
    case Grammar::kLabel:
      return "label.xsd";
  }
  return {};
}

}  // namespace schemas
