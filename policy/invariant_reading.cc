#include <algorithm>

#include "guard/base/check.h"
#include "policy/file_reading.h"

namespace policy {
namespace {

class InvariantReading {
 public:
  InvariantReading(FileReading& reading, const schemas::Element& element)
      : reading_(reading), element_(element) {}

  Invariant run() {
    Invariant invariant{.id = value(element_, "id"),
                        .reason = value(element_, "reason"),
                        .what = {},
                        .place = place_of(element_)};
    if (element_.name == "nothing-above") {
      invariant.what = NothingAbove{.classification = value(element_, "classification"),
                                    .to_peers = peers("to")};
    } else if (element_.name == "nothing-reaches") {
      invariant.what = NothingReaches{.from_peers = peers("from"),
                                      .domain = value(element_, "domain"),
                                      .subdomains = value(element_, "match") == "subdomains"};
    } else if (element_.name == "only-labelled") {
      invariant.what = OnlyLabelled{.lane = lane_of(element_), .classes = classes()};
    } else {
      CHECK(element_.name == "only-iq");  // the schema says so
      invariant.what = OnlyIq{.lane = lane_of(element_), .payloads = payloads()};
    }
    return invariant;
  }

 private:
  // The peers of <way>-side, <way>-peers and <way>-groups, all together.
  std::vector<guard::PeerIndex> peers(const std::string& way) {
    std::vector<guard::PeerIndex> found;
    const auto& all = reading_.content.peers;
    const std::string side = value(element_, way + "-side");
    for (guard::PeerIndex i = 0; i < all.size(); ++i) {
      if (side == guard::to_string(all[i].side)) found.push_back(i);
    }
    for (const std::string_view name : words(element_, way + "-peers")) {
      const auto peer = reading_.peers.find(name);
      if (peer != reading_.peers.end()) {
        found.push_back(peer->second);
      } else {
        missing("peer", name, reading_.peers);
      }
    }
    for (const std::string_view name : words(element_, way + "-groups")) {
      const auto group = reading_.groups.find(name);
      if (group == reading_.groups.end()) {
        missing("group", name, reading_.groups);
        continue;
      }
      const auto& members = reading_.content.groups[group->second].peers;
      found.insert(found.end(), members.begin(), members.end());
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
  }

  template <class Names>
  void missing(std::string_view what, std::string_view name, const Names& names) {
    std::vector<std::string> known;
    for (const auto& [each, index] : names) known.push_back(each);
    reading_.fault(element_, "no " + std::string(what) + " is called \"" + std::string(name) + "\"",
                   "one of: " + joined(known));
  }

  std::vector<StanzaClass> classes() const {
    std::vector<StanzaClass> found;
    for (const std::string_view word : words(element_, "classes")) {
      for (const StanzaClass each :
           {StanzaClass::kMessage, StanzaClass::kSignal, StanzaClass::kSubjectChange}) {
        if (word == to_string(each)) found.push_back(each);
      }
    }
    if (found.empty()) found.push_back(StanzaClass::kMessage);
    return found;
  }

  std::vector<ElementName> payloads() const {
    std::vector<ElementName> found;
    for (const schemas::Element* payload : element_.elements()) {
      found.push_back({value(*payload, "namespace"), value(*payload, "element")});
    }
    return found;
  }

  FileReading& reading_;
  const schemas::Element& element_;
};

}  // namespace

void read_invariants(FileReading& reading, const schemas::Element& element) {
  for (const schemas::Element* child : element.elements()) {
    reading.content.invariants.push_back(InvariantReading(reading, *child).run());
  }
}

}  // namespace policy
