#include "labels/validity.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "guard/base/check.h"
#include "labels/compiled_policy.h"
#include "labels/label_rules.h"
#include "labels/label_time.h"

namespace labels {
namespace {

std::string describe(const TagSet& tag_set) { return "tag set \"" + tag_set.name + "\""; }

// Whole seconds, rounded down; nothing where nobody knows the time.
std::optional<std::int64_t> seconds(guard::UtcTime at) {
  if (at == guard::UtcTime{}) return std::nullopt;
  const std::int64_t whole = at.microseconds / 1'000'000;
  return at.microseconds % 1'000'000 < 0 ? whole - 1 : whole;
}

// Faults words what is wrong with one label. Every function returns false where the list wants no
// more.
class Faults {
 public:
  Faults(const CompiledLabel& label, guard::UtcTime at, DenialList& list)
      : label_(label), policy_(label.policy()), at_(seconds(at)), list_(list) {}

  bool judge() {
    return judge_classification() && judge_privacy_mark() && judge_knowledge() &&
           judge_selections() && judge_conditions() && judge_user_texts();
  }

 private:
  [[nodiscard]] std::span<const std::uint64_t> values() const { return label_.values().words(); }

  bool judge_classification() {
    const std::optional<std::uint16_t> lacv = label_.label().classification();
    if (!lacv) {
      return list_.add(DenialReason::kNoClassification,
                       [] { return std::string("no classification"); });
    }
    if (label_.classification()) return true;
    return list_.add(DenialReason::kUnknownClassification,
                     [&] { return "classification " + std::to_string(*lacv) + " unknown"; });
  }

  bool judge_privacy_mark() {
    const std::optional<PrivacyMark>& mark = label_.label().privacy_mark();
    const Selection& selection = policy_.content().privacy_mark_selection;
    if (!mark) {
      if (selection.minimum == 0) return true;
      return list_.add(DenialReason::kPrivacyMarkMissing,
                       [] { return std::string("no privacy mark"); });
    }
    const PrivacyMarkEntry* entry = policy_.privacy_mark(mark->text());
    if (entry == nullptr) {
      return list_.add(DenialReason::kUnknownPrivacyMark,
                       [] { return std::string("privacy mark unknown"); });
    }
    if (entry->obsolete && !list_.add(DenialReason::kObsoletePrivacyMark, [&] {
          return "privacy mark \"" + entry->name + "\" obsolete";
        })) {
      return false;
    }
    if (!selection.maximum || *selection.maximum > 0) return true;
    return list_.add(DenialReason::kPrivacyMarkTooMany,
                     [] { return std::string("a privacy mark where none is allowed"); });
  }

  bool judge_knowledge() {
    if (label_.knows_all()) return true;
    return std::ranges::all_of(label_.label().categories(),
                               [&](const Category& one) { return judge_knowledge(one); });
  }

  bool judge_knowledge(const Category& category) {
    const SecurityPolicy::Space* space = policy_.space(category.tag_set(), category.kind());
    if (space == nullptr) {
      const TagSet* tag_set = policy_.tag_set(category.tag_set());
      if (tag_set == nullptr) {
        return list_.add(DenialReason::kUnknownTagSet,
                         [&] { return "tag set " + category.tag_set().to_dotted() + " unknown"; });
      }
      return list_.add(DenialReason::kUnknownTag, [&] {
        return describe(*tag_set) + ": no tag of type " + std::string(to_string(category.kind()));
      });
    }
    const auto is_unknown = [&](std::uint32_t lacv) { return space->find(lacv) == nullptr; };
    if (std::ranges::none_of(category.values(), is_unknown)) return true;
    return list_.add(DenialReason::kUnknownValue, [&] {
      ValueList unknown;
      for (const std::uint32_t lacv : category.values()) {
        if (is_unknown(lacv)) unknown.add(lacv, nullptr);
      }
      return describe(*space->tag_set) + ": " + std::string(to_string(space->kind)) + " value " +
             unknown.text() + " unknown";
    });
  }

