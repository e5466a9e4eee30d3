#include "guard/xmpp/stream_error.h"

#include <array>
#include <cstddef>

#include "guard/base/check.h"

namespace guard::xmpp {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 25> kNames = {"bad-format",
                                                     "bad-namespace-prefix",
                                                     "conflict",
                                                     "connection-timeout",
                                                     "host-gone",
                                                     "host-unknown",
                                                     "improper-addressing",
                                                     "internal-server-error",
                                                     "invalid-from",
                                                     "invalid-namespace",
                                                     "invalid-xml",
                                                     "not-authorized",
                                                     "not-well-formed",
                                                     "policy-violation",
                                                     "remote-connection-failed",
                                                     "reset",
                                                     "resource-constraint",
                                                     "restricted-xml",
                                                     "see-other-host",
                                                     "system-shutdown",
                                                     "undefined-condition",
                                                     "unsupported-encoding",
                                                     "unsupported-feature",
                                                     "unsupported-stanza-type",
                                                     "unsupported-version"};
static_assert(kNames.size() == static_cast<std::size_t>(StreamError::kUnsupportedVersion) + 1);

}  // namespace

std::string_view to_string(StreamError condition) {
  const auto index = static_cast<std::size_t>(condition);
  CHECK(index < kNames.size());
  return kNames[index];
}

std::optional<StreamError> stream_error_from(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<StreamError>(i);
  }
  return std::nullopt;
}

std::string write_stream_error(StreamError condition) {
  std::string text = "<stream:error><";
  text.append(to_string(condition)).append(" xmlns='").append(kStreamErrorsNs);
  return text.append("'/></stream:error>");
}

}  // namespace guard::xmpp
