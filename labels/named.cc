#include "labels/named.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "guard/base/check.h"

namespace labels {
namespace {

using Error = std::unexpected<NameError>;

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

// "one of "A", "B"", from anything with names; long lists are cut, since the file has the rest.
template <typename Range>
std::string one_of(const Range& range) {
  constexpr std::size_t kShown = 24;
  std::string text;
  std::size_t count = 0;
  for (const auto& one : range) {
    if (++count > kShown) continue;
    text += (text.empty() ? "one of " : ", ") + quoted(one.name);
  }
  if (count == 0) return "nothing: there are none";
  if (count > kShown) text += " and " + std::to_string(count - kShown) + " more";
  return text;
}

// The categories of one label or clearance as they are collected: several names may be of the same
// tag set and kind, which make one category.
class Collected {
 public:
  // add refuses a value that is there already.
  std::expected<void, NameError> add(const TagSet& tag_set, const Tag& tag,
                                     const TagCategory& value) {
    std::vector<std::uint32_t>& values = values_[{tag_set.id, tag.kind}];
    if (std::ranges::find(values, value.lacv) != values.end()) {
      return Error({"category " + quoted(value.name) + " of tag set " + quoted(tag_set.name) +
                        " is named twice",
                    "each once"});
    }
    values.push_back(value.lacv);
    return {};
  }

  // put_into hands everything to a Label or a Clearance.
  template <typename Target>
  std::expected<void, NameError> put_into(Target& target) const {
    for (const auto& [key, values] : values_) {
      std::expected<Category, LabelReason> category = Category::make(key.first, key.second, values);
      if (!category) return failed(category.error());
      if (const auto added = target.add(*std::move(category)); !added) return failed(added.error());
    }
    return {};
  }

 private:
  static Error failed(LabelReason reason) {
    return Error({"too many categories (" + std::string(to_string(reason)) + ")",
                  "at most 64 tag sets and types, and 4,096 values in each"});
  }

