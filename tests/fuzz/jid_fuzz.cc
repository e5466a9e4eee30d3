// The address reader on any bytes. Property: a normal form is normal (reading it again changes
// nothing), and every part keeps its bound.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "guard/base/check.h"
#include "guard/xmpp/jid.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using guard::xmpp::kJidPartCeiling;
  const auto jid = guard::xmpp::parse_jid({reinterpret_cast<const char*>(data), size});
  if (!jid) return 0;
  CHECK(!jid->domain.empty() && jid->domain.size() <= kJidPartCeiling);
  CHECK(jid->local.size() <= kJidPartCeiling && jid->resource.size() <= kJidPartCeiling);
  const auto again = guard::xmpp::parse_jid(jid->to_string());
  CHECK(again.has_value() && *again == *jid);
  return 0;
}
