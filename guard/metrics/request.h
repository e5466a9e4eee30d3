// Request: an HTTP request as Boost.Beast reads it, under this process's bounds, and what counts of
// it.
#pragma once

#include <boost/beast/http.hpp>
#include <cstddef>
#include <string_view>

#include "guard/metrics/answer.h"

namespace guard::metrics {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

// set_bounds has the parser take `header` octets of fields at most, and no body.
inline void set_bounds(RequestParser& parser, std::size_t header) {
  parser.header_limit(static_cast<std::uint32_t>(header));
  parser.body_limit(0);
}

// asked_of borrows from the parser. REQUIRES: it has read the header.
[[nodiscard]] inline Asked asked_of(const RequestParser& parser) {
  const auto view = [](boost::beast::string_view text) {
    return std::string_view(text.data(), text.size());
  };
  const auto& request = parser.get();
  return {.method = view(request.method_string()),
          .target = view(request.target()),
          .host = view(request[boost::beast::http::field::host]),
          .has_body = parser.chunked() || parser.content_length().value_or(0) > 0};
}

}  // namespace guard::metrics
