#include "guard/net/admission.h"

#include <arpa/inet.h>

#include <array>

namespace guard::net {

std::string source_of(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) != 1) return std::string(address);
  return std::string(octets.data(), 8);
}

std::optional<Admission::Pass> Admission::admit(std::string_view address) {
  if (admitted_ >= total_) return std::nullopt;
  std::string source = source_of(address);
  std::uint32_t& count = sources_[source];
  if (count >= per_address_) {
    if (count == 0) sources_.erase(source);
    return std::nullopt;
  }
  ++count;
  ++admitted_;
  return Pass(*this, std::move(source));
}

void Admission::leave(const std::string& source) {
  --admitted_;
  const auto found = sources_.find(source);
  if (found != sources_.end() && --found->second == 0) sources_.erase(found);
}

}  // namespace guard::net
