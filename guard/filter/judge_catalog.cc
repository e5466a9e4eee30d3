// How judge answers a request for a label catalog (catalogs.h): itself, so that nothing crosses.
#include "guard/base/json_writer.h"
#include "guard/base/xml_text.h"
#include "guard/filter/hops.h"
#include "guard/filter/judge_parts.h"
#include "policy/facts_json.h"

namespace guard::filter {

using wire::Judgement;
using wire::Outcome;

namespace {

// What else the answer was made from, and what it holds.
std::string catalog_facts(std::string facts, std::string_view domain, std::size_t labels) {
  JsonWriter more;
  more.object().member("catalog", domain).member("labels", labels).end_object();
  std::string members = more.take();
  members.back() = ',';
  return staged("catalog", facts.insert(1, members.substr(1)));
}

}  // namespace

bool Judge::Parts::asks_for_catalog(const Stanza& stanza) {
  return stanza.facts.type == policy::StanzaType::kGet &&
         stanza.facts.elements.front() == policy::ElementFact{std::string(ns::kCatalog), "catalog"};
}

// The address that the catalog is for: what the request says, else whom it is to. It must be of the
// same peer: one of another, seen or not, is refused like one that nobody has (INVISIBLE).
std::expected<xmpp::Jid, ContentFault> Judge::Parts::catalog_address(
    const Stanza& stanza, const schemas::Element& catalog, PeerIndex far) const {
  const std::string_view* to = catalog.attribute("to");
  if (to == nullptr)
    return xmpp::Jid{.local = {}, .domain = stanza.facts.to.domain, .resource = {}};
  auto address = xmpp::parse_jid(*to);
  if (!address) return std::unexpected(ContentFault::kAddress);
  const auto* asked = policy.routed(stanza.facts.lane, stanza.facts.peer, address->domain);
  if (asked == nullptr || asked->peer != far) {
    return std::unexpected(ContentFault::kForeignAddress);
  }
  return std::move(*address);
}

// REQUIRES: the policy has allowed the request.
void Judge::Parts::answer_catalog(const Stanza& stanza, const schemas::Element& root,
                                  const policy::Decision& decision, Judgement& judgement) {
  stage = "catalog";
  const schemas::Element& catalog = *root.child(ns::kCatalog, "catalog");
  const auto address = catalog_address(stanza, catalog, *decision.far_peer);
  if (!address) return refuse(stanza, to_string(address.error()), std::nullopt, judgement);
  const Catalogs::Items& items = catalogs.items(stanza.facts, address->domain);
  if (items.too_large) return refuse(stanza, "catalog-too-large", std::nullopt, judgement);
  const Envelope envelope = stanza.envelope();
  if (!envelope.answerable) return;  // born refused silently
  std::string& out = judgement.bytes;
  StanzaWriter::write_head(out, {.name = "iq",
                                 .from = envelope.to.to_string(),
                                 .id = envelope.id,
                                 .to = envelope.from.to_string(),
                                 .type = "result"});
  out += "<catalog";
  append_attribute(out, "to", address->to_string());
  append_attribute(out, "xmlns", ns::kCatalog);
  out += items.labels == 0 ? "/>" : ">" + items.xml + "</catalog>";
  StanzaWriter::close_stanza(out, "iq");
  if (out.size() + kHopsOctets > options.stanza_bytes) {
    out.clear();
    return refuse(stanza, "too-long-written", std::nullopt, judgement);
  }
  // Nothing of it crosses: to the recorder it is a refusal with a reply.
  judgement.outcome = Outcome::kRefuseWithReply;
  judgement.pair = {envelope.to.domain, envelope.from.domain};
  set_decision(judgement, decision);
  judgement.finding.allowed = false;
  judgement.finding.reason = "catalog-answered";
  judgement.finding.facts =
      catalog_facts(policy::to_json(policy, stanza.facts), address->domain, items.labels);
}

}  // namespace guard::filter
