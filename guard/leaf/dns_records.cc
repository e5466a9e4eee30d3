#include "guard/leaf/dns_records.h"

#include <algorithm>
#include <map>
#include <utility>

#include "guard/base/json_writer.h"
#include "guard/xmpp/domain.h"

namespace guard::leaf {
namespace {

constexpr std::uint16_t kDirectPriority = 5;
constexpr std::uint16_t kStartTlsPriority = 10;
constexpr unsigned kTimeToLive = 300;  // seconds: a guard that moves is found again soon

std::string owner_of(const ServiceRecord& record) {
  return (record.direct ? "_xmpps-server._tcp." : "_xmpp-server._tcp.") + record.domain;
}

std::string_view type_of(const std::string& address) {
  return address.find(':') == std::string::npos ? "A" : "AAAA";
}

// "guard-2.high.example", the second name beside "guard.high.example".
std::string numbered(const std::string& host, std::size_t number) {
  if (number == 1) return host;
  const std::size_t dot = std::min(host.find('.'), host.size());
  return host.substr(0, dot) + "-" + std::to_string(number) + host.substr(dot);
}

std::string remark_about(const FarName& name) {
  if (name.match == DomainMatch::kDefault) {
    return "Every domain that no peer claims by name goes to \"" + name.peer +
           "\": write the same lines for each of them that is used. A record for all would answer "
           "for every service.";
  }
  return "Below " + name.domain + " everything goes to \"" + name.peer +
         "\", too: write the same lines for each name there that is used (rooms." + name.domain +
         ", say). A wildcard record would answer for every service.";
}

std::string quoted_rdata(const ServiceRecord& record) {
  return std::to_string(record.priority) + " 0 " + std::to_string(record.port) + " " + record.host +
         ".";
}

std::string write_bind(const DnsRecords& records) {
  const std::string life = ". " + std::to_string(kTimeToLive) + " IN ";
  std::string text;
  for (const AddressRecord& one : records.addresses) {
    text += one.host + life + std::string(type_of(one.address)) + " " + one.address + "\n";
  }
  for (const ServiceRecord& one : records.services) {
    text += owner_of(one) + life + "SRV " + quoted_rdata(one) + "\n";
  }
  return text;
}

std::string write_dnsmasq(const DnsRecords& records) {
  std::string text;
  for (const AddressRecord& one : records.addresses) {
    text += "host-record=" + one.host + "," + one.address + "\n";
  }
  for (const ServiceRecord& one : records.services) {
    text += "srv-host=" + owner_of(one) + "," + one.host + "," + std::to_string(one.port) + "," +
            std::to_string(one.priority) + ",0\n";
  }
  return text;
}

std::string write_unbound(const DnsRecords& records) {
  const std::string life = ". " + std::to_string(kTimeToLive) + " IN ";
  std::string text = "server:\n";
  for (const AddressRecord& one : records.addresses) {
    text += "  local-data: \"" + one.host + life + std::string(type_of(one.address)) + " " +
            one.address + "\"\n";
  }
  std::string zone;
  for (const ServiceRecord& one : records.services) {
    if (std::exchange(zone, one.domain) != one.domain) {
      text += "  local-zone: \"_tcp." + one.domain + ".\" static\n";
    }
    text += "  local-data: \"" + owner_of(one) + life + "SRV " + quoted_rdata(one) + "\"\n";
  }
  return text;
}

std::string write_json(const DnsRecords& records) {
  std::string text;
  for (const AddressRecord& one : records.addresses) {
    JsonWriter json;
    json.object().member("name", one.host).member("type", type_of(one.address));
    text += json.member("address", one.address).end_object().take() + "\n";
  }
  for (const ServiceRecord& one : records.services) {
    JsonWriter json;
    json.object().member("name", owner_of(one)).member("type", "SRV");
    json.member("priority", one.priority).member("weight", 0).member("port", one.port);
    text += json.member("target", one.host).end_object().take() + "\n";
  }
  return text;
}

}  // namespace

std::optional<DnsForm> dns_form_of(std::string_view word) {
  if (word == "bind") return DnsForm::kBind;
  if (word == "dnsmasq") return DnsForm::kDnsmasq;
  if (word == "unbound") return DnsForm::kUnbound;
  return std::nullopt;
}

std::expected<DnsRecords, std::string> dns_records(const std::vector<FarName>& names,
                                                   const std::vector<wire::Endpoint>& listen,
                                                   std::string_view host) {
  const auto normal = xmpp::normal_domain(host);
  const std::string ascii = normal ? xmpp::ascii_or_empty(*normal) : std::string();
  if (ascii.find('.') == std::string::npos || ascii.front() == '[') {
    return std::unexpected("\"" + std::string(host) + "\" is no host name, such as guard.example");
  }
  DnsRecords records;
  std::map<std::string, std::string> hosts;  // by address
  for (const wire::Endpoint& endpoint : listen) {
    if (endpoint.address == "0.0.0.0" || endpoint.address == "::") {
      return std::unexpected("the edge listens at " + endpoint.address +
                             ", every address of its host; a record needs one");
    }
    if (hosts.contains(endpoint.address)) continue;
    hosts[endpoint.address] = numbered(ascii, hosts.size() + 1);
    records.addresses.push_back({hosts[endpoint.address], endpoint.address});
  }
  for (const FarName& name : names) {
    for (const AddressRecord& one : records.addresses) {
      if (one.host == name.domain) return std::unexpected(one.host + " is a far domain itself");
    }
    if (name.match != DomainMatch::kExact) records.remarks.push_back(remark_about(name));
    if (name.match == DomainMatch::kDefault) continue;
    for (const bool direct : {true, false}) {
      for (const wire::Endpoint& endpoint : listen) {
        if (endpoint.direct_tls != direct) continue;
        records.services.push_back({name.domain, direct,
                                    direct ? kDirectPriority : kStartTlsPriority, endpoint.port,
                                    hosts[endpoint.address]});
      }
    }
  }
  if (!seen_alike(names)) {
    records.remarks.emplace_back(
        "Not every server of this side may see all of these names. Where that matters, give each "
        "server a name server of its own (--for PEER).");
  }
  return records;
}

std::string write_dns(const DnsRecords& records, DnsForm form, std::string_view head) {
  if (form == DnsForm::kJson) return write_json(records);
  const std::string comment = form == DnsForm::kBind ? "; " : "# ";
  std::string text = comment + std::string(head) + "\n";
  if (form == DnsForm::kBind) {
    text +=
        comment +
        "Absolute names: $INCLUDE it in the zone that holds them, such as that of \".\" where a\n" +
        comment + "network has no other names.\n";
  }
  for (const std::string& remark : records.remarks) text += comment + remark + "\n";
  switch (form) {
    case DnsForm::kBind:
      return text + write_bind(records);
    case DnsForm::kDnsmasq:
      return text + write_dnsmasq(records);
    case DnsForm::kUnbound:
      return text + write_unbound(records);
    case DnsForm::kJson:
      break;
  }
  return text;
}

}  // namespace guard::leaf
