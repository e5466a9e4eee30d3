#include "guard/supervisor/ip_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace guard::supervisor {

std::string normal_address(const std::string& address) {
  in6_addr octets{};
  if (::inet_pton(AF_INET6, address.c_str(), &octets) != 1) return address;
  char text[INET6_ADDRSTRLEN];
  return ::inet_ntop(AF_INET6, &octets, text, sizeof text);
}

bool is_every_address(const std::string& normal) { return normal == "0.0.0.0" || normal == "::"; }

}  // namespace guard::supervisor