  std::map<std::pair<Oid, CategoryKind>, std::vector<std::uint32_t>> values_;
};

std::expected<const TagSet*, NameError> find_tag_set(const SecurityPolicy& policy,
                                                     const std::string& name) {
  const TagSet* found = policy.tag_set(std::string_view(name));
  if (found != nullptr) return found;
  return Error({"tag set " + quoted(name) + " is not in security policy " + quoted(policy.name()),
                one_of(policy.tag_sets())});
}

// The tags of the tag set that a NamedCategory may mean: the one it names, or all.
std::expected<std::vector<const Tag*>, NameError> candidate_tags(const TagSet& tag_set,
                                                                 const std::string& name) {
  std::vector<const Tag*> tags;
  for (const Tag& tag : tag_set.tags) {
    if (name.empty() || tag.name == name) tags.push_back(&tag);
  }
  if (!tags.empty()) return tags;
  return Error(
      {"tag " + quoted(name) + " is not in tag set " + quoted(tag_set.name), one_of(tag_set.tags)});
}

std::string values_of(const std::vector<const Tag*>& tags) {
  std::vector<TagCategory> all;
  for (const Tag* tag : tags) {
    all.insert(all.end(), tag->categories.begin(), tag->categories.end());
  }
  return one_of(all);
}

struct FoundValue {
  const Tag* tag;
  const TagCategory* value;
};

std::expected<FoundValue, NameError> find_value(const TagSet& tag_set,
                                                const std::vector<const Tag*>& tags,
                                                const std::string& name) {
  std::optional<FoundValue> found;
  for (const Tag* tag : tags) {
    const auto value = std::ranges::find(tag->categories, name, &TagCategory::name);
    if (value == tag->categories.end()) continue;
    if (found) {
      return Error({"category " + quoted(name) + " is in tags " + quoted(found->tag->name) +
                        " and " + quoted(tag->name) + " of tag set " + quoted(tag_set.name),
                    "the tag to be named too"});
    }
    found = FoundValue{tag, &*value};
  }
  if (found) return *found;
  return Error(
      {"category " + quoted(name) + " is not in tag set " + quoted(tag_set.name), values_of(tags)});
}

bool is_informative(const Tag& tag) { return rule_of(tag.kind) == CategoryRule::kInformative; }

enum class Purpose { kLabel, kClearance };

std::expected<void, NameError> collect_all(const TagSet& tag_set,
                                           const std::vector<const Tag*>& tags, bool tag_named,
                                           Collected& collected) {
  for (const Tag* tag : tags) {
    if (is_informative(*tag) && !tag_named) continue;
    for (const TagCategory& value : tag->categories) {
      if (auto added = collected.add(tag_set, *tag, value); !added) return added;
    }
  }
  return {};
}

std::expected<void, NameError> collect_one(const SecurityPolicy& policy, Purpose purpose,
                                           const NamedCategory& named, Collected& collected) {
  const auto tag_set = find_tag_set(policy, named.tag_set);
  if (!tag_set) return Error(tag_set.error());
  const auto tags = candidate_tags(**tag_set, named.tag);
  if (!tags) return Error(tags.error());
  const std::string where = "tag set " + quoted(named.tag_set);
  const auto refuse_informative = [&](const Tag& tag) {
    return Error({"tag " + quoted(tag.name) + " of " + where + " is informative",
                  "tags that take part in the decision"});
  };
  if (purpose == Purpose::kClearance && !named.tag.empty() && is_informative(*tags->front())) {
    return refuse_informative(*tags->front());
  }
  if (named.all) {
    if (purpose == Purpose::kLabel) {
      return Error({"all categories of " + where + " in a label", "categories by name"});
    }
    if (!named.values.empty()) {
      return Error({"all categories of " + where + " and some by name", "one or the other"});
    }
    return collect_all(**tag_set, *tags, !named.tag.empty(), collected);
  }
  if (named.values.empty()) {
    return Error({"no category of " + where + " is named", values_of(*tags)});
  }
  for (const std::string& name : named.values) {
    const auto found = find_value(**tag_set, *tags, name);
    if (!found) return Error(found.error());
    if (purpose == Purpose::kClearance && is_informative(*found->tag)) {
      return refuse_informative(*found->tag);
    }
    if (auto added = collected.add(**tag_set, *found->tag, *found->value); !added) return added;
  }
  return {};
}

template <typename Target>
std::expected<void, NameError> add_categories(const SecurityPolicy& policy, Purpose purpose,
                                              const std::vector<NamedCategory>& categories,
                                              Target& target) {
  Collected collected;
  for (const NamedCategory& named : categories) {
    if (auto added = collect_one(policy, purpose, named, collected); !added) return added;
  }
  return collected.put_into(target);
}

// The policy's own numbers are within bounds, which SecurityPolicy::make has checked.
void add_known(Clearance& clearance, const Classification& classification) {
  const auto added = clearance.add_classification(classification.lacv);
  CHECK(added.has_value());
}

std::expected<void, NameError> add_range(const SecurityPolicy& policy, const NamedClearance& names,
                                         Clearance& clearance) {
  if (!names.from && !names.to) return {};
  if (!names.from || !names.to) {
    return Error({names.from ? "a range without its upper end" : "a range without its lower end",
                  "both \"from\" and \"to\""});
  }
  const auto from = find_named_classification(policy, *names.from);
  if (!from) return Error(from.error());
  const auto to = find_named_classification(policy, *names.to);
  if (!to) return Error(to.error());
  if ((*from)->hierarchy > (*to)->hierarchy) {
    return Error(
        {"the range from " + quoted(*names.from) + " to " + quoted(*names.to) + " runs downwards",
         "the lower classification first"});
  }
  for (const Classification& one : policy.classifications()) {
    if (one.hierarchy >= (*from)->hierarchy && one.hierarchy <= (*to)->hierarchy) {
      add_known(clearance, one);
    }
  }
  return {};
}

}  // namespace

std::expected<const Classification*, NameError> find_named_classification(
    const SecurityPolicy& policy, const std::string& name) {
  const Classification* found = policy.classification(std::string_view(name));
  if (found != nullptr) return found;
  return Error(
      {"classification " + quoted(name) + " is not in security policy " + quoted(policy.name()),
       one_of(policy.classifications())});
}

std::expected<NamedValue, NameError> find_named_value(const SecurityPolicy& policy,
                                                      const NamedCategory& named) {
  CHECK(named.values.size() == 1 && !named.all);
  const auto tag_set = find_tag_set(policy, named.tag_set);
  if (!tag_set) return Error(tag_set.error());
  const auto tags = candidate_tags(**tag_set, named.tag);
  if (!tags) return Error(tags.error());
  const auto found = find_value(**tag_set, *tags, named.values.front());
  if (!found) return Error(found.error());
  return NamedValue{.tag_set = *tag_set, .tag = found->tag, .value = found->value};
}

std::expected<Label, NameError> label_from_names(const SecurityPolicy& policy,
                                                 const NamedLabel& names) {
  const auto classification = find_named_classification(policy, names.classification);
  if (!classification) return Error(classification.error());
  Label label(policy.id());
  CHECK(label.set_classification((*classification)->lacv).has_value());
  if (names.privacy_mark) {
    if (!policy.has_privacy_mark(*names.privacy_mark)) {
      return Error({"privacy mark " + quoted(*names.privacy_mark) + " is not in security policy " +
                        quoted(policy.name()),
                    "one of its privacy marks"});
    }
    auto mark = PrivacyMark::of(*names.privacy_mark);
    if (!mark) {
      return Error({"privacy mark " + quoted(*names.privacy_mark) + " cannot be in a label (" +
                        std::string(to_string(mark.error())) + ")",
                    "1 to 128 characters, no control characters"});
    }
    label.set_privacy_mark(*std::move(mark));
  }
  if (auto added = add_categories(policy, Purpose::kLabel, names.categories, label); !added) {
    return Error(added.error());
  }
  return label;
}

std::expected<Clearance, NameError> clearance_from_names(const SecurityPolicy& policy,
                                                         const NamedClearance& names) {
  Clearance clearance(policy.id());
  for (const std::string& name : names.classifications) {
    const auto classification = find_named_classification(policy, name);
    if (!classification) return Error(classification.error());
    if (clearance.holds((*classification)->lacv)) {
      return Error({"classification " + quoted(name) + " is named twice", "each once"});
    }
    add_known(clearance, **classification);
  }
  if (auto added = add_range(policy, names, clearance); !added) return Error(added.error());
  if (clearance.classifications().empty()) {
    return Error({"a clearance without a classification", one_of(policy.classifications())});
  }
  if (auto added = add_categories(policy, Purpose::kClearance, names.categories, clearance);
      !added) {
    return Error(added.error());
  }
  return clearance;
}

}  // namespace labels
