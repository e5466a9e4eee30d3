// What anybody on the host may send to guard-metrics: whatever it is, it is read within the bounds
// or refused, and one answer of the few comes of it; nothing of the request is in the answer.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "guard/base/check.h"
#include "guard/metrics/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace guard::metrics;
  static const std::set<unsigned> kStatuses = {200, 400, 404, 405, 421};
  static const std::optional<Seen> kSeen = Seen{};
  RequestParser parser;
  set_bounds(parser, 4096);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(data, size), error);
  if (error || !parser.is_header_done()) return 0;
  const Asked asked = asked_of(parser);
  const Answer first = answer(asked, kSeen);
  CHECK(kStatuses.contains(first.status) || (first.status == 503 && asked.target == "/ready"));
  CHECK(first.status != 200 || (asked.method == "GET" && !asked.has_body));
  CHECK(answer(asked, std::nullopt).status != 200);
  return 0;
}
