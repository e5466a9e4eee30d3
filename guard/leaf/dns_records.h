// DnsRecords: what a name server of one side has to say, so that ordinary XMPP servers there send
// everything for the other side to the guard (SPEC: RFC 6120 3.2.1, XEP-0368).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/leaf/far_name.h"
#include "guard/wire/configuration.h"

namespace guard::leaf {

enum class DnsForm : std::uint8_t { kBind, kDnsmasq, kUnbound, kJson };

// dns_form_of reads "bind", "dnsmasq" or "unbound".
[[nodiscard]] std::optional<DnsForm> dns_form_of(std::string_view word);

struct AddressRecord {
  std::string host;     // A-labels, no dot at the end
  std::string address;  // IP literal
};

struct ServiceRecord {
  std::string domain;
  bool direct = false;  // _xmpps-server, else _xmpp-server
  std::uint16_t priority = 0;
  std::uint16_t port = 0;
  std::string host;
};

struct DnsRecords {
  std::vector<AddressRecord> addresses;  // of the guard itself
  std::vector<ServiceRecord> services;
  std::vector<std::string> remarks;  // sentences, for comments: what no record can say
};

// dns_records makes them. `host` is the guard's name on this side; where it listens at several
// addresses, the second is called HOST-2 (in the first label), and so on. Errors, a sentence for
// the operator: a host that is no host name or that is itself a far domain; a listener at every
// address (0.0.0.0, ::), which no record can name.
[[nodiscard]] std::expected<DnsRecords, std::string> dns_records(
    const std::vector<FarName>& names, const std::vector<wire::Endpoint>& listen,
    std::string_view host);

// write_dns writes them behind `head`, a line for a comment; kJson writes one object a line and no
// comment.
[[nodiscard]] std::string write_dns(const DnsRecords& records, DnsForm form, std::string_view head);

}  // namespace guard::leaf
