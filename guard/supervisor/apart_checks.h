// apart_checks: what the two sides must not share.
//
// An edge that has been taken over has whatever its side has. What both sides have would let it
// pass for the other: this is why secrets, authorities and listeners are each side's own.
#pragma once

#include <array>
#include <vector>

#include "guard/base/file_error.h"
#include "guard/supervisor/site.h"
#include "guard/wire/configuration.h"

namespace guard::supervisor {

// shared_listeners gives an error for each address and port at which two listeners of this site
// would stand, of one edge or, where both see one network, of both. 0.0.0.0 and :: are every
// address of their family.
[[nodiscard]] std::vector<FileError> shared_listeners(const Site& site);

// shared_secrets gives an error where both edges have the same dialback secret: with it one side
// makes the keys of the other. Secrets that are empty have not been read.
[[nodiscard]] std::vector<FileError> shared_secrets(
    const Site& site, const std::array<wire::EdgeConfiguration, 2>& edges);

// shared_authorities gives an error for each key that both sides trust as an authority, be it for
// a side or for single peers of it: whoever it certifies is believed on both. In the order of
// the keys' digests.
[[nodiscard]] std::vector<FileError> shared_authorities(
    const Site& site, const std::array<wire::EdgeConfiguration, 2>& edges);

}  // namespace guard::supervisor
