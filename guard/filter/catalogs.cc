#include "guard/filter/catalogs.h"

#include <algorithm>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "labels/catalog.h"
#include "labels/translation.h"
#include "policy/carried.h"
#include "policy/decide.h"
#include "policy/narrowest.h"

namespace guard::filter {
namespace {

std::optional<labels::Clearance> value_of(const labels::Clearance* clearance) {
  return clearance == nullptr ? std::nullopt : std::optional(*clearance);
}

// A message from the asker to the domain that the catalog is for; its label is still to be set.
policy::StanzaFacts message_of(const policy::StanzaFacts& request, std::string_view domain,
                               UtcTime at) {
  policy::StanzaFacts message;
  message.lane = request.lane;
  message.peer = request.peer;
  message.from = request.from;
  message.to.domain = domain;
  message.kind = policy::StanzaKind::kMessage;
  message.type = policy::StanzaType::kChat;
  message.part(policy::Part::kBody).count = 1;
  message.label.present = true;
  message.certificate = request.certificate;
  message.at = at;
  return message;
}

}  // namespace

const Catalogs::Items& Catalogs::items(const policy::StanzaFacts& request,
                                       std::string_view domain) {
  const Key key{.asker = policy_.standing(near_side(request.lane), request.from.domain),
                .asked = policy_.routed(request.lane, request.peer, domain),
                .certificate = request.certificate,
                .at = {request.at.microseconds - request.at.microseconds % kAge}};
  CHECK(key.asker != nullptr && key.asked != nullptr);
  const auto found = std::ranges::find(kept_, key, &Kept::key);
  if (found != kept_.end()) return found->items;
  Items items = made(request, domain, key);
  if (kept_.size() == kMaxKept) kept_.pop_back();
  kept_.push_front({.key = key, .items = std::move(items)});
  return kept_.front().items;
}

Catalogs::Items Catalogs::made(const policy::StanzaFacts& request, std::string_view domain,
                               const Key& key) {
  const policy::Peer& asker = policy_.peers()[key.asker->peer];
  // No message passes whatever its label; or what goes to the asker's peer bears no labels.
  if (!policy::carries(policy_, request.lane, policy::StanzaClass::kMessage, key.asker->peer,
                       key.asked->peer) ||
      asker.labels == policy::Labels::kStrip) {
    return {};
  }
  const policy::StanzaFacts message = message_of(request, domain, key.at);
  for (const std::size_t values : {std::size_t{1}, std::size_t{0}}) {
    auto labels = passing(message, key, values);
    if (!labels || labels->size() > kMaxLabels) continue;
    if (auto items = written(std::move(*labels), key.asker->peer)) return std::move(*items);
  }
  return {.xml = {}, .labels = 0, .too_large = true};
}

// The labels as the asker is to send them, each once; nothing where there are too many to try.
std::optional<std::vector<labels::Label>> Catalogs::passing(const policy::StanzaFacts& message,
                                                            const Key& key,
                                                            std::size_t values) const {
  std::vector<labels::Label> labels;
  const auto both = policy::narrowest(value_of(key.asker->send), value_of(key.asked->receive));
  if (!both) return labels;
  auto candidates =
      labels::catalog(policy_.security_policy(), *both,
                      {.at = key.at, .values = values, .most_candidates = kMaxCandidates});
  if (!candidates) return std::nullopt;
  const bool translate = policy_.peers()[key.asker->peer].labels == policy::Labels::kTranslate;
  policy::StanzaFacts facts = message;
  for (labels::CatalogItem& candidate : *candidates) {
    if (translate) {
      auto own = labels::translate(policy_.security_policy(), *policy_.own_policy(key.asker->peer),
                                   candidate.label, key.at);
      if (!own) continue;
      candidate.label = std::move(*own);
    }
    if (std::ranges::find(labels, candidate.label) != labels.end()) continue;
    facts.label.label = std::move(candidate.label);
    if (policy::label_passes(policy_, facts)) labels.push_back(*std::move(facts.label.label));
  }
  return labels;
}

// What the items look like; nothing where they are too long. The default is what stands for the
// label of the peer's messages that have none.
std::optional<Catalogs::Items> Catalogs::written(std::vector<labels::Label> labels,
                                                 PeerIndex asker) {
  Items items;
  items.labels = labels.size();
  if (labels.empty()) return items;
  const std::optional<policy::LabelIndex> implied = policy_.peers()[asker].default_label;
  const labels::SecurityPolicy* spif = policy_.spif(labels.front().policy());
  CHECK(spif != nullptr);
  for (const labels::CatalogItem& item : labels::arranged(*spif, std::move(labels))) {
    items.xml += "<item";
    if (implied && item.label == policy_.content().labels[*implied].label) {
      append_attribute(items.xml, "default", "true");
    }
    append_attribute(items.xml, "selector", item.selector);
    items.xml += '>';
    items.xml += writer_.write(item.label);
    items.xml += "</item>";
    if (items.xml.size() > most_octets_) return std::nullopt;
  }
  return items;
}

}  // namespace guard::filter
