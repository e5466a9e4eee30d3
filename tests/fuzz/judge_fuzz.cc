// The filter's whole core, with a policy: whatever the edge offers gives exactly one judgement, and
// what is forwarded is its own fixed point: judged again, it is forwarded with the same bytes.
#include <cstddef>
#include <cstdint>
#include <string>

#include "guard/base/check.h"
#include "guard/filter/judge.h"
#include "guard/filter/test_policy.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace guard;

struct Fixture {
  schemas::XercesPlatform xerces;
  filter::Judge judge{filter::test::load(), Lane::kHighToLow, {}};
  filter::StreamContext context{
      .peer = 0, .pairs = {{"high.example", "hidden.example"}, {"high.example", "low.example"}}};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  wire::Offer offer{1, 1, std::string(reinterpret_cast<const char*>(data), size)};
  const wire::Judgement first = fixture.judge.judge(&fixture.context, offer);
  CHECK(!first.finding.reason.empty());
  CHECK(first.finding.allowed == (first.outcome == wire::Outcome::kForward));
  CHECK((first.outcome == wire::Outcome::kCloseStream) ==
        (first.condition != wire::StreamCondition::kNone));
  if (first.outcome != wire::Outcome::kForward) return 0;
  offer.bytes = first.bytes;
  const wire::Judgement second = fixture.judge.judge(&fixture.context, offer);
  CHECK(second.outcome == wire::Outcome::kForward);
  CHECK(second.bytes == first.bytes);
  return 0;
}
