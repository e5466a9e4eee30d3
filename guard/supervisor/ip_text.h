// ip_text: IP literals, of which IPv6 ones have several spellings.
#pragma once

#include <string>

namespace guard::supervisor {

// normal_address gives the one spelling of an IPv6 literal, and any other text as it is.
[[nodiscard]] std::string normal_address(const std::string& address);

// is_every_address says whether it stands for all addresses of a host: 0.0.0.0 or ::.
[[nodiscard]] bool is_every_address(const std::string& normal);

}  // namespace guard::supervisor
