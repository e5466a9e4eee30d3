// Hops: how many guards a stanza has passed, as guards tell each other, so that one that runs in a
// ring ends. Only with peers that the policy calls guards; nobody else sends one or gets one.
//
//   <message …>…<hops n="3" xmlns="urn:xmpp-guard:hops:1"/></message>
//
// It is the last child of every stanza between two guards, in this spelling and no other, and is
// taken off before anything else looks at the stanza: schemas, vocabulary and policy do not know
// it, so one from anybody else is an unknown element, which is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guard::filter {

// kMaxHops is how many guards a stanza may pass, of the longest chain or around a ring.
inline constexpr std::uint32_t kMaxHops = 8;
static_assert(kMaxHops < 10, "the count is one digit");

// kHopsOctets is the most that append_hops adds.
inline constexpr std::size_t kHopsOctets = 64;

// TakenHops is a stanza without its count, and the count, from 1 to kMaxHops.
struct TakenHops {
  std::string rest;
  std::uint32_t count = 0;
};

// take_hops reads the count off a stanza; nullopt where there is none in the one spelling.
// REQUIRES: `stanza` is exactly one stanza (xmpp::exactly_one_stanza). What stands before its end
// tag then is a child of it, or the rest is not well formed and its parser refuses it.
[[nodiscard]] std::optional<TakenHops> take_hops(std::string_view stanza);

// append_hops puts the count into a stanza that this guard has written.
// REQUIRES: 1 <= count <= kMaxHops.
void append_hops(std::string& stanza, std::uint32_t count);

}  // namespace guard::filter
