#include "labels/spif.h"

#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "labels/spif_marking.h"
#include "labels/spif_notes.h"
#include "schemas/reader.h"

namespace labels {
namespace {

using schemas::Element;
using Error = std::unexpected<guard::FileError>;

bool is(const Element& element, std::string_view name) { return element.is(kSpifNamespace, name); }

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

Place place_of(const Element& element) { return {.line = element.line, .column = element.column}; }

// The schema has seen to it that required attributes are there.
std::string_view required(const Element& element, std::string_view name) {
  const std::string_view* value = element.attribute(name);
  return value == nullptr ? std::string_view() : *value;
}

bool is_true(std::string_view boolean) { return boolean == "true" || boolean == "1"; }

// SpifReader walks a document that is valid under schemas/spif.xsd.
class SpifReader {
 public:
  explicit SpifReader(std::string_view file) : file_(file) {}

  std::expected<LoadedSpif, guard::FileError> read(const Element& root);

 private:
  [[nodiscard]] Error error(const Element& at, std::string what, std::string expected) const {
    return error(place_of(at), std::move(what), std::move(expected));
  }
  [[nodiscard]] Error error(const Place& at, std::string what, std::string expected) const {
    return Error(guard::FileError{.file = file_,
                                  .line = at.line,
                                  .column = at.column,
                                  .what = std::move(what),
                                  .expected = std::move(expected)});
  }
  [[nodiscard]] Error unsupported(const Element& at, const std::string& what) const {
    return error(at,
                 what +
                     " is not supported, and passing over it could let labels through "
                     "that this security policy refuses",
                 "a security policy without it");
  }

  std::expected<void, guard::FileError> refuse_conditions(const Element& element) const;
  std::expected<void, guard::FileError> refuse_selections(const Element& element) const;
  std::expected<void, guard::FileError> check_reference(const Element& element);
  std::expected<std::uint32_t, guard::FileError> number(const Element& element,
                                                        std::string_view name) const;
  std::expected<Oid, guard::FileError> oid(const Element& element) const;
  std::expected<CategoryKind, guard::FileError> kind(const Element& tag) const;

  std::expected<void, guard::FileError> read_policy_id(const Element& element);
  std::expected<void, guard::FileError> read_equivalent_policies(const Element& element);
  std::expected<void, guard::FileError> read_classification(const Element& element);
  std::expected<void, guard::FileError> read_classifications(const Element& element);
  std::expected<TagCategory, guard::FileError> read_category(const Element& element);
  std::expected<Tag, guard::FileError> read_tag(const Element& element);
  std::expected<TagSet, guard::FileError> read_tag_set(const Element& element);
  std::expected<void, guard::FileError> read_tag_sets(const Element& element);
  std::expected<void, guard::FileError> read_privacy_marks(const Element& element);
  std::expected<void, guard::FileError> read_part(const Element& element);

