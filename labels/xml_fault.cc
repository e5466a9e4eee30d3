#include "labels/xml_fault.h"

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

namespace labels {
namespace {

// The step from `parent` to its child: its name and its place among those of that name.
std::string step_to(const schemas::Element& parent, const schemas::Element& child) {
  std::size_t place = 0;
  for (const schemas::Child& one : parent.children) {
    const auto* const* element = std::get_if<const schemas::Element*>(&one);
    if (element == nullptr || (*element)->name != child.name) continue;
    ++place;
    if (*element == &child) break;
  }
  return std::string(child.name) + "[" + std::to_string(place) + "]";
}

// An element on the way down, and which of its children is looked at next.
struct Visit {
  const schemas::Element* element;
  std::size_t next;
};

}  // namespace

std::string path_to(const schemas::Element& root, const schemas::Element& at) {
  std::vector<Visit> open{{&root, 0}};
  while (!open.empty() && open.back().element != &at) {
    Visit& top = open.back();
    if (top.next == top.element->children.size()) {
      open.pop_back();
      continue;
    }
    const schemas::Child& child = top.element->children[top.next++];
    if (const auto* const* element = std::get_if<const schemas::Element*>(&child)) {
      open.push_back({*element, 0});
    }
  }
  std::string path;
  for (std::size_t i = 1; i < open.size(); ++i) {
    if (i > 1) path += '/';
    path += step_to(*open[i - 1].element, *open[i].element);
  }
  return path;
}

XmlFault xml_fault(const schemas::Element& root, const schemas::Element& at, LabelReason reason,
                   std::string what, std::string expected) {
  return {.reason = reason,
          .what = std::move(what),
          .expected = std::move(expected),
          .line = at.line,
          .column = at.column,
          .path = path_to(root, at)};
}

}  // namespace labels
