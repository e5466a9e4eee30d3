#include "guard/metrics/exposition.h"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace guard::metrics {
namespace {

using Label = std::pair<std::string_view, std::string_view>;
using Labels = std::initializer_list<Label>;

// Seconds with all their microseconds, without rounding.
std::string seconds(std::uint64_t microseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%" PRIu64 ".%06" PRIu64, microseconds / 1'000'000,
                microseconds % 1'000'000);
  return text.data();
}

std::string seconds(UtcTime time) {
  const std::int64_t whole = time.microseconds / 1'000'000;
  return std::to_string(whole < 0 ? 0 : whole);
}

std::string digit(bool value) { return value ? "1" : "0"; }

// Page writes one metric after the other.
class Page {
 public:
  // begin names the metric that the next samples are of.
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "xmpp_guard_" + std::string(name);
    text_ += "# HELP " + name_ + " " + std::string(help) + "\n";
    text_ += "# TYPE " + name_ + " " + std::string(type) + "\n";
  }
  void sample(Labels labels, std::string_view value) { sample("", labels, value); }
  void sample(Labels labels, std::uint64_t value) { sample("", labels, std::to_string(value)); }
  void sample(std::string_view suffix, Labels labels, std::string_view value) {
    text_ += name_;
    text_ += suffix;
    char before = '{';
    for (const auto& [label, content] : labels) {
      text_ += before;
      text_ += label;
      text_ += "=\"";
      quote(content);
      text_ += '"';
      before = ',';
    }
    if (before == ',') text_ += '}';
    text_ += ' ';
    text_ += value;
    text_ += '\n';
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  // SPEC: Prometheus text format: a label's backslash, quote and line end are escaped. Other
  // control characters have no escape; none of the names has one, and none gets through.
  void quote(std::string_view content) {
    for (const char c : content) {
      if (c == '\\' || c == '"') {
        text_ += '\\';
        text_ += c;
      } else if (c == '\n') {
        text_ += "\\n";
      } else {
        const auto octet = static_cast<unsigned char>(c);
        text_ += octet < 0x20 || octet == 0x7f ? '?' : c;
      }
    }
  }

  std::string name_;
  std::string text_;
};

void service(Page& page, const wire::Figures& figures) {
  page.begin("info", "gauge", "Version of the guard and digest of the policy in force.");
  page.sample({{"version", figures.version}, {"policy", figures.policy}}, "1");
  page.begin("ready", "gauge", "Whether every process of the guard works.");
  page.sample({}, digit(figures.ready));
  page.begin("start_time_seconds", "gauge", "When the service was started, Unix time.");
  page.sample({}, seconds(figures.started));
  page.begin("process_ready", "gauge", "Whether the process works.");
  for (const auto& one : figures.processes) {
    page.sample({{"process", one.name}}, digit(one.ready));
  }
  page.begin("process_restarts_total", "counter", "Starts of the process but for its first.");
  for (const auto& one : figures.processes) page.sample({{"process", one.name}}, one.restarts);
  page.begin("direction_stopped", "gauge", "Whether an operator has stopped the direction.");
  for (const Lane lane : kLanes) {
    const bool stopped = std::ranges::find(figures.stopped, lane) != figures.stopped.end();
    page.sample({{"direction", to_string(lane)}}, digit(stopped));
  }
}

void peers(Page& page, const wire::Figures& figures) {
  page.begin("streams", "gauge", "Authenticated streams with the peer, by who has made them.");
  for (const auto& peer : figures.peers) {
    const std::string_view side = to_string(peer.side);
    page.sample({{"peer", peer.name}, {"side", side}, {"direction", "inbound"}},
                std::uint64_t{peer.inbound});
    page.sample({{"peer", peer.name}, {"side", side}, {"direction", "outbound"}},
                std::uint64_t{peer.outbound});
  }
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    page.begin(name, "gauge", help);
    for (const auto& peer : figures.peers) {
      page.sample({{"peer", peer.name}, {"side", to_string(peer.side)}}, value(peer));
    }
  };
  each("queue_stanzas", "Stanzas that wait for the peer, or are at its edge.",
       [](const auto& peer) { return peer.queued; });
  each("queue_bytes", "Octets that wait for the peer, or are at its edge.",
       [](const auto& peer) { return peer.queued_octets; });
  each("peer_blocked", "Whether an operator has blocked the peer.",
       [](const auto& peer) { return std::uint64_t{peer.blocked}; });
}

void traffic(Page& page, const wire::Tally& tally) {
  page.begin("stanzas_total", "counter", "Stanzas with a durable decision, by verdict and reason.");
  for (const auto& one : tally.decisions) {
    page.sample(
        {{"direction", to_string(one.lane)}, {"verdict", one.verdict}, {"reason", one.reason}},
        one.count);
  }
  page.begin("deliveries_total", "counter", "Released stanzas by what became of them.");
  for (const auto& one : tally.outcomes) page.sample({{"result", one.name}}, one.count);
  page.begin("events_total", "counter", "Events in the audit log.");
  for (const auto& one : tally.events) page.sample({{"event", one.name}}, one.count);
  page.begin("records_total", "counter", "Rows that the recorder has made durable.");
  page.sample({}, tally.rows);
}

void commits(Page& page, const wire::Tally& tally) {
  page.begin("commit_seconds", "histogram", "How long commits of the audit log took.");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < wire::kCommitBounds.size(); ++i) {
    if (i < tally.commits.size()) sum += tally.commits[i];
    const std::string bound = seconds(wire::kCommitBounds[i]);
    page.sample("_bucket", {{"le", bound}}, std::to_string(sum));
  }
  if (tally.commits.size() > wire::kCommitBounds.size()) sum += tally.commits.back();
  page.sample("_bucket", {{"le", "+Inf"}}, std::to_string(sum));
  page.sample("_sum", {}, seconds(tally.commit_microseconds));
  page.sample("_count", {}, std::to_string(sum));
}

void certificates(Page& page, const wire::Figures& figures) {
  page.begin("certificate_expiry_timestamp_seconds", "gauge",
             "When a certificate that the edge shows ends, Unix time.");
  for (const auto& one : figures.certificates) {
    page.sample({{"side", to_string(one.side)}, {"file", one.file}}, seconds(one.not_after));
  }
}

}  // namespace

std::string exposition(const wire::Figures& figures) {
  Page page;
  service(page, figures);
  peers(page, figures);
  traffic(page, figures.tally);
  commits(page, figures.tally);
  certificates(page, figures);
  return page.take();
}

}  // namespace guard::metrics
