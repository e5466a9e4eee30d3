// DialbackElement: db:result and db:verify, written and read (XEP-0220 section 2).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "guard/xmpp/element.h"
#include "guard/xmpp/stanza_error.h"
#include "guard/xmpp/stream_event.h"

namespace guard::xmpp {

enum class DialbackKind : std::uint8_t { kResult, kVerify };

// DialbackElement is one element, its addresses in normal form. Without a verdict it is a request
// and carries a key; with one it is an answer.
struct DialbackElement {
  DialbackKind kind = DialbackKind::kResult;
  std::string from{};
  std::string to{};
  std::string id{};  // of db:verify; empty where absent
  std::string key{};
  std::optional<DialbackVerdict> verdict{};
};

enum class DialbackFault : std::uint8_t {
  kNotDialback,  // another name than result or verify
  kAddress,      // from or to is missing or no domain
  kType,         // a type that is not valid, invalid or error
};

[[nodiscard]] std::expected<DialbackElement, DialbackFault> read_dialback(
    const StreamElement& element);

// write_dialback writes a request (no verdict; key) or an answer (verdict; `condition` for kError).
// The namespace prefix "db" is the header's.
[[nodiscard]] std::string write_dialback(const DialbackElement& element,
                                         StanzaError condition = StanzaError::kItemNotFound);

}  // namespace guard::xmpp
