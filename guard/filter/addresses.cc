#include "guard/filter/addresses.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace guard::filter {
namespace {

// The normal form of the domain of an address whose other parts may be malformed; empty where the
// domain is malformed, too.
std::string domain_of(std::string_view address) {
  return xmpp::normal_domain(xmpp::split_jid(address).domain).value_or(std::string());
}

bool is_authenticated(const StreamContext& context, std::string_view from) {
  const auto place = std::lower_bound(
      context.pairs.begin(), context.pairs.end(), from,
      [](const wire::DomainPair& pair, std::string_view wanted) { return pair.from < wanted; });
  return place != context.pairs.end() && place->from == from;
}

bool is_authenticated(const StreamContext& context, std::string_view from, std::string_view to) {
  const auto wanted = std::tie(from, to);
  const auto place = std::lower_bound(context.pairs.begin(), context.pairs.end(), wanted,
                                      [](const wire::DomainPair& pair, const auto& pair_wanted) {
                                        return std::tuple<std::string_view, std::string_view>(
                                                   pair.from, pair.to) < pair_wanted;
                                      });
  return place != context.pairs.end() && place->from == from && place->to == to;
}

}  // namespace

std::expected<Addresses, AddressFault> check_addresses(std::optional<std::string_view> from,
                                                       std::optional<std::string_view> to,
                                                       const StreamContext& context) {
  if (!from || !to) return std::unexpected(AddressFault::kMissing);
  auto from_jid = xmpp::parse_jid(*from);
  auto to_jid = xmpp::parse_jid(*to);
  const std::string from_domain = from_jid ? from_jid->domain : domain_of(*from);
  const std::string to_domain = to_jid ? to_jid->domain : domain_of(*to);
  if (!is_authenticated(context, from_domain)) return std::unexpected(AddressFault::kForeignFrom);
  if (!is_authenticated(context, from_domain, to_domain)) {
    return std::unexpected(AddressFault::kUnknownPair);
  }
  if (!from_jid) return std::unexpected(AddressFault::kMalformedFrom);
  Addresses addresses{std::move(*from_jid), {}, false};
  if (to_jid) {
    addresses.to = std::move(*to_jid);
  } else {
    addresses.to.domain = to_domain;
    addresses.to_malformed = true;
  }
  return addresses;
}

}  // namespace guard::filter
