// What one stanza costs in the filter: an offer to a judgement.
#include <benchmark/benchmark.h>

#include <stdexcept>

#include "guard/filter/judge.h"
#include "guard/filter/test_policy.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace guard;

struct Bench {
  schemas::XercesPlatform xerces;
  policy::Policy policy = filter::test::load();
  filter::Judge judge{policy, Lane::kHighToLow, {}};
  filter::StreamContext context{.peer = 0, .pairs = {{"high.example", "low.example"}}};

  // 600 octets: the stanza that the figures of the project are about.
  [[nodiscard]] std::string chat(const std::string& classification) const {
    const std::string head =
        "<message from='alice@high.example/desk-4711' to='bob@low.example' type='chat' "
        "id='5c1b9ea0-3f6c-4f5e-9a51-0d8a8e7b1c11' xml:lang='en'><body>";
    const std::string tail =
        "</body>" +
        filter::test::label_element(filter::test::base64_label(policy, classification)) +
        "</message>";
    const std::string filler = "The convoy leaves at dawn and takes the northern road. ";
    std::string body;
    while (head.size() + body.size() + tail.size() < 600) {
      body += filler[body.size() % filler.size()];
    }
    return head + body + tail;
  }

  void run(benchmark::State& state, const std::string& stanza, wire::Outcome outcome) {
    const wire::Offer offer{1, 1, stanza};
    if (judge.judge(&context, offer).outcome != outcome) throw std::logic_error("wrong outcome");
    for (auto _ : state) benchmark::DoNotOptimize(judge.judge(&context, offer));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stanza.size()));
  }
};

void labelled_message(benchmark::State& state) {
  Bench bench;
  bench.run(state, bench.chat("UNCLASSIFIED"), wire::Outcome::kForward);
}
void refused_for_its_label(benchmark::State& state) {
  Bench bench;
  bench.run(state, bench.chat("SECRET"), wire::Outcome::kRefuseWithReply);
}
void ping(benchmark::State& state) {
  Bench bench;
  bench.run(state,
            "<iq from='alice@high.example/desk' to='low.example' id='p-17' type='get'>"
            "<ping xmlns='urn:xmpp:ping'/></iq>",
            wire::Outcome::kForward);
}
void refused_by_the_schema(benchmark::State& state) {
  Bench bench;
  bench.run(state,
            "<message from='alice@high.example/desk' to='bob@low.example' type='chat'>"
            "<x xmlns='urn:unknown'/></message>",
            wire::Outcome::kRefuseWithReply);
}
void foreign_from(benchmark::State& state) {
  Bench bench;
  bench.run(state, "<message from='alice@evil.example' to='bob@low.example'/>",
            wire::Outcome::kCloseStream);
}

BENCHMARK(labelled_message);
BENCHMARK(refused_for_its_label);
BENCHMARK(ping);
BENCHMARK(refused_by_the_schema);
BENCHMARK(foreign_from);

}  // namespace
