#include "policy/tool/map.h"

#include <algorithm>
#include <set>

#include "policy/analysis/crossing.h"
#include "policy/tool/output.h"

namespace policy::tool {
namespace {

constexpr std::size_t kMostPeers = 40;
constexpr std::size_t kRow = 46;

struct Flow {
  guard::PeerIndex from;
  guard::PeerIndex to;
  auto operator<=>(const Flow&) const = default;
};

// Pairs of peers between which something crosses. Domains of several peers may be one class, so
// each peer is asked by a mark of its own.
std::set<Flow> flows(const Policy& policy) {
  const Crossings crossings(policy, [](const std::string&, const Policy::Standing* standing) {
    return std::to_string(standing->peer);
  });
  std::set<Flow> found;
  for (const guard::Lane lane : guard::kLanes) {
    crossings.pairs(lane, [&](const DomainClass& from, const DomainClass& to) {
      crossings.between(lane, from, to, [&](const Crossing&) {
        found.insert({from.standing[0]->peer, to.standing[0]->peer});
        return false;
      });
      return true;
    });
  }
  return found;
}

std::string box(std::size_t x, std::size_t y, const Peer& peer) {
  const std::string at = "x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\"";
  std::string domain;
  for (const DomainClaim& claim : peer.domains) {
    if (!domain.empty()) domain += ", ";
    domain += claim.match == guard::DomainMatch::kDefault      ? "*"
              : claim.match == guard::DomainMatch::kSubdomains ? claim.domain + " +"
                                                               : claim.domain;
  }
  if (domain.size() > 34) domain = domain.substr(0, 31) + "...";
  const auto text = [&](std::size_t down, const char* size, const std::string& words) {
    return "<text x=\"" + std::to_string(x + 8) + "\" y=\"" + std::to_string(y + down) +
           "\" font-size=\"" + size + "\">" + escaped(words) + "</text>";
  };
  return "<rect " + at +
         " width=\"220\" height=\"36\" rx=\"4\" fill=\"#f4f4f4\" stroke=\"#555\"/>" +
         text(15, "11", peer.name) + text(29, "9", domain) + "\n";
}

// An arrow between two boxes of one side bends into the middle, the further the longer it is.
std::string within(bool high, std::size_t from, std::size_t to) {
  const std::size_t rows = (from < to ? to - from : from - to) / kRow;
  const std::size_t bend = 20 + std::min<std::size_t>(10 * rows, 90);
  const std::string edge = high ? "230" : "490";
  const std::string control = std::to_string(high ? 230 + bend : 490 - bend);
  const std::string begins = std::to_string(from + 9);
  const std::string ends = std::to_string(to + 28);
  return "<path d=\"M" + edge + " " + begins + " C" + control + " " + begins + " " + control + " " +
         ends + " " + edge + " " + ends +
         "\" fill=\"none\" stroke=\"#336\" marker-end=\"url(#tip)\"/>\n";
}

}  // namespace

std::string map_svg(const Policy& policy) {
  std::array<std::vector<guard::PeerIndex>, 2> sides;
  for (guard::PeerIndex i = 0; i < policy.peers().size(); ++i) {
    auto& side = sides[static_cast<std::size_t>(policy.peers()[i].side)];
    if (side.size() < kMostPeers) side.push_back(i);
  }
  const std::size_t rows = std::max<std::size_t>({1, sides[0].size(), sides[1].size()});
  const std::size_t height = 40 + rows * kRow;
  std::string out =
      "<svg viewBox=\"0 0 720 " + std::to_string(height) +
      "\" role=\"img\" aria-label=\"sides, peers and flows\" font-family=\"sans-serif\">"
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
      "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/>"
      "</marker></defs><text x=\"10\" y=\"18\" font-size=\"13\">high side</text>"
      "<text x=\"490\" y=\"18\" font-size=\"13\">low side</text>"
      "<line x1=\"360\" y1=\"4\" x2=\"360\" y2=\"" +
      std::to_string(height - 4) + "\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>\n";
  const auto place = [&](guard::PeerIndex peer) -> std::optional<std::size_t> {
    const auto& side = sides[static_cast<std::size_t>(policy.peers()[peer].side)];
    const auto found = std::ranges::find(side, peer);
    if (found == side.end()) return std::nullopt;
    return 30 + static_cast<std::size_t>(found - side.begin()) * kRow;
  };
  for (const Flow& flow : flows(policy)) {
    const auto from = place(flow.from);
    const auto to = place(flow.to);
    if (!from || !to) continue;
    const bool down = policy.peers()[flow.from].side == guard::Side::kHigh;
    if (policy.peers()[flow.to].side == policy.peers()[flow.from].side) {
      out += within(down, *from, *to);
      continue;
    }
    // Two arrows of one pair stand a little apart.
    out += "<line x1=\"" + std::string(down ? "230" : "490") + "\" y1=\"" +
           std::to_string(*from + (down ? 13 : 24)) + "\" x2=\"" + (down ? "490" : "230") +
           "\" y2=\"" + std::to_string(*to + (down ? 13 : 24)) + "\" stroke=\"" +
           (down ? "#a33" : "#363") + "\" marker-end=\"url(#tip)\"/>\n";
  }
  for (const auto& side : sides) {
    for (const guard::PeerIndex peer : side) {
      out += box(policy.peers()[peer].side == guard::Side::kHigh ? 10 : 490, *place(peer),
                 policy.peers()[peer]);
    }
  }
  return out + "</svg>\n";
}

}  // namespace policy::tool
