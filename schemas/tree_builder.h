// TreeBuilder: the tree of Elements, grown from the events of a parse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "schemas/arena.h"
#include "schemas/element.h"

namespace schemas {

struct TreeLimits {
  std::size_t depth = 64;       // the root is at depth 1
  std::size_t elements = 8192;  // in the document, the root included
};

// TreeBuilder borrows the arena from begin() until root() has been taken. REQUIRES: events nest as
// those of a well-formed document do.
class TreeBuilder {
 public:
  explicit TreeBuilder(const TreeLimits& limits) : limits_(limits) {}

  void begin(Arena& arena);

  // leave_out names the namespaces whose elements are not attached to one of another namespace.
  // Borrowed.
  void leave_out(std::span<const std::string_view> namespaces) { left_out_ = namespaces; }

  // open starts an element; its attributes must be in the arena. nullptr past a limit.
  [[nodiscard]] Element* open(std::string_view ns, std::string_view name,
                              std::span<const Attribute> attributes);
  // text adds character data; false where it holds what to_utf8 refuses.
  [[nodiscard]] bool text(std::span<const char16_t> run);
  void close();

  // utf8 copies into the arena; nullopt where to_utf8 refuses.
  [[nodiscard]] std::optional<std::string_view> utf8(std::span<const char16_t> text);

  // children returns what the innermost open element holds so far, until the next event.
  [[nodiscard]] std::span<const Child> children() const;
  // innermost returns the innermost open element, or nullptr outside the root.
  [[nodiscard]] const Element* innermost() const {
    return open_.empty() ? nullptr : open_.back().element;
  }
  [[nodiscard]] const Element* root() const { return root_; }
  // dropped returns the namespaces of what was left out, one for each such element.
  [[nodiscard]] std::span<const std::string_view> dropped() const { return dropped_; }

 private:
  struct Open {
    Element* element;
    std::size_t first_child;  // in pending_
  };

  TreeLimits limits_;
  Arena* arena_ = nullptr;
  std::vector<Open> open_;
  std::vector<Child> pending_;  // the children of all open elements, innermost last
  std::span<const std::string_view> left_out_;
  std::vector<std::string_view> dropped_;
  std::size_t elements_ = 0;
  const Element* root_ = nullptr;
};

}  // namespace schemas
