// StanzaReader is total: any octets give a tree or a fault, and what gives a tree keeps its
// promises.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "guard/base/check.h"
#include "schemas/dropped.h"
#include "schemas/reader.h"

namespace {

constexpr std::size_t kDepth = 32;

void check_text(std::string_view text) {
  // The tree is UTF-8 without NUL; noncharacters of the last two code points of the basic plane
  // stand for all of them here.
  CHECK(text.find('\0') == std::string_view::npos);
  CHECK(text.find("\xEF\xBF\xBE") == std::string_view::npos);
  CHECK(text.find("\xEF\xBF\xBF") == std::string_view::npos);
}

// Not iterative, but no deeper than the reader's own limit, which is what it checks.
void check_tree(const schemas::Element& element, std::size_t depth) {
  CHECK(depth <= kDepth);
  CHECK(!element.name.empty());
  CHECK(!element.ns.empty());
  for (const schemas::Attribute& attribute : element.attributes) {
    CHECK(attribute.ns.empty() || attribute.ns == "http://www.w3.org/XML/1998/namespace");
    check_text(attribute.value);
  }
  bool after_text = false;
  for (const schemas::Child& child : element.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) {
      CHECK(!after_text);
      CHECK(!text->empty());
      check_text(*text);
      after_text = true;
    } else {
      check_tree(*std::get<const schemas::Element*>(child), depth + 1);
      after_text = false;
    }
  }
  for (const schemas::Element* child : element.elements()) {
    for (const std::string_view dropped : schemas::kDroppedNamespaces) CHECK(child->ns != dropped);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static schemas::StanzaReader reader;
  const std::string_view stanza(reinterpret_cast<const char*>(data), size);
  const auto root = reader.read_stanza(stanza);
  if (root) {
    CHECK((*root)->ns == "jabber:server");
    CHECK(reader.refused_root() == nullptr);
    check_tree(**root, 1);
  } else {
    CHECK(root.error().fault != schemas::ReadFault::kInternal);
    CHECK((reader.refused_root() != nullptr) ==
          (root.error().fault == schemas::ReadFault::kSchema));
  }
  return 0;
}
