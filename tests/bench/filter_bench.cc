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
  filter::Judge judge{policy, Side::kHigh, {}};
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

// A policy whose labels have `caveats` values that all may send and receive.
std::string with_caveats(std::string spif, std::int64_t caveats) {
  std::string tags =
      "<securityCategoryTagSets><securityCategoryTagSet name=\"Caveats\" id=\"2.999.1.1\">"
      "<securityCategoryTag name=\"Caveats\" tagType=\"restrictive\">";
  for (std::int64_t i = 0; i < caveats; ++i) {
    const std::string number = std::to_string(i);
    tags += "<tagCategory name=\"C" + number + "\" lacv=\"" + number + "\"/>";
  }
  tags += "</securityCategoryTag></securityCategoryTagSet></securityCategoryTagSets>";
  return spif.insert(spif.find("</SPIF>"), tags);
}

// The answer to a request for a catalog: made anew each time (another minute), or kept.
void catalog(benchmark::State& state, bool kept) {
  const schemas::XercesPlatform xerces;
  std::string text = filter::test::open_policy();
  const std::string all = "to='SECRET'/>";
  for (std::size_t at = 0; (at = text.find(all, at)) != std::string::npos;) {
    text.insert(at += all.size(), "<categories tag-set='Caveats'/>");
  }
  const std::string spif = with_caveats(filter::test::kSpif, state.range(0));
  const auto file = [&](std::string_view) -> std::expected<policy::NamedText, std::string> {
    return policy::NamedText{"spif.xml", spif};
  };
  auto loaded = policy::load({"policy.xml", text}, file);
  if (!loaded) throw std::logic_error(loaded.error().front().to_string());
  filter::Judge judge(std::move(*loaded), Side::kHigh, {});
  const filter::StreamContext context{.peer = 0, .pairs = {{"high.example", "low.example"}}};
  const wire::Offer offer{1, 1,
                          "<iq from='a@high.example/d' to='low.example' id='1' type='get'>"
                          "<catalog xmlns='urn:xmpp:sec-label:catalog:2'/></iq>"};
  UtcTime at{.microseconds = 1'800'000'000'000'000};
  std::size_t octets = 0;
  for (auto _ : state) {
    if (!kept) at.microseconds += 60'000'000;
    const wire::Judgement judgement = judge.judge(&context, offer, at);
    if (judgement.finding.reason != "catalog-answered") throw std::logic_error("no catalog");
    octets = judgement.bytes.size();
  }
  state.counters["octets"] = static_cast<double>(octets);
}
void catalog_made(benchmark::State& state) { catalog(state, false); }
void catalog_kept(benchmark::State& state) { catalog(state, true); }

BENCHMARK(catalog_made)->Arg(1)->Arg(84)->Arg(1'000);
BENCHMARK(catalog_kept)->Arg(1)->Arg(84);
BENCHMARK(labelled_message);
BENCHMARK(refused_for_its_label);
BENCHMARK(ping);
BENCHMARK(refused_by_the_schema);
BENCHMARK(foreign_from);

}  // namespace
