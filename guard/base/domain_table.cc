#include "guard/base/domain_table.h"

namespace guard {

bool DomainTable::add(std::string_view domain, DomainMatch match, PeerIndex peer) {
  switch (match) {
    case DomainMatch::kExact:
      return exact_.emplace(domain, peer).second;
    case DomainMatch::kSubdomains:
      return subdomains_.emplace(domain, peer).second;
    case DomainMatch::kDefault:
      if (default_) return false;
      default_ = peer;
      return true;
  }
  return false;
}

std::optional<PeerIndex> DomainTable::find(std::string_view domain) const {
  if (domain.empty()) return std::nullopt;
  if (const auto found = exact_.find(domain); found != exact_.end()) return found->second;
  for (std::string_view rest = domain;;) {
    if (const auto found = subdomains_.find(rest); found != subdomains_.end()) {
      return found->second;
    }
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return default_;
}

bool DomainTable::names(PeerIndex peer, std::string_view domain) const {
  const auto claim = exact_.find(domain);
  return claim != exact_.end() && claim->second == peer;
}

}  // namespace guard