  bool judge_selections() {
    return std::ranges::all_of(policy_.compiled().selecting(), [&](const CompiledTag& tag) {
      const std::size_t count = tag.values.count_in(values());
      const auto word = [&](std::string_view bound, std::uint32_t limit) {
        const TagSet& tag_set = policy_.content().tag_sets[tag.tag_set];
        return describe(tag_set) + ", tag \"" + tag_set.tags[tag.tag].name +
               "\": " + std::to_string(count) + " selected, " + std::string(bound) + " " +
               std::to_string(limit);
      };
      if (count < tag.selection.minimum) {
        return list_.add(DenialReason::kTooFewValues,
                         [&] { return word("at least", tag.selection.minimum); });
      }
      if (tag.selection.maximum && count > *tag.selection.maximum) {
        return list_.add(DenialReason::kTooManyValues,
                         [&] { return word("at most", *tag.selection.maximum); });
      }
      return true;
    });
  }

  // What a label bears asks of the label.
  bool judge_conditions() {
    const CompiledPolicy& compiled = policy_.compiled();
    if (label_.classification()) {
      const CompiledConditions* conditions = compiled.classification(*label_.classification());
      if (conditions != nullptr && !judge_classification(*conditions)) return false;
    }
    const std::span<const std::uint64_t> conditional = compiled.conditional().words();
    bool go_on = true;
    for (std::size_t i = 0; i < conditional.size() && go_on; ++i) {
      for_each_value(i, conditional[i] & values()[i], [&](std::uint32_t value) {
        go_on = go_on && judge_value(value, compiled.conditions(value));
      });
    }
    return go_on;
  }

  bool judge_classification(const CompiledConditions& conditions) {
    const Classification& one = policy_.classifications()[*label_.classification()];
    const auto subject = [&] {
      return "classification " + std::to_string(one.lacv) + " (" + one.name + ")";
    };
    if (conditions.obsolete && !list_.add(DenialReason::kObsoleteClassification,
                                          [&] { return subject() + " obsolete"; })) {
      return false;
    }
    return judge_categories(conditions, subject);
  }

  bool judge_value(std::uint32_t value, const CompiledConditions& conditions) {
    const auto subject = [&] {
      const ValuePlace& place = policy_.compiled().place(value);
      const TagSet& tag_set = policy_.content().tag_sets[place.tag_set];
      const TagCategory& category = tag_set.tags[place.tag].categories[place.category];
      return describe(tag_set) + ": " + std::to_string(category.lacv) + " (" + category.name + ")";
    };
    const auto add = [&](DenialReason reason, std::string_view words) {
      return list_.add(reason, [&] { return subject() + std::string(words); });
    };
    if (conditions.obsolete && !add(DenialReason::kObsoleteValue, " obsolete")) return false;
    if (conditions.dated && !at_) {
      if (!add(DenialReason::kNotYetValid, " is valid for a time, and the time is not known")) {
        return false;
      }
    }
    if (at_ && *at_ < conditions.not_before && !add(DenialReason::kNotYetValid, " not valid yet")) {
      return false;
    }
    if (at_ && *at_ > conditions.not_after &&
        !add(DenialReason::kNoLongerValid, " no longer valid")) {
      return false;
    }
    // Without a known classification that fault says it all.
    if (label_.classification()) {
      const Classification& one = policy_.classifications()[*label_.classification()];
      if (!conditions.classes[one.lacv] && !list_.add(DenialReason::kClassMismatch, [&] {
            return subject() + " does not go with classification " + std::to_string(one.lacv) +
                   " (" + one.name + ")";
          })) {
        return false;
      }
    }
    return judge_categories(conditions, subject);
  }

  template <typename Subject>
  bool judge_categories(const CompiledConditions& conditions, const Subject& subject) {
    if (conditions.excluded.meets(values()) && !list_.add(DenialReason::kExcludedCategory, [&] {
          ValueList present;
          conditions.excluded.for_each([&](std::uint32_t value) {
            if (label_.values().has(value)) add_named(present, value);
          });
          return subject() + " excludes " + present.text();
        })) {
      return false;
    }
    return std::ranges::all_of(conditions.required, [&](const CompiledRequired& required) {
      if (required.holds(values())) return true;
      return list_.add(DenialReason::kRequiredCategory,
                       [&] { return subject() + " requires " + word(required); });
    });
  }

