// The filter's whole core, with a policy of every day, one that allows everything and one whose
// peers have a security policy of their own: whatever the
// edge offers gives exactly one judgement, and what is forwarded is its own fixed point: judged
// again, it is forwarded with the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "guard/base/check.h"
#include "guard/filter/hops.h"
#include "guard/filter/judge.h"
#include "guard/filter/stanza.h"
#include "guard/filter/test_policy.h"
#include "guard/xmpp/framer.h"
#include "guard/xmpp/jid.h"
#include "guard/xmpp/to_domain.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace guard;

std::string between_guards() {
  std::string text = filter::test::open_policy();
  const std::string connection = "<connection ";
  for (std::size_t at = 0; (at = text.find(connection, at)) != std::string::npos; ++at) {
    text.insert(at + connection.size(), "guard='yes' ");
  }
  return text;
}

struct Fixture {
  schemas::XercesPlatform xerces;
  filter::Judge judge{filter::test::load(), Side::kHigh, {}};
  // Under this one everything crosses that can at all.
  filter::Judge open{filter::test::load(filter::test::open_policy()), Side::kHigh, {}};
  // Under this one labels are translated, in and out.
  filter::Judge translating{
      filter::test::load(filter::test::translating_policy()), Side::kHigh, {}};
  // And this one is between two other guards.
  filter::Judge trunk{filter::test::load(between_guards()), Side::kHigh, {}};
  schemas::StanzaReader reader;
  filter::StreamContext context{
      .peer = 0, .pairs = {{"high.example", "hidden.example"}, {"high.example", "low.example"}}};
};

void judge_twice(filter::Judge& judge, const filter::StreamContext& context, std::string bytes) {
  wire::Offer offer{1, 1, std::move(bytes)};
  const wire::Judgement first = judge.judge(&context, offer);
  CHECK(!first.finding.reason.empty());
  CHECK(first.finding.allowed == (first.outcome == wire::Outcome::kForward));
  CHECK((first.outcome == wire::Outcome::kCloseStream) ==
        (first.condition != wire::StreamCondition::kNone));
  if (first.outcome != wire::Outcome::kForward) return;
  // Catalogs are the guard's: none crosses. (Text has no "<" of its own.)
  CHECK(first.bytes.find("<catalog") == std::string::npos);
  // An error is a condition, whatever came with it.
  const auto holds = [&](const char* tag) { return first.bytes.find(tag) != std::string::npos; };
  CHECK(first.finding.type != "error" || (!holds("<securitylabel") && !holds("<body")));
  offer.bytes = first.bytes;
  const wire::Judgement second = judge.judge(&context, offer);
  CHECK(second.outcome == wire::Outcome::kForward);
  CHECK(second.bytes == first.bytes);
}

// What leaves for a guard has a count one greater than what came, and not past the bound.
void judge_counted(filter::Judge& judge, const filter::StreamContext& context, std::string bytes) {
  const wire::Offer offer{1, 1, std::move(bytes)};
  const wire::Judgement judgement = judge.judge(&context, offer);
  if (judgement.outcome != wire::Outcome::kForward) return;
  const auto came = filter::take_hops(offer.bytes);
  const auto left = filter::take_hops(judgement.bytes);
  CHECK(came && left && left->count == came->count + 1 && left->count <= filter::kMaxHops);
  CHECK(left->rest.find("urn:xmpp-guard:") == std::string::npos ||
        came->rest.find("urn:xmpp-guard:") != std::string::npos);
}

// Where a parser reads a domain in `to`, the edge reads the same: by it the lane is fixed.
void read_alike(schemas::StanzaReader& reader, const std::string& bytes) {
  if (!xmpp::exactly_one_stanza(bytes, {})) return;
  const auto root = reader.read_stanza(bytes);
  const schemas::Element* stanza = root ? *root : reader.refused_root();
  if (stanza == nullptr) return;
  const auto to = filter::read_head(*stanza).to;
  const auto domain = to ? xmpp::normal_domain(xmpp::split_jid(*to).domain)
                         : std::unexpected(xmpp::DomainFault::kEmpty);
  const auto read = xmpp::to_domain(bytes);
  CHECK(read.has_value() == domain.has_value() && (!read || *read == *domain));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  judge_twice(fixture.judge, fixture.context, bytes);
  judge_twice(fixture.open, fixture.context, bytes);
  judge_twice(fixture.translating, fixture.context, bytes);
  judge_counted(fixture.trunk, fixture.context, bytes);
  read_alike(fixture.reader, bytes);
  return 0;
}
