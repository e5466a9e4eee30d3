// Splice: the default namespace of the stream, put into the start tag of a stanza.
//
// On a stream a stanza inherits xmlns='jabber:server' from the stream header; taken out of it, it
// does not. Wrapping it in an element of our own would cost 1.5 microseconds.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace schemas {

struct Splice {
  std::array<std::string_view, 3> pieces;  // to be read one after the other
  std::size_t at = 0;                      // where octets were put in
  std::size_t added = 0;                   // how many; 0 where the stanza declares its own
  bool prefixed = false;                   // the name has a prefix: refuse it
};

// splice_namespace reads as far as the end of the start tag. nullopt where there is no start tag at
// the first octet. The pieces borrow from `stanza`. Where a tag that is not well-formed misleads
// it, the pieces are not well-formed either.
[[nodiscard]] std::optional<Splice> splice_namespace(std::string_view stanza);

}  // namespace schemas
