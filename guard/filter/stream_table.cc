#include "guard/filter/stream_table.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace guard::filter {
namespace {

std::size_t octets_of(const std::vector<wire::DomainPair>& pairs) {
  std::size_t octets = 0;
  for (const wire::DomainPair& pair : pairs) octets += pair.from.size() + pair.to.size();
  return octets;
}

bool is_too_long(const wire::DomainPair& pair) {
  return pair.from.size() > StreamTable::kMaxDomain || pair.to.size() > StreamTable::kMaxDomain;
}

}  // namespace

std::expected<void, std::string_view> StreamTable::set(wire::Context context,
                                                       policy::CertificateClearance certificate) {
  if (const auto known = streams_.find(context.stream); known != streams_.end()) {
    pairs_ -= known->second.pairs.size();
    octets_ -= octets_of(known->second.pairs) + known->second.attribute_octets;
    streams_.erase(known);
  }
  if (context.pairs.empty()) return {};
  if (streams_.size() == kMaxStreams) return std::unexpected("too many streams");
  if (context.pairs.size() > kMaxPairs - pairs_) return std::unexpected("too many domain pairs");
  if (std::ranges::any_of(context.pairs, is_too_long)) return std::unexpected("a domain too long");
  if (context.attributes.size() > wire::kMaxAttributes)
    return std::unexpected("attributes too long");
  const std::size_t octets = octets_of(context.pairs) + context.attributes.size();
  if (octets > kMaxOctets - octets_) return std::unexpected("too many octets of domains");
  std::sort(context.pairs.begin(), context.pairs.end(),
            [](const wire::DomainPair& a, const wire::DomainPair& b) {
              return std::tie(a.from, a.to) < std::tie(b.from, b.to);
            });
  pairs_ += context.pairs.size();
  octets_ += octets;
  streams_.emplace(context.stream,
                   StreamContext{context.peer, std::move(context.pairs), std::move(certificate),
                                 context.attributes.size()});
  return {};
}

const StreamContext* StreamTable::find(std::uint64_t stream) const {
  const auto known = streams_.find(stream);
  return known == streams_.end() ? nullptr : &known->second;
}

void StreamTable::clear() {
  streams_.clear();
  pairs_ = 0;
  octets_ = 0;
}

}  // namespace guard::filter
