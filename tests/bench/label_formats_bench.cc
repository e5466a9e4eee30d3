// What a label costs to read and to write, in each format.
#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>

#include "labels/ess.h"
#include "labels/label_4774.h"
#include "labels/label_cache.h"
#include "labels/label_reading.h"
#include "labels/label_writing.h"
#include "labels/sec_label.h"
#include "labels/xml_for_test.h"
#include "schemas/reader.h"

namespace {

using labels::test::oid;

const labels::PolicySet& policies() {
  static const labels::PolicySet set = labels::test::test_policies();
  return set;
}

// A classification, a restrictive and two permissive tags, as a label of ordinary traffic has.
labels::Label sample() {
  using labels::Category;
  using labels::CategoryKind;
  labels::Label label(oid("2.999.7"));
  const bool well =
      label.set_classification(7) &&
      label.add(*Category::make(oid("2.999.7.1"), CategoryKind::kRestrictive, {0})) &&
      label.add(*Category::make(oid("2.999.7.2"), CategoryKind::kPermissive, {0, 1})) &&
      label.add(*Category::make(oid("2.999.7.3"), CategoryKind::kEnumeratedPermissive, {100, 200}));
  if (!well) throw std::logic_error("the sample label");
  return label;
}

void decode_ess(benchmark::State& state, labels::CategoryEncoding encoding) {
  const auto der = labels::encode_ess(sample(), encoding, policies().find("TEST")->policy());
  const labels::SecurityPolicy& policy = policies().find("TEST")->policy();
  if (*labels::decode_ess(*der, policy) != sample()) throw std::logic_error("wrong outcome");
  for (auto _ : state) benchmark::DoNotOptimize(labels::decode_ess(*der, policy));
}
void decode_ess_small(benchmark::State& state) {
  labels::Label label(oid("1.1"));
  if (!label.set_classification(4)) throw std::logic_error("the label");
  const guard::Bytes der = labels::encode_ess(label);
  for (auto _ : state) benchmark::DoNotOptimize(labels::decode_ess(der));
}
void decode_ess_tag_types(benchmark::State& state) {
  decode_ess(state, labels::CategoryEncoding::kTagTypes);
}
void decode_ess_named_tag_sets(benchmark::State& state) {
  decode_ess(state, labels::CategoryEncoding::kNamedTagSets);
}
void encode_ess(benchmark::State& state) {
  const labels::Label label = sample();
  for (auto _ : state) benchmark::DoNotOptimize(labels::encode_ess(label));
}

// From the tree, as in a stanza; and from text, with the parser and the schema.
void decode_4774_from_tree(benchmark::State& state) {
  const std::string xml = *labels::write_label_4774({.label = sample()}, policies());
  const schemas::Document document = labels::test::parsed(xml);
  if (labels::read_label_4774(document.root(), policies())->label != sample()) {
    throw std::logic_error("wrong outcome");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(labels::read_label_4774(document.root(), policies()));
  }
}
void decode_4774_from_text(benchmark::State& state) {
  const std::string xml = *labels::write_label_4774({.label = sample()}, policies());
  labels::LabelReader reader(policies());
  for (auto _ : state) {
    benchmark::DoNotOptimize(reader.read_label("f", guard::as_bytes(xml)));
  }
}
void encode_4774(benchmark::State& state) {
  const labels::Label4774 label{.label = sample()};
  for (auto _ : state) benchmark::DoNotOptimize(labels::write_label_4774(label, policies()));
}
void read_sec_label(benchmark::State& state) {
  const labels::Label label = sample();
  const std::string xml = labels::write_sec_label(std::nullopt, &label, {});
  const schemas::Document document = labels::test::parsed(xml);
  for (auto _ : state) {
    benchmark::DoNotOptimize(labels::read_sec_label(document.root(), {.policies = &policies()}));
  }
}
void cache_hit(benchmark::State& state) {
  labels::LabelCache<labels::Label> cache(1'024, {1, 2});
  const guard::Bytes der = labels::encode_ess(sample());
  cache.put(der, sample());
  for (auto _ : state) benchmark::DoNotOptimize(cache.find(der));
}

BENCHMARK(decode_ess_small);
BENCHMARK(decode_ess_tag_types);
BENCHMARK(decode_ess_named_tag_sets);
BENCHMARK(encode_ess);
BENCHMARK(decode_4774_from_tree);
BENCHMARK(decode_4774_from_text);
BENCHMARK(encode_4774);
BENCHMARK(read_sec_label);
BENCHMARK(cache_hit);

}  // namespace
