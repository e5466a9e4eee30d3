#include "guard/filter/stream_table.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace guard::filter {

std::expected<void, std::string_view> StreamTable::set(wire::Context context) {
  if (const auto known = streams_.find(context.stream); known != streams_.end()) {
    pairs_ -= known->second.pairs.size();
    streams_.erase(known);
  }
  if (context.pairs.empty()) return {};
  if (streams_.size() == kMaxStreams) return std::unexpected("too many streams");
  if (context.pairs.size() > kMaxPairs - pairs_) return std::unexpected("too many domain pairs");
  std::sort(context.pairs.begin(), context.pairs.end(),
            [](const wire::DomainPair& a, const wire::DomainPair& b) {
              return std::tie(a.from, a.to) < std::tie(b.from, b.to);
            });
  pairs_ += context.pairs.size();
  streams_.emplace(context.stream, StreamContext{context.peer, std::move(context.pairs)});
  return {};
}

const StreamContext* StreamTable::find(std::uint64_t stream) const {
  const auto known = streams_.find(stream);
  return known == streams_.end() ? nullptr : &known->second;
}

void StreamTable::clear() {
  streams_.clear();
  pairs_ = 0;
}

}  // namespace guard::filter
