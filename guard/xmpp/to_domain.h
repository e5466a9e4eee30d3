// to_domain: where a stanza is bound for, read off its start tag.
//
// The edge fixes a stanza's lane by it before a filter, with an XML parser, has seen the stanza.
// Where the two read differently, the filter finds no route in the edge's lane and refuses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace guard::xmpp {

// to_domain gives the normal form of the domain of the attribute `to`, references in it resolved;
// nullopt where there is none, or it is no domain. Of two such attributes, which no parser takes,
// it is the first. REQUIRES: a whole element that the framer has let pass.
[[nodiscard]] std::optional<std::string> to_domain(std::string_view stanza);

}  // namespace guard::xmpp
