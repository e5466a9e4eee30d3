// Markings and translations of the sample policies: what a label costs in words.
#include <benchmark/benchmark.h>

#include "labels/marking.h"
#include "labels/named.h"
#include "labels/samples_for_test.h"
#include "labels/translation.h"

namespace {

constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

const labels::SecurityPolicy& national() {
  static const labels::SecurityPolicy policy = labels::test::sample("national");
  return policy;
}

labels::Label simple() { return *label_from_names(national(), {.classification = "SECRET"}); }

labels::Label rich() {
  return *label_from_names(
      national(),
      {.classification = "SECRET",
       .categories = {{.tag_set = "Caveats", .tag = "", .values = {"CRYPTO"}},
                      {.tag_set = "Releasability", .tag = "", .values = {"CAN", "DEU", "GBR"}},
                      {.tag_set = "Handling", .tag = "", .values = {"Exercise"}}}});
}

void mark(benchmark::State& state, const labels::Label& label, const labels::MarkingStyle& style) {
  for (auto _ : state) benchmark::DoNotOptimize(marking(national(), label, style));
}

BENCHMARK_CAPTURE(mark, classification, simple(), labels::MarkingStyle{});
BENCHMARK_CAPTURE(mark, page, rich(), labels::MarkingStyle{});
BENCHMARK_CAPTURE(mark, page_in_german, rich(), labels::MarkingStyle{.languages = {"de-AT"}});
BENCHMARK_CAPTURE(mark, portion, rich(),
                  labels::MarkingStyle{.purpose = labels::MarkingPurpose::kPortion});

void display(benchmark::State& state) {
  const labels::Label label = rich();
  for (auto _ : state) benchmark::DoNotOptimize(display_marking(national(), label));
}
BENCHMARK(display);

void translated(benchmark::State& state) {
  const labels::SecurityPolicy alliance = labels::test::sample("alliance");
  const labels::Label label = rich();
  for (auto _ : state) benchmark::DoNotOptimize(translate(national(), alliance, label, kAt));
}
BENCHMARK(translated);

}  // namespace
