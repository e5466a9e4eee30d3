// StreamHeader: the start tag of a stream (RFC 6120 section 4.7), written and checked.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "guard/xmpp/stream_error.h"

namespace guard::xmpp {

inline constexpr std::string_view kStreamsNs = "http://etherx.jabber.org/streams";
inline constexpr std::string_view kServerNs = "jabber:server";
inline constexpr std::string_view kDialbackNs = "jabber:server:dialback";

// StreamHeader is what a start tag said. Attributes that were absent are nullopt; from and to are
// as written.
struct StreamHeader {
  std::optional<std::string> from{};
  std::optional<std::string> to{};
  std::optional<std::string> id{};
  std::optional<std::string> version{};
  bool declares_dialback = false;  // some prefix is bound to jabber:server:dialback

  // What is wrong with the names themselves, in the order in which RFC 6120 4.9.3 wants it told.
  std::optional<StreamError> fault{};
};

// write_stream_header writes an XML declaration and the start tag with the prefixes "stream" and
// "db". `id` is left out where it is empty (an initiator has none), `from` and `to` likewise.
[[nodiscard]] std::string write_stream_header(std::string_view from, std::string_view to,
                                              std::string_view id);

inline constexpr std::string_view kStreamEnd = "</stream:stream>";

// check_version gives unsupported-version unless the major version is at least 1
// (SPEC: RFC 6120 4.7.5).
[[nodiscard]] std::optional<StreamError> check_version(const StreamHeader& header);

}  // namespace guard::xmpp
