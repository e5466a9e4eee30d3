// StreamElement: a small tree for stream-level elements (features, SASL, STARTTLS, dialback).
//
// Never for stanzas: those pass the edge as bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guard::xmpp {

struct StreamAttribute {
  std::string ns{};  // empty for an attribute without a prefix
  std::string name{};
  std::string value{};
};

struct StreamElement {
  std::string ns{};
  std::string name{};
  std::vector<StreamAttribute> attributes{};
  std::vector<StreamElement> children{};
  std::string text{};  // all character data directly inside, concatenated

  [[nodiscard]] bool is(std::string_view element_ns, std::string_view element_name) const {
    return ns == element_ns && name == element_name;
  }
  // attribute gives the value of an attribute in no namespace, or nullptr.
  [[nodiscard]] const std::string* attribute(std::string_view attribute_name) const;
  // child gives the first child of that name, or nullptr.
  [[nodiscard]] const StreamElement* child(std::string_view child_ns,
                                           std::string_view child_name) const;
};

}  // namespace guard::xmpp
