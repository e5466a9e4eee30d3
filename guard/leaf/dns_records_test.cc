#include "guard/leaf/dns_records.h"

#include <gtest/gtest.h>

#include "guard/leaf/test_policy.h"

namespace guard::leaf {
namespace {

const wire::Endpoint kPlain{"10.77.1.2", 5269, false};
const wire::Endpoint kDirect{"10.77.1.2", 5270, true};

std::vector<FarName> two_names() {
  return {{"low.example", DomainMatch::kExact, "one", 0},
          {"field.example", DomainMatch::kSubdomains, "one", 0}};
}

std::vector<FarName> far(Side side) {
  const policy::Policy policy = test_policy();
  return far_names(policy, viewers_on(policy, side), side);
}

std::string written(const std::vector<FarName>& names, const std::vector<wire::Endpoint>& listen,
                    DnsForm form) {
  const auto records = dns_records(names, listen, "guard.high.example");
  EXPECT_TRUE(records);
  return records ? write_dns(*records, form, "Head.") : "";
}

TEST(DnsRecords, LeadEveryFarDomainToTheGuard) {
  EXPECT_EQ(written(two_names(), {kPlain}, DnsForm::kDnsmasq),
            "# Head.\n"
            "# Below field.example everything goes to \"one\", too: write the same lines for each "
            "name there that is used (rooms.field.example, say). A wildcard record would answer "
            "for every service.\n"
            "host-record=guard.high.example,10.77.1.2\n"
            "srv-host=_xmpp-server._tcp.low.example,guard.high.example,5269,10,0\n"
            "srv-host=_xmpp-server._tcp.field.example,guard.high.example,5269,10,0\n");
}

TEST(DnsRecords, OfferDirectTlsWhereTheGuardListensForItAndPreferIt) {
  const auto names = std::vector<FarName>{two_names().front()};
  EXPECT_EQ(written(names, {kPlain, kDirect}, DnsForm::kUnbound),
            "# Head.\nserver:\n"
            "  local-data: \"guard.high.example. 300 IN A 10.77.1.2\"\n"
            "  local-zone: \"_tcp.low.example.\" static\n"
            "  local-data: \"_xmpps-server._tcp.low.example. 300 IN SRV 5 0 5270 "
            "guard.high.example.\"\n"
            "  local-data: \"_xmpp-server._tcp.low.example. 300 IN SRV 10 0 5269 "
            "guard.high.example.\"\n");
  // Only what the guard listens for.
  EXPECT_EQ(written(names, {kDirect}, DnsForm::kBind).find("_xmpp-server"), std::string::npos);
  EXPECT_EQ(written(names, {kPlain}, DnsForm::kBind).find("_xmpps-server"), std::string::npos);
}

TEST(DnsRecords, AreAbsoluteNamesForBind) {
  const auto text = written({two_names().front()}, {{"2001:db8::2", 5269, false}}, DnsForm::kBind);
  EXPECT_NE(text.find("\nguard.high.example. 300 IN AAAA 2001:db8::2\n"
                      "_xmpp-server._tcp.low.example. 300 IN SRV 10 0 5269 guard.high.example.\n"),
            std::string::npos)
      << text;
}

TEST(DnsRecords, AreOneObjectALineAsJson) {
  EXPECT_EQ(written({two_names().front()}, {kPlain}, DnsForm::kJson),
            "{\"name\":\"guard.high.example\",\"type\":\"A\",\"address\":\"10.77.1.2\"}\n"
            "{\"name\":\"_xmpp-server._tcp.low.example\",\"type\":\"SRV\",\"priority\":10,"
            "\"weight\":0,\"port\":5269,\"target\":\"guard.high.example\"}\n");
}

TEST(DnsRecords, NameEachAddressOfTheGuardOnce) {
  const auto records = dns_records({two_names().front()},
                                   {kPlain, kDirect, {"10.77.1.9", 5269, false}}, "g.example");
  ASSERT_TRUE(records);
  ASSERT_EQ(records->addresses.size(), 2U);
  EXPECT_EQ(records->addresses[1].host, "g-2.example");
  ASSERT_EQ(records->services.size(), 3U);
  EXPECT_EQ(records->services[2].host, "g-2.example");
}

TEST(DnsRecords, SayWhatARecordCannot) {
  const auto high = dns_records(far(Side::kHigh), {kPlain}, "g.high.example");
  ASSERT_TRUE(high);
  ASSERT_EQ(high->remarks.size(), 2U);
  EXPECT_NE(high->remarks[1].find("--for PEER"), std::string::npos);
  const auto low = dns_records(far(Side::kLow), {kPlain}, "g.low.example");
  ASSERT_TRUE(low);
  EXPECT_NE(low->remarks[0].find("no peer claims"), std::string::npos);
  for (const ServiceRecord& one : low->services) EXPECT_FALSE(one.domain.empty());
}

TEST(DnsRecords, RefuseWhatNoRecordCanName) {
  const auto refused = [](std::string_view host, const wire::Endpoint& listen) {
    return !dns_records(two_names(), {listen}, host);
  };
  EXPECT_FALSE(refused("g.high.example", kPlain));
  EXPECT_TRUE(refused("g.high.example", {"0.0.0.0", 5269, false}));
  EXPECT_TRUE(refused("g.high.example", {"::", 5269, false}));
  for (const char* host : {"", "guard", "a b.example", "10.77.1.2 ", "[::1]", "low.example"}) {
    EXPECT_TRUE(refused(host, kPlain)) << host;
  }
}

TEST(DnsForm, IsReadFromItsWord) {
  EXPECT_EQ(dns_form_of("bind"), DnsForm::kBind);
  EXPECT_EQ(dns_form_of("unbound"), DnsForm::kUnbound);
  EXPECT_EQ(dns_form_of("dnsmasq"), DnsForm::kDnsmasq);
  EXPECT_EQ(dns_form_of("json"), std::nullopt);
  EXPECT_EQ(dns_form_of(""), std::nullopt);
}

}  // namespace
}  // namespace guard::leaf
