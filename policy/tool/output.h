// output: what the tool prints, as values: text, JSON, CSV and HTML.
//
// Names in a policy come from the people who write it; what came from peers (the facts of a record)
// is escaped like everything else before it is shown.
#pragma once

#include <string>
#include <string_view>

#include "policy/analysis/difference.h"
#include "policy/analysis/explain.h"
#include "policy/analysis/lint.h"
#include "policy/analysis/matrix.h"

namespace policy::tool {

// escaped is text for HTML, between tags and in attributes.
[[nodiscard]] std::string escaped(std::string_view text);

[[nodiscard]] std::string finding_text(const std::string& file, const Finding& finding);
[[nodiscard]] std::string finding_json(const std::string& file, const Finding& finding);

[[nodiscard]] std::string matrix_text(const Matrix& matrix);
[[nodiscard]] std::string matrix_csv(const Matrix& matrix);
[[nodiscard]] std::string matrix_json(const Matrix& matrix);  // one line for each row
// matrix_html is tables without a page around them.
[[nodiscard]] std::string matrix_html(const Matrix& matrix);

// difference_text begins with the one line that says it all. `before` and `after` serve the names
// of peers.
[[nodiscard]] std::string difference_text(const Policy& before, const Policy& after,
                                          const Difference& difference);
[[nodiscard]] std::string difference_json(const Policy& before, const Policy& after,
                                          const Difference& difference);

[[nodiscard]] std::string explanation_text(const Explanation& explanation);
[[nodiscard]] std::string explanation_json(const Explanation& explanation);

}  // namespace policy::tool
