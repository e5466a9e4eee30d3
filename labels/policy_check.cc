#include "labels/policy_check.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "labels/constraint_check.h"

namespace labels {
namespace {

using Fault = std::unexpected<PolicyFault>;

Fault fault(const Place& place, std::string what, std::string expected) {
  return Fault(PolicyFault{place, std::move(what), std::move(expected)});
}

// What a value of a kind may be at most.
std::uint32_t max_lacv(CategoryKind kind) { return is_bit_string(kind) ? kMaxBit : kMaxAttribute; }

std::expected<void, PolicyFault> check_classifications(const PolicyContent& content) {
  if (content.classifications.empty()) {
    return fault({}, "a security policy without classifications", "one classification or more");
  }
  std::set<std::string_view> names;
  std::map<std::uint32_t, std::string_view> numbers;
  for (const Classification& one : content.classifications) {
    if (one.name.empty()) return fault(one.place, "a classification without a name", "a name");
    if (one.lacv > kMaxClassification) {
      return fault(
          one.place,
          "classification " + in_quotes(one.name) + " has the lacv " + std::to_string(one.lacv),
          "a lacv from 0 to 256");
    }
    if (!names.insert(one.name).second) {
      return fault(one.place, "a second classification " + in_quotes(one.name), "each name once");
    }
    const auto [other, is_new] = numbers.emplace(one.lacv, one.name);
    if (!is_new) {
      return fault(one.place,
                   "classification " + in_quotes(one.name) + " has the lacv " +
                       std::to_string(one.lacv) + ", as " + in_quotes(other->second) + " has",
                   "each lacv once");
    }
  }
  return {};
}

// The values of all tags of one kind in a tag set share one space of numbers, because a label
// names the tag set, the kind and the number only.
using Numbers = std::map<std::pair<CategoryKind, std::uint32_t>, std::string_view>;

std::expected<void, PolicyFault> check_tag(const TagSet& tag_set, const Tag& tag,
                                           Numbers& numbers) {
  const std::string where = " of tag set " + in_quotes(tag_set.name);
  if (tag.categories.empty()) {
    return fault(tag.place, "tag " + in_quotes(tag.name) + where + " has no values", "one or more");
  }
  std::set<std::string_view> names;
  for (const TagCategory& one : tag.categories) {
    if (one.name.empty()) return fault(one.place, "a category without a name", "a name");
    if (one.lacv > max_lacv(tag.kind)) {
      return fault(one.place,
                   "category " + in_quotes(one.name) + " has the lacv " + std::to_string(one.lacv),
                   "a lacv from 0 to " + std::to_string(max_lacv(tag.kind)) + " in a tag of type " +
                       std::string(to_string(tag.kind)));
    }
    if (!names.insert(one.name).second) {
      return fault(
          one.place,
          "a second category " + in_quotes(one.name) + " in tag " + in_quotes(tag.name) + where,
          "each name once in a tag");
    }
    const auto [other, is_new] = numbers.emplace(std::pair(tag.kind, one.lacv), one.name);
    if (!is_new) {
      return fault(one.place,
                   "category " + in_quotes(one.name) + where + " has the lacv " +
                       std::to_string(one.lacv) + ", as " + in_quotes(other->second) + " has",
                   "each lacv once among the tags of one type in a tag set");
    }
  }
  return {};
}

std::expected<void, PolicyFault> check_tag_set(const TagSet& tag_set) {
  if (tag_set.tags.size() > kMaxTags) {
    return fault(tag_set.place,
                 "tag set " + in_quotes(tag_set.name) + " has " +
                     std::to_string(tag_set.tags.size()) + " tags",
                 std::to_string(kMaxTags) + " at most");
  }
  std::set<std::string_view> names;
  Numbers numbers;
  for (const Tag& tag : tag_set.tags) {
    if (tag.name.empty()) return fault(tag.place, "a tag without a name", "a name");
    if (!names.insert(tag.name).second) {
      return fault(tag.place,
                   "a second tag " + in_quotes(tag.name) + " in tag set " + in_quotes(tag_set.name),
                   "each name once in a tag set");
    }
    if (auto checked = check_tag(tag_set, tag, numbers); !checked) {
      return std::unexpected(checked.error());
    }
  }
  return {};
}

std::expected<void, PolicyFault> check_tag_sets(const PolicyContent& content) {
  std::set<std::string_view> names;
  std::map<Oid, std::string_view> ids;
  for (const TagSet& tag_set : content.tag_sets) {
    if (tag_set.name.empty()) return fault(tag_set.place, "a tag set without a name", "a name");
    if (tag_set.id.empty()) {
      return fault(tag_set.place, "tag set " + in_quotes(tag_set.name) + " has no id", "an id");
    }
    if (!names.insert(tag_set.name).second) {
      return fault(tag_set.place, "a second tag set " + in_quotes(tag_set.name), "each name once");
    }
    const auto [other, is_new] = ids.emplace(tag_set.id, tag_set.name);
    if (!is_new) {
      return fault(tag_set.place,
                   "tag set " + in_quotes(tag_set.name) + " has the id " + tag_set.id.to_dotted() +
                       ", as " + in_quotes(other->second) + " has",
                   "each id once");
    }
    if (auto checked = check_tag_set(tag_set); !checked) return checked;
  }
  return {};
}

std::expected<void, PolicyFault> check_privacy_marks(const PolicyContent& content) {
  std::set<std::string_view> names;
  for (const PrivacyMarkEntry& one : content.privacy_marks) {
    if (one.name.empty()) return fault(one.place, "a privacy mark without a name", "a name");
    if (!names.insert(one.name).second) {
      return fault(one.place, "a second privacy mark " + in_quotes(one.name), "each name once");
    }
  }
  return {};
}

// A name and an id that this file knows belong together.
std::expected<void, PolicyFault> check_default_policy(const PolicyContent& content) {
  if (!content.default_policy) return {};
  const DefaultPolicy& one = *content.default_policy;
  const auto check = [&](const std::string& name,
                         const Oid& id) -> std::expected<void, PolicyFault> {
    if ((one.name == name) == (one.id == id)) return {};
    return fault(one.place,
                 "the default policy " + in_quotes(one.name) + " has the id " + one.id.to_dotted(),
                 "the policy " + in_quotes(name) + " with the id " + id.to_dotted() +
                     ", or another name and another id");
  };
  if (auto checked = check(content.name, content.id); !checked) return checked;
  for (const EquivalentPolicy& other : content.equivalent_policies) {
    if (auto checked = check(other.name, other.id); !checked) return checked;
  }
  return {};
}

}  // namespace

std::expected<void, PolicyFault> check_policy(const PolicyContent& content) {
  if (content.name.empty()) return fault({}, "a security policy without a name", "a name");
  if (content.id.empty()) return fault({}, "a security policy without an id", "an id");
  if (auto checked = check_classifications(content); !checked) return checked;
  if (auto checked = check_tag_sets(content); !checked) return checked;
  if (auto checked = check_privacy_marks(content); !checked) return checked;
  if (auto checked = check_default_policy(content); !checked) return checked;
  return check_constraints(content);
}

}  // namespace labels
