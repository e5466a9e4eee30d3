#include "guard/filter/exchange.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace guard::filter {
namespace {

void append(std::string& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  out += text;
}

}  // namespace

wire::Exchange exchange_of(const Envelope& envelope, Sha256& sha256) {
  if (envelope.kind != policy::StanzaKind::kIq) return {};
  const bool request =
      envelope.type == policy::StanzaType::kGet || envelope.type == policy::StanzaType::kSet;
  std::string text;
  append(text, (request ? envelope.from : envelope.to).to_string());
  append(text, (request ? envelope.to : envelope.from).to_string());
  append(text, envelope.id);
  using Part = wire::Exchange::Part;
  return {request ? Part::kRequest : Part::kAnswer, sha256.digest(as_bytes(text))};
}

}  // namespace guard::filter
