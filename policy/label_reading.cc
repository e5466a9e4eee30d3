#include "policy/label_reading.h"

#include <algorithm>

#include "guard/base/check.h"
#include "labels/named.h"
#include "policy/narrowest.h"

namespace policy {
namespace {

labels::NamedCategory category_of(const schemas::Element& element) {
  labels::NamedCategory category{.tag_set = value(element, "tag-set"),
                                 .tag = value(element, "tag"),
                                 .values = {},
                                 .all = element.name == "categories"};
  if (!category.all) category.values.push_back(value(element, "value"));
  return category;
}

// One element for each value in the file becomes one category with all its values.
void add(std::vector<labels::NamedCategory>& categories, labels::NamedCategory category) {
  const auto same = std::ranges::find_if(categories, [&](const labels::NamedCategory& other) {
    return other.tag_set == category.tag_set && other.tag == category.tag && !other.all &&
           !category.all;
  });
  if (same == categories.end()) {
    categories.push_back(std::move(category));
  } else {
    same->values.push_back(std::move(category.values.front()));
  }
}

// Whether a part of a label or clearance can be understood by itself. The whole is made only when
// each part can, so that a complaint stands at the line that caused it.
class PartCheck {
 public:
  explicit PartCheck(FileReading& reading) : reading_(reading) {}

  bool all_well() const { return well_; }

  void label(const schemas::Element& at, const labels::NamedLabel& names) {
    report(at, labels::label_from_names(policy(), names));
  }
  void clearance(const schemas::Element& at, const labels::NamedClearance& names) {
    report(at, labels::clearance_from_names(policy(), names));
  }
  const labels::SecurityPolicy& policy() const { return reading_.content.security_policy; }

 private:
  template <class Result>
  void report(const schemas::Element& at, const Result& result) {
    if (result) return;
    reading_.fault(at, result.error().what, result.error().expected);
    well_ = false;
  }

  FileReading& reading_;
  bool well_ = true;
};

// Any classification of the policy: with it a category can be tried by itself.
std::string some_classification(const labels::SecurityPolicy& policy) {
  return policy.classifications().front().name;
}

}  // namespace

void read_label(FileReading& reading, const schemas::Element& element) {
  PartCheck check(reading);
  labels::NamedLabel names{.classification = value(element, "classification"),
                           .privacy_mark = std::nullopt,
                           .categories = {}};
  if (element.attribute("privacy-mark") != nullptr) {
    names.privacy_mark = value(element, "privacy-mark");
  }
  check.label(element, names);
  for (const schemas::Element* child : element.elements()) {
    labels::NamedCategory category = category_of(*child);
    check.label(*child, {.classification = some_classification(check.policy()),
                         .privacy_mark = std::nullopt,
                         .categories = {category}});
    add(names.categories, std::move(category));
  }
  const auto index = static_cast<LabelIndex>(reading.content.labels.size());
  reading.labels.emplace(value(element, "name"), index);
  auto label = labels::label_from_names(check.policy(), names);
  if (check.all_well() && !label)
    reading.fault(element, label.error().what, label.error().expected);
  // A label with a fault keeps its place, so that references to it are not faults as well.
  reading.content.labels.push_back(
      {.name = value(element, "name"),
       .label = label ? std::move(*label) : labels::Label(check.policy().id()),
       .place = place_of(element)});
}

namespace {

// What the elements of a <clearance> list.
std::optional<labels::Clearance> listed_clearance(FileReading& reading,
                                                  const schemas::Element& element) {
  PartCheck check(reading);
  labels::NamedClearance names;
  const std::string some = some_classification(check.policy());
  for (const schemas::Element* child : element.elements()) {
    if (child->name == "classification") {
      std::string name = value(*child, "name");
      check.clearance(*child, {.classifications = {name}, .from = {}, .to = {}, .categories = {}});
      names.classifications.push_back(std::move(name));
    } else if (child->name == "classifications") {
      names.from = value(*child, "from");
      names.to = value(*child, "to");
      check.clearance(
          *child, {.classifications = {}, .from = names.from, .to = names.to, .categories = {}});
    } else {
      labels::NamedCategory category = category_of(*child);
      check.clearance(*child,
                      {.classifications = {some}, .from = {}, .to = {}, .categories = {category}});
      add(names.categories, std::move(category));
    }
  }
  if (!check.all_well()) return std::nullopt;
  auto clearance = labels::clearance_from_names(check.policy(), names);
  if (clearance) return std::move(*clearance);
  reading.fault(element, clearance.error().what, clearance.error().expected);
  return std::nullopt;
}

}  // namespace

std::optional<FileClearance> read_clearance(FileReading& reading, const schemas::Element& element) {
  if (element.attribute("file") == nullptr) {
    auto listed = listed_clearance(reading, element);
    return listed ? std::optional(FileClearance{.clearance = std::move(*listed)}) : std::nullopt;
  }
  const std::string name = value(element, "file");
  const auto from_file = reading.clearances.read(name);
  if (!from_file) {
    reading.fault(element, "clearance file \"" + name + "\": " + from_file.error(),
                  governing_clearance(reading) + ", by a path relative to this file");
  }
  if (element.elements().empty()) {
    return from_file ? std::optional(*from_file) : std::nullopt;
  }
  const std::optional<labels::Clearance> listed = listed_clearance(reading, element);
  if (!from_file || !listed) return std::nullopt;
  const auto both = narrowest(from_file->clearance, listed);
  CHECK(both);
  return FileClearance{.clearance = *both, .key = from_file->key};
}

std::string governing_clearance(const FileReading& reading) {
  const labels::SecurityPolicy& governing = reading.content.security_policy;
  return "a readable clearance under the security policy that governs, " + governing.name() + " (" +
         governing.id().to_dotted() + ")";
}

}  // namespace policy
