// Dropped namespaces: what ordinary clients and rooms put into every stanza and the guard does not
// carry. Without a schema for it nearly all presence would be refused; so it is validated, left out
// of the tree, and can therefore not cross. Where they may stand, stanza.xsd and what it imports say.
#pragma once

#include <array>
#include <string_view>

namespace schemas {

inline constexpr std::array<std::string_view, 8> kDroppedNamespaces{
    "http://jabber.org/protocol/caps",  // XEP-0115, in every presence
    "http://jabber.org/protocol/nick",  // XEP-0172
    "jabber:x:data",                    // XEP-0128, in answers of ordinary servers and rooms
    "urn:xmpp:chat-markers:0",          // XEP-0333, markable only
    "urn:xmpp:hints",                   // XEP-0334
    "urn:xmpp:idle:1",                  // XEP-0319
    "urn:xmpp:occupant-id:0",           // XEP-0421, added by rooms
    "vcard-temp:x:update",              // XEP-0153
};

}  // namespace schemas
