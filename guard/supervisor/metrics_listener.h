// metrics_listener: the socket that guard-metrics takes connections from. guardd makes it, so that
// the process that serves it can make none; guardd itself takes nothing from it.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "guard/base/descriptor.h"
#include "guard/supervisor/site.h"

namespace guard::supervisor {

// MetricsListener listens at the place of <metrics>: an address of loopback and a port in guardd's
// own network namespace, or a Unix socket for guardd's user and, where there is one, the group.
class MetricsListener {
 public:
  // open makes it. A socket file that nobody listens on any more is replaced; anything else there
  // is an error. Errors: the place, and what the system said.
  [[nodiscard]] static std::expected<MetricsListener, std::string> open(const MetricsSite& site,
                                                                        std::optional<gid_t> group);
  ~MetricsListener();  // removes the socket file
  MetricsListener(MetricsListener&& other) noexcept;
  MetricsListener& operator=(MetricsListener&&) = delete;
  MetricsListener(const MetricsListener&) = delete;
  MetricsListener& operator=(const MetricsListener&) = delete;

  [[nodiscard]] int number() const { return listener_.number(); }

 private:
  MetricsListener(std::filesystem::path path, Descriptor listener);

  std::filesystem::path path_;  // empty for an address
  Descriptor listener_;
};

}  // namespace guard::supervisor