  std::string file_;
  PolicyContent content_;
  SpifNotes notes_;
  std::set<std::string_view> equivalent_policies_;
};

// Conditions under which a label with this classification or category is invalid. None is acted
// on, so each is refused: a label that is invalid must never be granted.
std::expected<void, guard::FileError> SpifReader::refuse_conditions(const Element& element) const {
  for (const schemas::Attribute& attribute : element.attributes) {
    const bool is_condition = attribute.name == "requiredClass" || attribute.name == "userInput" ||
                              attribute.name == "dateFormat" || attribute.name == "notBefore" ||
                              attribute.name == "notAfter";
    const bool is_obsolete = attribute.name == "obsolete" && is_true(attribute.value);
    if (is_condition || is_obsolete) {
      return unsupported(element, std::string(attribute.name) + "=" + quoted(attribute.value));
    }
  }
  for (const Element* child : element.elements()) {
    if (is(*child, "requiredCategory") || is(*child, "excludedCategory") ||
        is(*child, "excludedClass")) {
      return unsupported(*child, std::string(child->name));
    }
  }
  return {};
}

std::expected<void, guard::FileError> SpifReader::refuse_selections(const Element& element) const {
  const std::string_view* single = element.attribute("singleSelection");
  if (single != nullptr && is_true(*single)) {
    return unsupported(element, "singleSelection=" + quoted(*single));
  }
  const std::string_view* min = element.attribute("minSelection");
  if (min != nullptr && min->find_first_not_of('0') != std::string_view::npos) {
    return unsupported(element, "minSelection=" + quoted(*min));
  }
  const std::string_view* max = element.attribute("maxSelection");
  if (max != nullptr && *max != "unbounded") {
    return unsupported(element, "maxSelection=" + quoted(*max));
  }
  return {};
}

// Equivalences make no decision more permissive (a label of another policy is denied), so that
// they are noted; but one with a policy that the file does not introduce is a mistake.
std::expected<void, guard::FileError> SpifReader::check_reference(const Element& element) {
  for (const Element* child : element.elements()) {
    if (!is(*child, "equivalentClassification") && !is(*child, "equivalentSecCategoryTag")) {
      continue;
    }
    const std::string_view policy = required(*child, "policyRef");
    if (!equivalent_policies_.contains(policy)) {
      return error(*child, "policyRef " + quoted(policy) + " is not an equivalent policy",
                   "the name of an equivalentPolicy of this file");
    }
    notes_.add(*child, std::string(child->name) + " is not used yet");
  }
  return {};
}

std::expected<std::uint32_t, guard::FileError> SpifReader::number(const Element& element,
                                                                  std::string_view name) const {
  const std::string_view text = required(element, name);
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value > kMaxAttribute) {
    return error(element, std::string(name) + "=" + quoted(text),
                 "a number from 0 to " + std::to_string(kMaxAttribute));
  }
  return value;
}

std::expected<Oid, guard::FileError> SpifReader::oid(const Element& element) const {
  const std::string_view text = required(element, "id");
  const std::optional<Oid> value = Oid::from_dotted(text);
  if (!value) return error(element, "id " + quoted(text), "an object identifier such as 2.999.1");
  return *value;
}

std::expected<CategoryKind, guard::FileError> SpifReader::kind(const Element& tag) const {
  const std::string_view type = required(tag, "tagType");
  const std::string_view* enum_type = tag.attribute("enumType");
  const std::string_view* encoding = tag.attribute("tag7Encoding");
  if (enum_type != nullptr && type != "enumerated") {
    return error(tag, "enumType in a tag of type " + quoted(type), "tagType \"enumerated\"");
  }
  if (encoding != nullptr && type != "tagType7") {
    return error(tag, "tag7Encoding in a tag of type " + quoted(type), "tagType \"tagType7\"");
  }
  if (type == "restrictive") return CategoryKind::kRestrictive;
  if (type == "permissive") return CategoryKind::kPermissive;
  if (type == "enumerated") {
    if (enum_type == nullptr) {
      return error(tag, "an enumerated tag without enumType",
                   "enumType \"restrictive\" or \"permissive\"");
    }
    return *enum_type == "restrictive" ? CategoryKind::kEnumeratedRestrictive
                                       : CategoryKind::kEnumeratedPermissive;
  }
  if (type == "tagType7") {
    if (encoding == nullptr) {
      return error(tag, "a tag of type 7 without tag7Encoding",
                   "tag7Encoding \"bitSetAttributes\" or \"securityAttributes\"");
    }
    return *encoding == "bitSetAttributes" ? CategoryKind::kInformativeBits
                                           : CategoryKind::kInformativeValues;
  }
  return error(tag, "tagType " + quoted(type),
               "\"restrictive\", \"permissive\", \"enumerated\" or \"tagType7\"");
}

std::expected<void, guard::FileError> SpifReader::read_policy_id(const Element& element) {
  const auto id = oid(element);
  if (!id) return Error(id.error());
  content_.id = *id;
  content_.name = required(element, "name");
  content_.phrase = marking_phrase(element, notes_);
  if (content_.phrase.empty()) content_.phrase = content_.name;
  return {};
}

std::expected<void, guard::FileError> SpifReader::read_equivalent_policies(const Element& element) {
  for (const Element* policy : element.elements()) {
    const auto id = oid(*policy);
    if (!id) return Error(id.error());
    if (!equivalent_policies_.insert(required(*policy, "name")).second) {
      return error(*policy, "a second equivalent policy " + quoted(required(*policy, "name")),
                   "each name once");
    }
    notes_.add(*policy, "equivalentPolicy is not used yet");
  }
  return {};
}

std::expected<void, guard::FileError> SpifReader::read_classification(const Element& element) {
  if (auto checked = refuse_conditions(element); !checked) return checked;
  if (auto checked = check_reference(element); !checked) return checked;
  const auto lacv = number(element, "lacv");
  if (!lacv) return Error(lacv.error());
  const auto hierarchy = number(element, "hierarchy");
  if (!hierarchy) return Error(hierarchy.error());
  Classification one{.name = std::string(required(element, "name")),
                     .lacv = *lacv,
                     .hierarchy = *hierarchy,
                     .phrase = marking_phrase(element, notes_),
                     .place = place_of(element)};
  const std::string_view* background = element.attribute("bgcolor");
  if (background == nullptr) background = element.attribute("color");
  if (background != nullptr) one.background = color_value(*background);
  const std::string_view* foreground = element.attribute("fgcolor");
  if (foreground != nullptr) one.foreground = color_value(*foreground);
  content_.classifications.push_back(std::move(one));
  return {};
}

std::expected<void, guard::FileError> SpifReader::read_classifications(const Element& element) {
  for (const Element* child : element.elements()) {
    if (!is(*child, "securityClassification")) {
      notes_.add(*child, "a marking of all classifications is not used");
      continue;
    }
    if (auto read = read_classification(*child); !read) return read;
  }
  return {};
}

std::expected<TagCategory, guard::FileError> SpifReader::read_category(const Element& element) {
  if (auto checked = refuse_conditions(element); !checked) return Error(checked.error());
  if (auto checked = check_reference(element); !checked) return Error(checked.error());
  const auto lacv = number(element, "lacv");
  if (!lacv) return Error(lacv.error());
  return TagCategory{.name = std::string(required(element, "name")),
                     .lacv = *lacv,
                     .phrase = marking_phrase(element, notes_),
                     .place = place_of(element)};
}

std::expected<Tag, guard::FileError> SpifReader::read_tag(const Element& element) {
  if (auto checked = refuse_selections(element); !checked) return Error(checked.error());
  const auto tag_kind = kind(element);
  if (!tag_kind) return Error(tag_kind.error());
  Tag tag{.name = std::string(required(element, "name")),
          .kind = *tag_kind,
          .qualifier =
              marking_qualifier(element, {.prefix = "", .separator = ", ", .suffix = ""}, notes_),
          .categories = {},
          .place = place_of(element)};
  for (const Element* child : element.elements()) {
    if (is(*child, "markingData")) notes_.add(*child, "a marking of a whole tag is not used");
    if (!is(*child, "tagCategory")) continue;
    auto category = read_category(*child);
    if (!category) return Error(category.error());
    tag.categories.push_back(*std::move(category));
  }
  return tag;
}

std::expected<TagSet, guard::FileError> SpifReader::read_tag_set(const Element& element) {
  const auto id = oid(element);
  if (!id) return Error(id.error());
  TagSet tag_set{.name = std::string(required(element, "name")),
                 .id = *id,
                 .tags = {},
                 .place = place_of(element)};
  for (const Element* child : element.elements()) {
    if (!is(*child, "securityCategoryTag")) {
      notes_.add(*child, "a marking of a whole tag set is not used");
      continue;
    }
    auto tag = read_tag(*child);
    if (!tag) return Error(tag.error());
    tag_set.tags.push_back(*std::move(tag));
  }
  return tag_set;
}

std::expected<void, guard::FileError> SpifReader::read_tag_sets(const Element& element) {
  for (const Element* child : element.elements()) {
    auto tag_set = read_tag_set(*child);
    if (!tag_set) return Error(tag_set.error());
    content_.tag_sets.push_back(*std::move(tag_set));
  }
  return {};
}

// A label has one privacy mark or none, so that singleSelection and any maxSelection but 0 hold by
// themselves.
std::expected<void, guard::FileError> SpifReader::read_privacy_marks(const Element& element) {
  const auto all_zero = [](std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
  };
  const std::string_view* min = element.attribute("minSelection");
  if (min != nullptr && !all_zero(*min)) {
    return unsupported(element, "minSelection=" + quoted(*min));
  }
  const std::string_view* max = element.attribute("maxSelection");
  if (max != nullptr && all_zero(*max)) return unsupported(element, "maxSelection=" + quoted(*max));
  std::set<std::string_view> names;
  for (const Element* child : element.elements()) {
    if (auto checked = refuse_conditions(*child); !checked) return checked;
    const std::string_view name = required(*child, "name");
    if (!names.insert(name).second) {
      return error(*child, "a second privacy mark " + quoted(name), "each name once");
    }
    if (!child->elements().empty()) notes_.add(*child, "a marking of a privacy mark is not used");
    content_.privacy_marks.push_back({.name = std::string(name), .place = place_of(*child)});
  }
  return {};
}

std::expected<void, guard::FileError> SpifReader::read_part(const Element& element) {
  if (is(element, "securityPolicyId")) return read_policy_id(element);
  if (is(element, "securityClassifications")) return read_classifications(element);
  if (is(element, "securityCategoryTagSets")) return read_tag_sets(element);
  if (is(element, "privacyMarks")) return read_privacy_marks(element);
  if (is(element, "defaultSecurityPolicyId")) {
    // A label without a policy cannot be read at all, so nothing becomes more permissive.
    notes_.add(element, "defaultSecurityPolicyId is not used");
    return {};
  }
  if (is(element, "markingData")) notes_.add(element, "a marking of the whole file is not used");
  return {};  // equivalentPolicies and markingQualifier are read apart
}

std::expected<LoadedSpif, guard::FileError> SpifReader::read(const Element& root) {
  if (!is(root, "SPIF")) {
    return error(root, "the root element " + quoted(root.name),
                 "SPIF in the namespace " + std::string(kSpifNamespace));
  }
  std::set<std::string_view> seen;
  for (const Element* child : root.elements()) {
    const bool repeats = is(*child, "markingData") || is(*child, "markingQualifier");
    if (!repeats && !seen.insert(child->name).second) {
      return error(*child, "a second " + std::string(child->name), "one");
    }
  }
  for (const std::string_view name : {"securityPolicyId", "securityClassifications"}) {
    if (!seen.contains(name)) return error(root, "no " + std::string(name), "one");
  }
  content_.qualifier = marking_qualifier(root, content_.qualifier, notes_);
  if (const Element* policies = root.child(kSpifNamespace, "equivalentPolicies")) {
    if (auto read = read_equivalent_policies(*policies); !read) return Error(read.error());
  }
  for (const Element* child : root.elements()) {
    if (auto read = read_part(*child); !read) return Error(read.error());
  }
  auto policy = SecurityPolicy::make(std::move(content_));
  if (!policy) {
    return error(policy.error().place, policy.error().what, policy.error().expected);
  }
  return LoadedSpif{.policy = *std::move(policy), .notes = notes_.lines()};
}

}  // namespace

std::expected<LoadedSpif, guard::FileError> read_spif(std::string_view file_name,
                                                      std::string_view text) {
  schemas::FileReader reader(schemas::Grammar::kSpif);
  const auto document = reader.read_text(text, std::string(file_name));
  if (!document) return Error(document.error());
  return SpifReader(file_name).read(document->root());
}

std::expected<SecurityPolicy, guard::FileError> load_spif(std::string_view file_name,
                                                          std::string_view text) {
  auto loaded = read_spif(file_name, text);
  if (!loaded) return Error(loaded.error());
  return std::move(loaded->policy);
}

}  // namespace labels
