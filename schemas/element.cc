#include "schemas/element.h"

namespace schemas {

const std::string_view* Element::attribute(std::string_view attribute_name) const {
  return attribute({}, attribute_name);
}

const std::string_view* Element::attribute(std::string_view attribute_ns,
                                           std::string_view attribute_name) const {
  for (const Attribute& each : attributes) {
    if (each.name == attribute_name && each.ns == attribute_ns) return &each.value;
  }
  return nullptr;
}

std::vector<const Element*> Element::elements() const {
  std::vector<const Element*> found;
  found.reserve(children.size());
  for (const Child& each : children) {
    if (const auto* element = std::get_if<const Element*>(&each)) found.push_back(*element);
  }
  return found;
}

const Element* Element::child(std::string_view child_ns, std::string_view child_name) const {
  for (const Child& each : children) {
    const auto* element = std::get_if<const Element*>(&each);
    if (element != nullptr && (*element)->is(child_ns, child_name)) return *element;
  }
  return nullptr;
}

std::string Element::text() const {
  std::string joined;
  for (const Child& each : children) {
    if (const auto* run = std::get_if<std::string_view>(&each)) joined += *run;
  }
  return joined;
}

}  // namespace schemas
