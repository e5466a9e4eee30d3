#include "guard/filter/far_features.h"

#include <algorithm>
#include <array>

#include "guard/filter/closed_words.h"
#include "guard/filter/vocabulary.h"
#include "policy/carried.h"

namespace guard::filter {
namespace {

using policy::StanzaClass;

enum class Way : std::uint8_t { kToTheAsked = 0, kFromTheAsked };

// Use is one way to use a feature: in stanzas of that class, an element of that namespace. Without
// a namespace it is the label of a message.
struct Use {
  std::string_view feature;
  std::string_view ns;
  StanzaClass about;
  Way way = Way::kToTheAsked;
};

constexpr std::array kUses{
    Use{ns::kChatStates, ns::kChatStates, StanzaClass::kSignal},
    Use{ns::kChatStates, ns::kChatStates, StanzaClass::kMessage},
    Use{ns::kDiscoInfo, ns::kDiscoInfo, StanzaClass::kRequest},
    Use{ns::kDiscoItems, ns::kDiscoItems, StanzaClass::kRequest},
    Use{ns::kMuc, ns::kMuc, StanzaClass::kPresence},
    Use{ns::kDelay, ns::kDelay, StanzaClass::kMessage, Way::kFromTheAsked},
    Use{ns::kDelay, ns::kDelay, StanzaClass::kPresence, Way::kFromTheAsked},
    Use{ns::kPing, ns::kPing, StanzaClass::kRequest},
    Use{ns::kReceipts, ns::kReceipts, StanzaClass::kMessage},
    Use{ns::kLabel, {}, StanzaClass::kMessage},
    Use{ns::kCatalog, ns::kCatalog, StanzaClass::kRequest},
    Use{ns::kEssLabel, {}, StanzaClass::kMessage},
    Use{ns::kStanzaId, ns::kStanzaId, StanzaClass::kMessage, Way::kFromTheAsked},
};

// What a room says of itself is of use to who may enter it.
std::string_view listed_as(std::string_view feature) {
  return feature.starts_with("muc_") ? ns::kMuc : feature;
}

constexpr bool has_use(std::string_view feature) {
  return feature.starts_with("muc_") ||
         std::ranges::any_of(kUses, [&](const Use& use) { return use.feature == feature; });
}
static_assert(std::ranges::all_of(words::kFeatures, has_use));

}  // namespace

std::vector<std::string_view> carried_features(const policy::Policy& policy, Lane lane,
                                               PeerIndex asked, PeerIndex asker) {
  const bool labels = policy.peers()[asked].labels != policy::Labels::kStrip;
  const auto carried = [&](const Use& use) {
    const bool back = use.way == Way::kFromTheAsked;
    const Lane way = back ? lane : reverse_of(lane);
    const PeerIndex from = back ? asked : asker;
    const PeerIndex to = back ? asker : asked;
    if (use.ns.empty()) return labels && policy::carries(policy, way, use.about, from, to);
    return policy::carries_element(policy, way, use.about, from, to, use.ns);
  };
  std::vector<std::string_view> features;
  for (const std::string_view feature : words::kFeatures) {
    const bool found = std::ranges::any_of(
        kUses, [&](const Use& use) { return use.feature == listed_as(feature) && carried(use); });
    if (found) features.push_back(feature);
  }
  return features;
}

WithFeature::WithFeature(const schemas::Element& query, std::string_view feature)
    : attribute_{.ns = {}, .name = "var", .value = feature},
      feature_{
          .ns = ns::kDiscoInfo, .name = "feature", .attributes = {&attribute_, 1}, .children = {}},
      children_(query.children.begin(), query.children.end()),
      query_(query) {
  const bool has = std::ranges::any_of(children_, [&](const schemas::Child& child) {
    const auto* const* element = std::get_if<const schemas::Element*>(&child);
    if (element == nullptr || !(*element)->is(feature_.ns, feature_.name)) return false;
    const std::string_view* var = (*element)->attribute("var");
    return var != nullptr && *var == feature;
  });
  if (!has) children_.emplace_back(&feature_);
  query_.children = children_;
}

}  // namespace guard::filter
