#include "schemas/tree_builder.h"

#include <algorithm>
#include <cstring>

#include "schemas/utf8.h"

namespace schemas {

void TreeBuilder::begin(Arena& arena) {
  arena_ = &arena;
  open_.clear();
  pending_.clear();
  dropped_.clear();
  elements_ = 0;
  root_ = nullptr;
}

Element* TreeBuilder::open(std::string_view ns, std::string_view name,
                           std::span<const Attribute> attributes) {
  if (open_.size() == limits_.depth || elements_ == limits_.elements) return nullptr;
  ++elements_;
  auto* element = arena_->make<Element>();
  element->ns = ns;
  element->name = name;
  element->attributes = attributes;
  if (open_.empty()) {
    root_ = element;
  } else if (open_.back().element->ns != ns &&
             std::ranges::find(left_out_, ns) != left_out_.end()) {
    dropped_.push_back(ns);
  } else {
    pending_.emplace_back(element);
  }
  open_.push_back({element, pending_.size()});
  return element;
}

bool TreeBuilder::text(std::span<const char16_t> run) {
  const std::optional<std::string_view> written = utf8(run);
  if (!written) return false;
  if (written->empty()) return true;
  const bool first = pending_.size() == open_.back().first_child;
  auto* before = first ? nullptr : std::get_if<std::string_view>(&pending_.back());
  if (before == nullptr) {
    pending_.emplace_back(*written);
  } else if (before->data() + before->size() == written->data()) {
    *before = {before->data(), before->size() + written->size()};
  } else {  // Xerces hands out long text in parts; the arena took a new chunk between two of them
    const std::size_t size = before->size() + written->size();
    char* joined = arena_->open(size);
    std::memcpy(joined, before->data(), before->size());
    std::memcpy(joined + before->size(), written->data(), written->size());
    *before = arena_->close(size);
  }
  return true;
}

void TreeBuilder::close() {
  const Open closed = open_.back();
  closed.element->children = arena_->copy(children());
  pending_.resize(closed.first_child);
  open_.pop_back();
}

std::optional<std::string_view> TreeBuilder::utf8(std::span<const char16_t> text) {
  char* const place = arena_->open(text.size() * kMaxUtf8PerUnit);
  const std::optional<std::size_t> size = to_utf8(text, place);
  if (!size) return std::nullopt;
  return arena_->close(*size);
}

std::span<const Child> TreeBuilder::children() const {
  return std::span<const Child>(pending_).subspan(open_.back().first_child);
}

}  // namespace schemas
