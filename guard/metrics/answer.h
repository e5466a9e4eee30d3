// Answer: what guard-metrics says to a request that has been read. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guard/wire/figures.h"

namespace guard::metrics {

// Asked is what counts of a request.
struct Asked {
  std::string_view method;
  std::string_view target;
  std::string_view host = {};  // the Host field, empty without one
  bool has_body = false;       // it says that a body follows
};

struct Answer {
  unsigned status = 400;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

// Seen is what guardd has last said, and how long ago; nothing before it has said anything.
struct Seen {
  wire::Figures figures;
  std::int64_t age_ms = 0;
};
// kFresh: guardd says something every second; past this it is not well.
constexpr std::int64_t kFresh = 10'000;

// answer gives the one page that was asked for:
//   GET /metrics  200, the numbers
//   GET /live     200 where guardd has been heard within kFresh, else 503
//   GET /ready    200 where it says so, too, that every process works, else 503
// Else 400 (a body), 421 (a Host that is a name other than localhost: a page in a browser of this
// host that has been led here by its own name server), 405 (another method), 404, in that order.
[[nodiscard]] Answer answer(const Asked& asked, const std::optional<Seen>& seen);

}  // namespace guard::metrics
