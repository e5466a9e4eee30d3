#include "labels/icism_map.h"

#include <algorithm>
#include <set>
#include <utility>

#include "labels/named.h"
#include "labels/plain_policy.h"
#include "labels/policy_fault.h"
#include "schemas/element.h"
#include "schemas/reader.h"

namespace labels {
namespace {

using schemas::Element;

constexpr std::string_view kNamespace = "urn:xmpp-guard:icism-map:1";

std::string value(const Element& element, std::string_view attribute) {
  const std::string_view* found = element.attribute(attribute);
  return found == nullptr ? std::string() : std::string(*found);
}

// MapReader reads the children of an <icism-map>.
class MapReader {
 public:
  MapReader(const std::string& file, const SecurityPolicy& policy) : file_(file), policy_(policy) {
    map_.policy = policy.id();
  }

  std::expected<void, guard::FileError> read(const Element& element) {
    if (element.name == "classification") return read_classification(element);
    if (element.name == "fixed") return read_fixed(element);
    return read_tokens(element);
  }

  // What has been read, once it is whole.
  std::expected<IcismMap, guard::FileError> take(const Element& root) {
    if (map_.classifications.empty()) {
      return fault(root, "no classification", "one or more");
    }
    for (const auto& [attribute, token] : map_.fixed) {
      if (!attributes_.contains(attribute)) continue;
      return fault(root, "the attribute " + attribute + " is fixed and has tokens too", "one");
    }
    return std::move(map_);
  }

 private:
  std::unexpected<guard::FileError> fault(const Element& at, std::string what,
                                          std::string expected) const {
    return std::unexpected(guard::FileError{.file = file_,
                                            .line = at.line,
                                            .column = at.column,
                                            .what = std::move(what),
                                            .expected = std::move(expected)});
  }

  std::expected<void, guard::FileError> read_classification(const Element& element) {
    const std::string token = value(element, "token");
    const std::string name = value(element, "name");
    const Classification* known = policy_.classification(std::string_view(name));
    if (known == nullptr) {
      return fault(element, "classification " + in_quotes(name) + " is not in the security policy",
                   "one of " + in_quotes(policy_.name()));
    }
    const bool again = std::ranges::any_of(
        map_.classifications, [&](const auto& one) { return one.second == known->lacv; });
    if (again || !map_.classifications.emplace(token, known->lacv).second) {
      return fault(
          element,
          "a second token for " + in_quotes(name) + ", or a second meaning of " + in_quotes(token),
          "each once");
    }
    return {};
  }

  std::expected<void, guard::FileError> read_fixed(const Element& element) {
    if (!map_.fixed.emplace(value(element, "attribute"), value(element, "token")).second) {
      return fault(element, "the attribute " + value(element, "attribute") + " is fixed twice",
                   "once");
    }
    return {};
  }

  std::expected<void, guard::FileError> read_tokens(const Element& element) {
    const std::string attribute = value(element, "attribute");
    attributes_.insert(attribute);
    for (const Element* one : element.elements()) {
      const auto meant = find_named_value(policy_, {.tag_set = value(element, "tag-set"),
                                                    .tag = value(element, "tag"),
                                                    .values = {value(*one, "value")}});
      if (!meant) return fault(*one, meant.error().what, meant.error().expected);
      const IcismValue found{
          .tag_set = meant->tag_set->id, .kind = meant->tag->kind, .lacv = meant->value->lacv};
      const bool again = std::ranges::any_of(
          map_.values, [&](const auto& other) { return other.second == found; });
      if (again || !map_.values.emplace(std::pair(attribute, value(*one, "name")), found).second) {
        return fault(*one,
                     "a second token for " + in_quotes(value(*one, "value")) +
                         ", or a second meaning of " + in_quotes(value(*one, "name")),
                     "each once");
      }
    }
    return {};
  }

  const std::string& file_;
  const SecurityPolicy& policy_;
  IcismMap map_;
  std::set<std::string> attributes_;
};

}  // namespace

std::expected<IcismMap, guard::FileError> read_icism_map(const std::string& file,
                                                         std::string_view text,
                                                         const PolicySet& policies) {
  schemas::FileReader reader(schemas::Grammar::kLabel);
  const auto document = reader.read_text(text, file);
  if (!document) return std::unexpected(document.error());
  const Element& root = document->root();
  const auto wrong = [&](std::string what, std::string expected) {
    return std::unexpected(guard::FileError{.file = file,
                                            .line = root.line,
                                            .column = root.column,
                                            .what = std::move(what),
                                            .expected = std::move(expected)});
  };
  if (!root.is(kNamespace, "icism-map")) {
    return wrong("the element " + std::string(root.name), "icism-map");
  }
  const auto names = plain_policy(root, policies);
  if (!names) return wrong(names.error().what, names.error().expected);
  MapReader map(file, (*names)->policy());
  for (const Element* child : root.elements()) {
    if (auto done = map.read(*child); !done) return std::unexpected(std::move(done.error()));
  }
  return map.take(root);
}

}  // namespace labels
