#include "policy/words.h"

#include <algorithm>

#include "guard/base/check.h"

namespace policy {
namespace {

constexpr std::array<StanzaType, 15> kTypes = {
    StanzaType::kNormal,       StanzaType::kChat,       StanzaType::kGroupchat,
    StanzaType::kHeadline,     StanzaType::kAvailable,  StanzaType::kUnavailable,
    StanzaType::kSubscribe,    StanzaType::kSubscribed, StanzaType::kUnsubscribe,
    StanzaType::kUnsubscribed, StanzaType::kProbe,      StanzaType::kGet,
    StanzaType::kSet,          StanzaType::kResult,     StanzaType::kError};

std::string name_of(const ElementName& element) {
  return element.name.empty() ? element.ns : element.ns + " (" + element.name + ")";
}

std::string names_of(const Rule& rule) {
  std::vector<std::string> names;
  for (const Part part : kParts) {
    if (rule.parts.has(part)) names.emplace_back(to_string(part));
  }
  for (const ElementName& element : rule.elements) names.push_back(name_of(element));
  return joined_with(names, ", ");
}

// What an allowed request brings. Nobody across is asked for a label catalog
// (guard/filter/README.md).
std::string answer_words(const Rule& rule) {
  const bool catalog = std::ranges::any_of(rule.elements, [](const ElementName& element) {
    return element.ns == "urn:xmpp:sec-label:catalog:2";
  });
  return catalog ? ", which the guard answers itself" : ", and their answers";
}

}  // namespace

std::string joined_with(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += between;
    text += words[i];
  }
  return text;
}

std::string type_words(TypeSet types) {
  std::vector<std::string> names;
  for (const StanzaType type : kTypes) {
    if (types.has(type)) names.emplace_back(to_string(type));
  }
  return joined_with(names, ", ");
}

std::string subject_words(const Rule& rule) {
  switch (rule.about) {
    case StanzaClass::kMessage:
      return "messages with content (" + type_words(rule.types) + ")";
    case StanzaClass::kSignal:
      return "messages without content (" + type_words(rule.types) + ")";
    case StanzaClass::kSubjectChange:
      return "changes of a room's subject";
    case StanzaClass::kPresence:
      return "presence (" + type_words(rule.types) + ")";
    case StanzaClass::kRequest: {
      std::vector<std::string> names;
      for (const ElementName& element : rule.elements) names.push_back(name_of(element));
      return "requests (iq " + type_words(rule.types) + ") " +
             (names.empty() ? "of any kind" : "of " + joined_with(names, ", ")) +
             (rule.verdict == Verdict::kAllow ? answer_words(rule) : "");
    }
    case StanzaClass::kAnswer:
      return "answers";
    case StanzaClass::kError:
      return "errors of messages and presence";
  }
  return {};
}

std::string condition_words(const Rule& rule) {
  std::vector<std::string> words;
  const auto address = [&](const AddressCondition& condition, const std::string& end) {
    if (!condition.users.empty()) {
      words.push_back(end + (condition.users.size() > 1 ? " one of the users " : " the user ") +
                      joined_with(condition.users, ", "));
    }
    if (condition.resource == Resource::kNone)
      words.push_back(end + " an address without resource");
    if (condition.resource == Resource::kSome) words.push_back(end + " an address with a resource");
  };
  address(rule.from, "from");
  address(rule.to, "to");
  if (rule.max_octets) {
    words.push_back("of at most " + std::to_string(*rule.max_octets) + " octets");
  }
  if (rule.max_body_octets) {
    words.push_back("with bodies of at most " + std::to_string(*rule.max_body_octets) + " octets");
  }
  const bool lists = !rule.parts.empty() || !rule.elements.empty();
  if (rule.verdict == Verdict::kRefuse && lists && rule.about != StanzaClass::kRequest) {
    words.push_back("that hold any of: " + names_of(rule));
  }
  return joined_with(words, "; ");
}

std::string kept_words(const Rule& rule) {
  if (rule.about == StanzaClass::kError) return "rebuilt, nothing but a defined condition";
  if (rule.about == StanzaClass::kRequest) return "the payload";
  const std::string names = names_of(rule);
  const std::string kept = names.empty() ? "nothing but addresses, id and type" : names;
  return kept + (rule.others == Others::kStrip ? "; the rest is left out"
                                               : "; with anything else it does not match");
}

std::string clearance_words(const labels::SecurityPolicy& policy,
                            const labels::Clearance* clearance) {
  if (clearance == nullptr) return "nothing";
  std::vector<std::string> names;
  for (const labels::Classification& each : policy.classifications()) {
    if (clearance->holds(each.lacv)) names.push_back(each.name);
  }
  if (names.empty()) return "nothing";
  std::string text = joined_with(names, ", ");
  for (const labels::TagSet& tag_set : policy.tag_sets()) {
    for (const labels::Tag& tag : tag_set.tags) {
      const labels::Category* held = clearance->find(tag_set.id, tag.kind);
      if (held == nullptr) continue;
      std::vector<std::string> values;
      for (const labels::TagCategory& value : tag.categories) {
        if (held->holds(value.lacv)) values.push_back(value.name);
      }
      if (values.empty()) continue;
      const bool all = values.size() == tag.categories.size() && values.size() > 3;
      text += "; " + tag.name + ": " + (all ? "all" : joined_with(values, ", "));
    }
  }
  return text;
}

std::string time_words(guard::UtcTime time) {
  const std::string text = guard::to_iso8601(time);
  return text.substr(0, text.find('.')) + "Z";
}

std::string period_words(const Period& period) {
  if (period.is_open()) return "always";
  std::string text;
  if (period.from) text += "from " + time_words(*period.from);
  if (period.until)
    text += std::string(text.empty() ? "" : " ") + "until " + time_words(*period.until);
  return text;
}

std::string peer_words(const Policy& policy, const Rule& rule, bool from, guard::Side side) {
  const auto& peers = from ? rule.from_peers : rule.to_peers;
  const auto& groups = from ? rule.from_groups : rule.to_groups;
  if (peers.empty()) return "every peer of the " + std::string(to_string(side)) + " side";
  std::vector<std::string> words;
  std::vector<guard::PeerIndex> grouped;
  for (const std::uint32_t group : groups) {
    words.push_back("the group " + policy.content().groups[group].name);
    const auto& members = policy.content().groups[group].peers;
    grouped.insert(grouped.end(), members.begin(), members.end());
  }
  for (const guard::PeerIndex peer : peers) {
    if (std::ranges::find(grouped, peer) == grouped.end()) {
      words.push_back(policy.peers()[peer].name);
    }
  }
  return joined_with(words, ", ");
}

}  // namespace policy
