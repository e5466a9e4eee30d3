#include "labels/security_policy.h"

#include <algorithm>
#include <map>
#include <utility>

#include "labels/compiled_policy.h"
#include "labels/policy_check.h"

namespace labels {

struct SecurityPolicy::Compiled {
  PolicyContent content;
  // Index into content.classifications; -1 where the number is unknown.
  std::array<std::int16_t, kMaxClassification + 1> by_lacv{};
  std::vector<Space> spaces;  // in ascending order of tag set id, then kind
  std::optional<CompiledPolicy> values;
};

namespace {

// Stable, by insertion: std::stable_sort uses what libstdc++ 12 itself calls deprecated, which is
// an error under clang.
void sort_by_hierarchy(std::vector<Classification>& all) {
  const auto lower = [](const auto& a, const auto& b) { return a.hierarchy < b.hierarchy; };
  for (auto next = all.begin(); next != all.end(); ++next) {
    std::rotate(std::upper_bound(all.begin(), next, *next, lower), next, next + 1);
  }
}

std::vector<SecurityPolicy::Space> compile_spaces(const PolicyContent& content) {
  std::map<std::pair<Oid, CategoryKind>, SecurityPolicy::Space> spaces;
  for (const TagSet& tag_set : content.tag_sets) {
    for (std::uint32_t t = 0; t < tag_set.tags.size(); ++t) {
      const Tag& tag = tag_set.tags[t];
      SecurityPolicy::Space& space = spaces[{tag_set.id, tag.kind}];
      space.tag_set = &tag_set;
      space.kind = tag.kind;
      space.tags.push_back(t);
      for (std::uint32_t c = 0; c < tag.categories.size(); ++c) {
        space.values.push_back(
            {.lacv = tag.categories[c].lacv, .tag = t, .category = c, .number = 0});
      }
    }
  }
  std::vector<SecurityPolicy::Space> compiled;
  for (auto& [key, space] : spaces) {
    std::sort(space.values.begin(), space.values.end(),
              [](const auto& a, const auto& b) { return a.lacv < b.lacv; });
    compiled.push_back(std::move(space));
  }
  return compiled;
}

std::uint32_t tag_set_index(const PolicyContent& content, const SecurityPolicy::Space& space) {
  return static_cast<std::uint32_t>(space.tag_set - content.tag_sets.data());
}

}  // namespace

SecurityPolicy::SecurityPolicy(std::shared_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}

std::expected<SecurityPolicy, PolicyFault> SecurityPolicy::make(PolicyContent content) {
  if (auto checked = check_policy(content); !checked) return std::unexpected(checked.error());
  sort_by_hierarchy(content.classifications);

  const auto compiled = std::make_shared<Compiled>();
  compiled->content = std::move(content);
  compiled->by_lacv.fill(-1);
  const std::vector<Classification>& all = compiled->content.classifications;
  for (std::size_t i = 0; i < all.size(); ++i) {
    compiled->by_lacv[all[i].lacv] = static_cast<std::int16_t>(i);
  }
  compiled->spaces = compile_spaces(compiled->content);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  for (const Space& space : compiled->spaces) {
    for (const std::uint32_t tag : space.tags)
      order.emplace_back(tag_set_index(compiled->content, space), tag);
  }
  compiled->values.emplace(compiled->content, order);
  for (Space& space : compiled->spaces) {
    const std::uint32_t tag_set = tag_set_index(compiled->content, space);
    for (Space::Value& value : space.values) {
      value.number = compiled->values->number(
          {.tag_set = tag_set, .tag = value.tag, .category = value.category});
    }
  }
  return SecurityPolicy(compiled);
}

const std::string& SecurityPolicy::name() const { return compiled_->content.name; }
const Oid& SecurityPolicy::id() const { return compiled_->content.id; }
const PolicyContent& SecurityPolicy::content() const { return compiled_->content; }

bool SecurityPolicy::covers_unlabelled() const {
  const std::optional<DefaultPolicy>& other = compiled_->content.default_policy;
  return !other || other->id == id();
}

std::span<const Classification> SecurityPolicy::classifications() const {
  return compiled_->content.classifications;
}

std::span<const TagSet> SecurityPolicy::tag_sets() const { return compiled_->content.tag_sets; }

std::optional<std::size_t> SecurityPolicy::classification_index(std::uint32_t lacv) const {
  if (lacv > kMaxClassification || compiled_->by_lacv[lacv] < 0) return std::nullopt;
  return static_cast<std::size_t>(compiled_->by_lacv[lacv]);
}

const CompiledPolicy& SecurityPolicy::compiled() const { return *compiled_->values; }

const Classification* SecurityPolicy::classification(std::uint32_t lacv) const {
  const std::optional<std::size_t> index = classification_index(lacv);
  return index ? &compiled_->content.classifications[*index] : nullptr;
}

const Classification* SecurityPolicy::classification(std::string_view name) const {
  const auto found = std::ranges::find(compiled_->content.classifications, name,
                                       [](const auto& one) { return std::string_view(one.name); });
  return found == compiled_->content.classifications.end() ? nullptr : &*found;
}

const TagSet* SecurityPolicy::tag_set(const Oid& id) const {
  const auto found = std::ranges::find(compiled_->content.tag_sets, id, &TagSet::id);
  return found == compiled_->content.tag_sets.end() ? nullptr : &*found;
}

const TagSet* SecurityPolicy::tag_set(std::string_view name) const {
  const auto found = std::ranges::find(compiled_->content.tag_sets, name,
                                       [](const auto& one) { return std::string_view(one.name); });
  return found == compiled_->content.tag_sets.end() ? nullptr : &*found;
}

const PrivacyMarkEntry* SecurityPolicy::privacy_mark(std::string_view text) const {
  const auto found = std::ranges::find(compiled_->content.privacy_marks, text,
                                       [](const auto& one) { return std::string_view(one.name); });
  return found == compiled_->content.privacy_marks.end() ? nullptr : &*found;
}

const SecurityPolicy::Space::Value* SecurityPolicy::Space::find(std::uint32_t lacv) const {
  const auto found = std::ranges::lower_bound(values, lacv, {}, &Value::lacv);
  return found != values.end() && found->lacv == lacv ? &*found : nullptr;
}

const SecurityPolicy::Space* SecurityPolicy::space(const Oid& tag_set, CategoryKind kind) const {
  // Looked up for each category of each label, so nothing is copied here.
  const auto before = [kind](const Space& space, const Oid& id) {
    const auto order = space.tag_set->id <=> id;
    return order < 0 || (order == 0 && space.kind < kind);
  };
  const auto found =
      std::lower_bound(compiled_->spaces.begin(), compiled_->spaces.end(), tag_set, before);
  if (found == compiled_->spaces.end()) return nullptr;
  return found->kind == kind && found->tag_set->id == tag_set ? &*found : nullptr;
}

}  // namespace labels
