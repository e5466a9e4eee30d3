// ReasonWords: what the reasons in records mean, in a sentence for whoever reads one record. The
// lists with all that follows from each are in policy/README.md, guard/filter/README.md and here.
#pragma once

#include <string_view>

namespace audit {

// reason_words returns a clause that follows "because"; "" for a reason that it does not know.
[[nodiscard]] std::string_view reason_words(std::string_view reason);

}  // namespace audit
