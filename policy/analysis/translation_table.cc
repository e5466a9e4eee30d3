#include "policy/analysis/translation_table.h"

#include "labels/equivalence.h"
#include "policy/words.h"

namespace policy {
namespace {

std::string value_words(const labels::SecurityPolicy& policy, const labels::ValueName& name) {
  const labels::SecurityPolicy::Space* space = policy.space(name.tag_set, name.kind);
  const labels::SecurityPolicy::Space::Value* found = space->find(name.lacv);
  return space->tag_set->tags[found->tag].categories[found->category].name + " of " +
         space->tag_set->name;
}

Fate fate_of(const labels::TranslationFault& fault) {
  return fault.reason == labels::TranslationReason::kClassificationAmbiguous ? Fate::kDepends
                                                                             : Fate::kNone;
}

PartFate fate_of(const labels::Equivalence& equivalence, const labels::SecurityPolicy& to,
                 const labels::Classification& classification) {
  PartFate fate{.part = classification.name, .becomes = {}, .classification = &classification};
  const auto answer = equivalence.classification(classification.lacv);
  if (!answer) {
    fate.fate = fate_of(answer.error());
    return fate;
  }
  fate.fate = Fate::kBecomes;
  fate.becomes = to.classification(answer->lacv)->name;
  return fate;
}

PartFate fate_of(const labels::Equivalence& equivalence, const labels::SecurityPolicy& to,
                 const labels::TagSet& tag_set, const labels::Tag& tag,
                 const labels::TagCategory& value) {
  PartFate fate{.part = value.name + " of " + tag_set.name,
                .becomes = {},
                .tag_set = &tag_set,
                .tag = &tag,
                .value = &value};
  const auto answer =
      equivalence.value({.tag_set = tag_set.id, .kind = tag.kind, .lacv = value.lacv});
  if (!answer) return fate;
  fate.fate = answer->empty() ? Fate::kLeftOut : Fate::kBecomes;
  std::vector<std::string> names;
  for (const labels::ValueName& name : *answer) names.push_back(value_words(to, name));
  fate.becomes = joined_with(names, " and ");
  return fate;
}

}  // namespace

TranslationTable translation_table(const labels::SecurityPolicy& from,
                                   const labels::SecurityPolicy& to) {
  const labels::Equivalence equivalence(from, to);
  TranslationTable table{.possible = equivalence.is_any(), .classifications = {}, .values = {}};
  for (const labels::Classification& each : from.classifications()) {
    table.classifications.push_back(fate_of(equivalence, to, each));
  }
  for (const labels::TagSet& tag_set : from.tag_sets()) {
    for (const labels::Tag& tag : tag_set.tags) {
      for (const labels::TagCategory& value : tag.categories) {
        table.values.push_back(fate_of(equivalence, to, tag_set, tag, value));
      }
    }
  }
  return table;
}

std::string table_words(const TranslationTable& table, const std::string& indent) {
  std::string text;
  std::vector<std::string> none;
  std::vector<std::string> left_out;
  for (const auto* parts : {&table.classifications, &table.values}) {
    for (const PartFate& part : *parts) {
      switch (part.fate) {
        case Fate::kNone:
          none.push_back(part.part);
          break;
        case Fate::kLeftOut:
          left_out.push_back(part.part);
          break;
        case Fate::kBecomes:
          text += indent + part.part + " becomes " + part.becomes + "\n";
          break;
        case Fate::kDepends:
          text += indent + part.part + " becomes what the label's categories decide\n";
          break;
      }
    }
  }
  if (!left_out.empty()) text += indent + "left out: " + joined_with(left_out, ", ") + "\n";
  if (!none.empty()) {
    text += indent + "no equivalent, so refused: " + joined_with(none, ", ") + "\n";
  }
  return text;
}

}  // namespace policy
