#include "guard/metrics/answer.h"

#include <algorithm>

#include "guard/metrics/exposition.h"

namespace guard::metrics {
namespace {

// The host without its port: "[::1]:9469", "127.0.0.1", "localhost:80".
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']'));
  return host.substr(0, host.find(':'));
}

// An address, or localhost: a name that somebody else's name server answers for is neither.
bool is_local(std::string_view host) {
  const std::string_view name = without_port(host);
  if (name.empty() || name == "localhost" || name.starts_with('[')) return true;
  return std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

Answer page(unsigned status, std::string body) {
  Answer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

Answer yes_or_no(bool yes, const std::string& word) {
  return yes ? page(200, word + "\n") : page(503, "not " + word + "\n");
}

}  // namespace

Answer answer(const Asked& asked, const std::optional<Seen>& seen) {
  if (asked.has_body) return page(400, "no body is taken\n");
  if (!is_local(asked.host)) return page(421, "not for this host\n");
  if (asked.method != "GET") return page(405, "only GET\n");
  const bool live = seen && seen->age_ms <= kFresh;
  if (asked.target == "/live") return yes_or_no(live, "live");
  if (asked.target == "/ready") return yes_or_no(live && seen->figures.ready, "ready");
  if (asked.target != "/metrics") return page(404, "there are /metrics, /ready and /live\n");
  // Old numbers would look like a guard at rest.
  if (!live) return page(503, "no numbers\n");
  Answer metrics = page(200, exposition(seen->figures));
  metrics.type = "text/plain; version=0.0.4; charset=utf-8";
  return metrics;
}

}  // namespace guard::metrics
