// The naive names: what the labels, clearances and security policies of a policy file mean,
// straight from the parsed file. For policy.h.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labels/clearance.h"
#include "labels/label.h"
#include "schemas/element.h"
#include "tests/model/decision.h"

namespace model {

using schemas::Element;

inline std::string attribute(const Element& element, std::string_view name) {
  const std::string_view* value = element.attribute(name);
  return value == nullptr ? std::string() : std::string(*value);
}

inline bool has_attribute(const Element& element, std::string_view name) {
  return element.attribute(name) != nullptr;
}

inline std::set<std::string> word_set(const Element& element, std::string_view name) {
  std::set<std::string> words;
  std::string word;
  for (const char c : attribute(element, name) + " ") {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      word += c;
    } else if (!word.empty()) {
      words.insert(word);
      word.clear();
    }
  }
  return words;
}

// Holdings is a clearance as sets.
struct Holdings {
  std::set<unsigned> classifications;
  std::set<Value> values;
};

inline const Element* child(const Element& element, std::string_view name) {
  for (const Element* each : element.elements()) {
    if (each->name == name) return each;
  }
  return nullptr;
}

inline bool covers(const std::string& name, const std::string& domain) {
  return domain == name || (domain.size() > name.size() &&
                            domain.substr(domain.size() - name.size() - 1) == "." + name);
}

// NaiveFiles are the files that a policy file names, as somebody has parsed them.
struct NaiveFiles {
  std::map<std::string, labels::PolicyContent> spifs;  // of peer policies
  std::map<std::string, const Element*> clearances;
  std::map<std::string, Holdings> pinned;  // what the certificates of pins say
};

// Owner is whose a domain is, by which of its claims.
struct Owner {
  const Element* peer;
  const Element* claim;
};

class NaiveNames {
 public:
  NaiveNames(const Element& root, const labels::PolicyContent& spif, NaiveFiles files)
      : root_(root), spif_(spif), files_(std::move(files)) {}

  // The security policy of the peer's own labels, if it has one.
  const labels::PolicyContent* own_policy(const Element& peer) const {
    for (const Element* each : root_.elements()) {
      if (each->name == "peer-policy" && has_attribute(peer, "label-policy") &&
          attribute(*each, "name") == attribute(peer, "label-policy")) {
        return &files_.spifs.at(attribute(*each, "file"));
      }
    }
    return nullptr;
  }

  // What an owner may send or receive (`way`); nothing: the nil clearance.
  std::optional<labels::Clearance> cleared(const Owner& owner, const std::string& way) const {
    std::optional<Holdings> held = said(*owner.peer, way);
    if (!held) return std::nullopt;
    const std::string domain = attribute(*owner.claim, "name");
    for (const Element* claim : owner.peer->elements()) {
      const bool wide = claim->name == "domain" && attribute(*claim, "match") == "subdomains" &&
                        covers(attribute(*claim, "name"), domain);
      if (claim != owner.claim && !(wide && !domain.empty())) continue;
      if (const std::optional<Holdings> narrower = said(*claim, way)) narrow(*held, *narrower);
    }
    labels::Clearance clearance(spif_.id);
    for (const unsigned each : held->classifications) {
      static_cast<void>(clearance.add_classification(each));
    }
    for (auto& category : categories(held->values)) static_cast<void>(clearance.add(category));
    return clearance;
  }

  labels::Label named_label(const std::string& name) const {
    for (const Element* each : root_.elements()) {
      if (each->name != "label" || attribute(*each, "name") != name) continue;
      labels::Label label(spif_.id);
      for (const auto& one : spif_.classifications) {
        if (one.name == attribute(*each, "classification")) {
          static_cast<void>(label.set_classification(one.lacv));
        }
      }
      std::set<Value> values;
      for (const Element* category : each->elements()) values.merge(values_named(*category));
      for (auto& category : categories(values)) static_cast<void>(label.add(category));
      return label;
    }
    return labels::Label(spif_.id);
  }

 private:
  // What is said of a peer or domain for one direction, if anything is.
  std::optional<Holdings> said(const Element& holder, const std::string& way) const {
    for (const Element* each : holder.elements()) {
      if (each->name != "clearance") continue;
      const std::string use = attribute(*each, "for");
      if (!use.empty() && use != "both" && use != way) continue;
      Holdings held = has_attribute(*each, "file")
                          ? holdings(*files_.clearances.at(attribute(*each, "file")))
                          : holdings(*each);
      if (has_attribute(*each, "file") && !each->elements().empty()) narrow(held, holdings(*each));
      if (way == "receive" && attribute(*each, "certificate") == "yes")
        narrow_by_pins(held, holder);
      return held;
    }
    return std::nullopt;
  }

  void narrow_by_pins(Holdings& held, const Element& peer) const {
    for (const Element* pin : child(peer, "connection")->elements()) {
      narrow(held, files_.pinned.at(attribute(*pin, "file")));
    }
  }

  static void narrow(Holdings& held, const Holdings& by) {
    std::erase_if(held.classifications,
                  [&](unsigned c) { return !by.classifications.contains(c); });
    std::erase_if(held.values, [&](const Value& v) { return !by.values.contains(v); });
  }

  Holdings holdings(const Element& clearance) const {
    Holdings held;
    std::map<std::string, const labels::Classification*> names;
    for (const auto& each : spif_.classifications) names[each.name] = &each;
    for (const Element* each : clearance.elements()) {
      if (each->name == "classification") {
        held.classifications.insert(names.at(attribute(*each, "name"))->lacv);
      } else if (each->name == "classifications") {
        const unsigned low = names.at(attribute(*each, "from"))->hierarchy;
        const unsigned high = names.at(attribute(*each, "to"))->hierarchy;
        for (const auto& one : spif_.classifications) {
          if (one.hierarchy >= low && one.hierarchy <= high) held.classifications.insert(one.lacv);
        }
      } else {
        held.values.merge(values_named(*each));
      }
    }
    return held;
  }

  std::set<Value> values_named(const Element& named) const {
    std::set<Value> values;
    for (const auto& tag_set : spif_.tag_sets) {
      if (tag_set.name != attribute(named, "tag-set")) continue;
      for (const auto& tag : tag_set.tags) {
        if (has_attribute(named, "tag") && tag.name != attribute(named, "tag")) continue;
        if (named.name == "categories" && type_of(tag.kind) == Type::kInformative) continue;
        for (const auto& category : tag.categories) {
          if (has_attribute(named, "value") && category.name != attribute(named, "value")) continue;
          values.insert({tag_set.id, tag.kind, category.lacv});
        }
      }
    }
    return values;
  }

  static std::vector<labels::Category> categories(const std::set<Value>& values) {
    std::map<std::pair<labels::Oid, labels::CategoryKind>, std::vector<std::uint32_t>> sorted;
    for (const auto& [id, kind, number] : values) sorted[{id, kind}].push_back(number);
    std::vector<labels::Category> made;
    for (const auto& [key, numbers] : sorted) {
      made.push_back(*labels::Category::make(key.first, key.second, numbers));
    }
    return made;
  }

  const Element& root_;
  const labels::PolicyContent& spif_;
  const NaiveFiles files_;
};

}  // namespace model
