// What the recorder spends on a stanza besides the log: matching, deciding, the hand-over store,
// the rows, and the encoding of what it sends. 600-byte messages, batches of 256, every delivery
// reported as written.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "guard/recorder/ledger_bed.h"

namespace {

using namespace guard;

void BM_Stanza(benchmark::State& state) {
  constexpr std::uint64_t kBatch = 256;
  recorder::LedgerBed bed;
  bed.start();
  bed.configuration.limits.queue_stanzas = 100'000;
  wire::Judgement model = recorder::LedgerBed::forward(0, recorder::kBravo, std::string(590, 'x'));
  model.finding.facts = std::string("{\"facts\":\"") + std::string(380, 'f') + "\"}";
  std::uint64_t number = 0;
  std::uint64_t reports = 0;
  std::string frames;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<wire::Judgement> judgements(kBatch, model);
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      judgements[i].ticket = number + i + 1;
      judgements[i].input = recorder::LedgerBed::hash_of(number + i + 1);
    }
    bed.log.clear();
    state.ResumeTiming();
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      bed.now.microseconds += 10;
      bed.edge(Side::kHigh, recorder::LedgerBed::ticket(++number, recorder::kAlpha));
      bed.judge(Lane::kHighToLow, std::move(judgements[i]));
    }
    frames.clear();
    wire::Outcomes outcomes;
    outcomes.number = ++reports;
    for (const recorder::Effect& effect : bed.ledger->committed()) {
      const auto* told = std::get_if<recorder::ToEdge>(&effect);
      if (told == nullptr) continue;
      wire::append_frame(frames, told->message);
      if (const auto* deliver = std::get_if<wire::Deliver>(&told->message)) {
        outcomes.deliveries.push_back(deliver->delivery);
      }
    }
    bed.edge(Side::kLow, std::move(outcomes));
    bed.ledger->tick(bed.now);
    benchmark::DoNotOptimize(frames);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(number));
}
BENCHMARK(BM_Stanza);

}  // namespace
