#include "labels/catalog.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "labels/decision.h"

namespace labels {
namespace {

// Choice is a value that a label of the catalog may bear.
struct Choice {
  const TagSet* tag_set;
  const Tag* tag;
  const TagCategory* category;
};

bool could_be_granted(const Choice& choice, const Clearance& clearance) {
  if (choice.category->obsolete || choice.category->user_input) return false;
  if (rule_of(choice.tag->kind) == CategoryRule::kInformative) return true;
  const Category* held = clearance.find(choice.tag_set->id, choice.tag->kind);
  return held != nullptr && held->holds(choice.category->lacv);
}

std::vector<Choice> choices(const SecurityPolicy& policy, const Clearance& clearance,
                            bool informative) {
  std::vector<Choice> all;
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (const Tag& tag : tag_set.tags) {
      if (!informative && rule_of(tag.kind) == CategoryRule::kInformative) continue;
      for (const TagCategory& category : tag.categories) {
        const Choice choice{.tag_set = &tag_set, .tag = &tag, .category = &category};
        if (could_be_granted(choice, clearance)) all.push_back(choice);
      }
    }
  }
  return all;
}

// The privacy marks to try: none where the policy can do without.
std::vector<std::optional<PrivacyMark>> privacy_marks(const SecurityPolicy& policy) {
  if (policy.content().privacy_mark_selection.minimum == 0) return {std::nullopt};
  std::vector<std::optional<PrivacyMark>> marks;
  for (const PrivacyMarkEntry& entry : policy.content().privacy_marks) {
    if (entry.obsolete) continue;
    auto mark = PrivacyMark::make(PrivacyMark::Form::kUtf8String, entry.name);
    if (mark) marks.emplace_back(*std::move(mark));
  }
  return marks;
}

std::optional<Label> make_label(const SecurityPolicy& policy, const Classification& classification,
                                const std::optional<PrivacyMark>& mark,
                                const std::vector<Choice>& chosen) {
  Label label(policy.id());
  if (!label.set_classification(classification.lacv)) return std::nullopt;
  if (mark) label.set_privacy_mark(*mark);
  std::map<std::pair<Oid, CategoryKind>, std::vector<std::uint32_t>> values;
  for (const Choice& choice : chosen) {
    values[{choice.tag_set->id, choice.tag->kind}].push_back(choice.category->lacv);
  }
  for (auto& [place, numbers] : values) {
    auto category = Category::make(place.first, place.second, std::move(numbers));
    if (!category || !label.add(*std::move(category))) return std::nullopt;
  }
  return label;
}

std::string without_bar(std::string text) {
  std::ranges::replace(text, '|', '/');
  return text;
}

// The values of a tag that a label bears, "CAN, GBR".
std::string values_of(const Label& label, const TagSet& tag_set, const Tag& tag) {
  const Category* borne = label.find(tag_set.id, tag.kind);
  std::string text;
  if (borne == nullptr) return text;
  for (const TagCategory& category : tag.categories) {
    if (!borne->holds(category.lacv)) continue;
    if (!text.empty()) text += ", ";
    text += category.name;
  }
  return text;
}

// "Releasable to: CAN, GBR; Caveats: CRYPTO", or the classification's name where there is nothing.
std::string leaf(const SecurityPolicy& policy, const Label& label, const std::string& name) {
  std::string text = label.privacy_mark() ? label.privacy_mark()->text() : "";
  for (const TagSet& tag_set : policy.tag_sets()) {
    for (const Tag& tag : tag_set.tags) {
      const std::string values = values_of(label, tag_set, tag);
      if (values.empty()) continue;
      if (!text.empty()) text += "; ";
      text += tag.name + ": " + values;
    }
  }
  return without_bar(text.empty() ? name : text);
}

// next moves `at`, indices in ascending order below `count`, to the next selection; false behind
// the last.
bool next(std::vector<std::size_t>& at, std::size_t count) {
  for (std::size_t i = at.size(); i-- > 0;) {
    if (at[i] + (at.size() - i) >= count) continue;
    std::iota(at.begin() + static_cast<std::ptrdiff_t>(i), at.end(), at[i] + 1);
    return true;
  }
  return false;
}

// Search gathers the labels of one clearance.
class Search {
 public:
  Search(const SecurityPolicy& policy, const Clearance& clearance, const CatalogRequest& request)
      : policy_(policy),
        compiled_(policy, clearance),
        request_(request),
        marks_(privacy_marks(policy)),
        plain_(choices(policy, clearance, false)),
        informative_(choices(policy, clearance, true)) {}

