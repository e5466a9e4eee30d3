// Exchange: which request a stanza is, or answers, in a form that both directions agree on.
//
// SPEC: RFC 6120 8.2.3. An answer has the request's id, and its addresses swapped.
#pragma once

#include "guard/base/sha256.h"
#include "guard/filter/envelope.h"
#include "guard/wire/messages.h"

namespace guard::filter {

// exchange_of names the exchange of an iq: SHA-256 over asker, answerer (normal form) and id, each
// with its length in front. Of message and presence it is the empty one.
[[nodiscard]] wire::Exchange exchange_of(const Envelope& envelope, Sha256& sha256);

}  // namespace guard::filter