  void add_named(ValueList& list, std::uint32_t value) const {
    const TagCategory& category = category_at(policy_.content(), policy_.compiled().place(value));
    list.add(category.lacv, &category.name);
  }

  [[nodiscard]] std::string word(const ValueMask& values) const {
    ValueList list;
    values.for_each([&](std::uint32_t value) { add_named(list, value); });
    return list.text();
  }

  [[nodiscard]] std::string word(const CompiledRequired& required) const {
    switch (required.operation) {
      case RequiredOperation::kOnlyOne:
        return "exactly one of " + word(required.values);
      case RequiredOperation::kOneOrMore:
        return "one or more of " + word(required.values);
      case RequiredOperation::kAll:
        break;
    }
    std::string words;
    for (const CompiledRequired::Group& group : required.groups) {
      if (!words.empty()) words += ", and ";
      words += (group.every ? "all of " : "one of ") + word(group.values);
    }
    return words;
  }

  bool judge_user_texts() {
    return std::ranges::all_of(label_.label().user_texts(),
                               [&](const UserText& text) { return judge_user_text(text); });
  }

  bool judge_user_text(const UserText& text) {
    const SecurityPolicy::Space* space = policy_.space(text.tag_set, text.kind);
    const SecurityPolicy::Space::Value* value = space == nullptr ? nullptr : space->find(text.lacv);
    if (value == nullptr) return true;  // the label bears the value, and so it is a fault already
    const TagCategory& category = space->tag_set->tags[value->tag].categories[value->category];
    const auto subject = [&] {
      return describe(*space->tag_set) + ": " + std::to_string(category.lacv) + " (" +
             category.name + ")";
    };
    if (!category.user_input) {
      return list_.add(DenialReason::kUserTextUnexpected,
                       [&] { return subject() + " takes no text"; });
    }
    if (suits(text.text, category)) return true;
    return list_.add(DenialReason::kUserTextMalformed, [&] {
      return subject() + (category.user_input == UserInput::kDate ? ": the text is no such date"
                                                                  : ": the text is no integer");
    });
  }

  static bool suits(std::string_view text, const TagCategory& category) {
    switch (*category.user_input) {
      case UserInput::kString:
        return true;
      case UserInput::kInteger:
        if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
        return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
      case UserInput::kDate: {
        const bool given = !category.date_format.empty();
        const auto format = DateFormat::parse(given ? category.date_format : "yyyy-MM-dd");
        return (format && format->matches(text)) || (!given && parse_label_time(text));
      }
    }
    return false;
  }

  const CompiledLabel& label_;
  const SecurityPolicy& policy_;
  std::optional<std::int64_t> at_;  // seconds since 1970
  DenialList& list_;
};

}  // namespace

bool judge_validity(const CompiledLabel& label, guard::UtcTime at, DenialList& list) {
  if (label.label().policy() != label.policy().id()) {
    return list.add(DenialReason::kLabelPolicy, [&] {
      return "label under policy " + label.label().policy().to_dotted() + ", not " +
             label.policy().name();
    });
  }
  return Faults(label, at, list).judge();
}

Validity::Validity() { faults_.emplace_back(DenialReason::kNotJudged, "not judged"); }

const Denial& Validity::first() const {
  CHECK(!valid());
  return faults_.front();
}

Validity validate(const CompiledLabel& label, guard::UtcTime at) {
  if (is_valid(label, at)) return Validity(std::vector<Denial>());
  DenialList list(DenialList::Mode::kFull);
  static_cast<void>(judge_validity(label, at, list));
  CHECK(list.any());
  return Validity(list.take());
}

Validity validate(const SecurityPolicy& policy, const Label& label, guard::UtcTime at) {
  return validate(CompiledLabel(policy, label), at);
}

bool is_valid(const CompiledLabel& label, guard::UtcTime at) {
  DenialList list(DenialList::Mode::kQuick);
  static_cast<void>(judge_validity(label, at, list));
  return !list.any();
}

}  // namespace labels
