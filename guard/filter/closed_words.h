// ClosedWords: the words that stanzas without a label may say. Each list is in ascending order.
//
// Whoever chooses which of them to send still sends something: the lists bound how much. A word is
// added here only where people need it; nothing here can hold text.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace guard::filter::words {

// SPEC: XEP-0045 5.1, 5.2, and the status codes of its section 15.6.
inline constexpr std::array<std::string_view, 5> kAffiliations{"admin", "member", "none", "outcast",
                                                               "owner"};
inline constexpr std::array<std::string_view, 4> kRoles{"moderator", "none", "participant",
                                                        "visitor"};
inline constexpr std::array<std::string_view, 20> kRoomCodes{
    "100", "101", "102", "103", "104", "110", "170", "171", "172", "173",
    "174", "201", "210", "301", "303", "307", "321", "322", "332", "333"};

// Of the registry of service discovery identities (SPEC: XEP-0030 7.2), what people meet.
inline constexpr std::array<std::string_view, 7> kIdentityCategories{
    "account", "automation", "client", "component", "conference", "pubsub", "server"};
inline constexpr std::array<std::string_view, 16> kIdentityTypes{
    "admin", "anonymous", "bot",   "console",    "game",    "generic", "handheld", "im",
    "pc",    "pep",       "phone", "registered", "service", "tablet",  "text",     "web"};

// Features: those that the guard can carry, and what a room says of itself. The others could not be
// used across the guard anyway. Which of these an asker is shown: far_features.h.
inline constexpr std::array<std::string_view, 23> kFeatures{
    "http://jabber.org/protocol/chatstates",
    "http://jabber.org/protocol/disco#info",
    "http://jabber.org/protocol/disco#items",
    "http://jabber.org/protocol/muc",
    "muc_hidden",
    "muc_membersonly",
    "muc_moderated",
    "muc_nonanonymous",
    "muc_open",
    "muc_passwordprotected",
    "muc_persistent",
    "muc_public",
    "muc_semianonymous",
    "muc_temporary",
    "muc_unmoderated",
    "muc_unsecured",
    "urn:xmpp:delay",
    "urn:xmpp:ping",
    "urn:xmpp:receipts",
    "urn:xmpp:sec-label:0",
    "urn:xmpp:sec-label:catalog:2",
    "urn:xmpp:sec-label:ess:0",
    "urn:xmpp:sid:0"};

static_assert(std::ranges::is_sorted(kAffiliations) && std::ranges::is_sorted(kRoles) &&
              std::ranges::is_sorted(kRoomCodes) && std::ranges::is_sorted(kIdentityCategories) &&
              std::ranges::is_sorted(kIdentityTypes) && std::ranges::is_sorted(kFeatures));

}  // namespace guard::filter::words
