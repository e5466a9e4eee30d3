// LabelFormat: why the schema refused a label, for the record.
#pragma once

#include <string_view>

namespace guard::filter {

// holds_other_label_format says whether somewhere in the stanza a <label/> or <equivalentlabel/> of
// a <securitylabel/> holds an element that is not <esssecuritylabel/>. The schema refuses such
// stanzas without a tree; this only gives the refusal its own name in the record. Prefixes are
// not resolved. It is total; time is linear.
// REQUIRES: nothing; for bytes that no framer has passed the answer has no meaning.
[[nodiscard]] bool holds_other_label_format(std::string_view stanza);

}  // namespace guard::filter