  // add appends the labels of one classification; false where a bound is reached.
  bool add(const Classification& classification) {
    const std::size_t before = labels_.size();
    if (!add(classification, plain_)) return false;
    return labels_.size() != before || add(classification, informative_);
  }

  std::vector<Label> take() { return std::move(labels_); }

 private:
  bool add(const Classification& classification, const std::vector<Choice>& from) {
    const std::size_t before = labels_.size();
    for (std::size_t size = 0; size <= from.size(); ++size) {
      const bool needed = labels_.size() == before && size <= kMostNeededValues;
      if (size > request_.values && !needed) break;
      std::vector<std::size_t> at(size);
      std::iota(at.begin(), at.end(), std::size_t{0});
      do {
        std::vector<Choice> chosen;
        for (const std::size_t i : at) chosen.push_back(from[i]);
        if (!try_label(classification, chosen)) return false;
      } while (next(at, from.size()));
    }
    return true;
  }

  bool try_label(const Classification& classification, const std::vector<Choice>& chosen) {
    for (const auto& mark : marks_) {
      if (++candidates_ > request_.most_candidates) return false;
      auto label = make_label(policy_, classification, mark, chosen);
      if (!label || !granted(*label)) continue;
      if (labels_.size() == request_.most_items) return false;
      labels_.push_back(*std::move(label));
    }
    return true;
  }

  [[nodiscard]] bool granted(const Label& label) const {
    return decide(CompiledLabel(policy_, label), compiled_, request_.at).granted();
  }

  const SecurityPolicy& policy_;
  CompiledClearance compiled_;
  const CatalogRequest& request_;
  std::vector<std::optional<PrivacyMark>> marks_;
  std::vector<Choice> plain_;
  std::vector<Choice> informative_;
  std::vector<Label> labels_;
  std::size_t candidates_ = 0;
};

}  // namespace

std::expected<std::vector<CatalogItem>, CatalogFault> catalog(const SecurityPolicy& policy,
                                                              const Clearance& clearance,
                                                              const CatalogRequest& request) {
  Search search(policy, clearance, request);
  for (const Classification& classification : policy.classifications()) {
    if (!clearance.holds(classification.lacv)) continue;
    if (!search.add(classification)) {
      return std::unexpected(CatalogFault{"more than " + std::to_string(request.most_items) +
                                          " labels, or too many to try"});
    }
  }
  return arranged(policy, search.take());
}

std::vector<CatalogItem> arranged(const SecurityPolicy& policy, std::vector<Label> labels) {
  std::map<std::uint32_t, std::size_t> in_menu;
  for (const Label& label : labels) ++in_menu[label.classification().value_or(0)];
  std::vector<CatalogItem> items;
  for (Label& label : labels) {
    const std::uint32_t lacv = label.classification().value_or(0);
    const Classification* known = policy.classification(lacv);
    const std::string name = known == nullptr ? std::to_string(lacv) : known->name;
    // A menu of one item needs no submenu.
    std::string selector = without_bar(name);
    if (in_menu[lacv] > 1) selector += "|" + leaf(policy, label, name);
    items.push_back({.label = std::move(label), .selector = std::move(selector)});
  }
  return items;
}

}  // namespace labels
