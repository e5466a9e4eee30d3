#include "guard/xmpp/element.h"

namespace guard::xmpp {

const std::string* StreamElement::attribute(std::string_view attribute_name) const {
  for (const StreamAttribute& attribute : attributes) {
    if (attribute.ns.empty() && attribute.name == attribute_name) return &attribute.value;
  }
  return nullptr;
}

const StreamElement* StreamElement::child(std::string_view child_ns,
                                          std::string_view child_name) const {
  for (const StreamElement& element : children) {
    if (element.is(child_ns, child_name)) return &element;
  }
  return nullptr;
}

}  // namespace guard::xmpp
