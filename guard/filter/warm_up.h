// WarmUp: everything that libraries open, load or fetch lazily, done before the sandbox closes.
#pragma once

namespace guard::filter {

// warm_up makes ICU load its normalisation and IDNA data and the stringprep profiles, by reading
// addresses that need each of them. (OpenSSL's digest is fetched by Judge's constructor, Xerces'
// grammars are compiled by it.) Call it before enter_sandbox.
void warm_up();

}  // namespace guard::filter
