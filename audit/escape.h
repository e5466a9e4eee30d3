// Escape: guard/base/escape.h under this folder's own name.
#pragma once

#include "guard/base/escape.h"

namespace audit {

using guard::csv_field;
using guard::fit;
using guard::for_terminal;
using guard::json_string;
using guard::json_value;
using guard::width;

}  // namespace audit
