// Exposition: numbers about the guard as Prometheus reads them (text format 0.0.4). Pure.
//
// INVARIANT: a line is made of names of this file, names in quotes and escaped, and numbers. There
// is nothing in wire::Figures that could be more.
#pragma once

#include <string>

#include "guard/wire/figures.h"

namespace guard::metrics {

// exposition is the whole answer to a scrape: each metric once, with HELP and TYPE, in a fixed
// order. README.md lists them.
[[nodiscard]] std::string exposition(const wire::Figures& figures);

}  // namespace guard::metrics
