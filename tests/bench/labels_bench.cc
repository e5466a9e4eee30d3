// What labels cost: a label judged, and a large security policy loaded.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "labels/decision.h"
#include "labels/spif.h"
#include "labels/validity.h"
#include "schemas/xerces_platform.h"

namespace {

using namespace labels;

constexpr guard::UtcTime kAt{1'783'000'000'000'000};

std::string number(int value) { return std::to_string(value); }

// A policy of a nation's size: caveats with conditions among them, 250 nations that need a caveat
// or exclude one, projects. 90 kB.
std::string large_spif() {
  std::string text =
      "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1'>"
      "<securityPolicyId name='LARGE' id='2.999.60'/><securityClassifications>";
  for (int i = 0; i < 6; ++i) {
    text += "<securityClassification name='CLASS " + number(i) + "' lacv='" + number(i) +
            "' hierarchy='" + number(i) + "'><markingData phrase='CLASS " + number(i) +
            "' xml:lang='en'><code>pageTopBottom</code></markingData></securityClassification>\n";
  }
  text += "</securityClassifications><securityCategoryTagSets>";
  const auto open = [&](int set, const std::string& type) {
    text += "<securityCategoryTagSet name='Set " + number(set) + "' id='2.999.60." + number(set) +
            "'><securityCategoryTag name='Tag' " + type + ">\n";
  };
  const auto close = [&] { text += "</securityCategoryTag></securityCategoryTagSet>"; };
  open(1, "tagType='restrictive'");
  for (int i = 0; i < 40; ++i) {
    text += "<tagCategory name='Caveat " + number(i) + "' lacv='" + number(i) +
            "'><markingData phrase='CAVEAT " + number(i) +
            "' xml:lang='en'/><markingData phrase='VORBEHALT " + number(i) + "' xml:lang='de'/>";
    if (i % 4 == 1) text += "<excludedClass>CLASS 0</excludedClass>";
    if (i % 4 == 2) {
      text += "<excludedCategory tagSetRef='Set 1' tagType='restrictive' lacv='" + number(i + 1) +
              "'/>";
    }
    text += "</tagCategory>\n";
  }
  close();
  open(2, "tagType='permissive' maxSelection='200'");
  for (int i = 0; i < 250; ++i) {
    text += "<tagCategory name='Nation " + number(i) + "' lacv='" + number(i) +
            "'><markingData phrase='NATION " + number(i) + "' shortPhrase='N" + number(i) +
            "' xml:lang='en'/><excludedClass>CLASS 5</excludedClass></tagCategory>\n";
  }
  close();
  open(3, "tagType='enumerated' enumType='permissive'");
  for (int i = 0; i < 220; ++i) {
    text += "<tagCategory name='Project " + number(i) + "' lacv='" + number(i * 13) +
            "'><requiredCategory operation='oneOrMore'><categoryGroup tagSetRef='Set 1' "
            "tagType='restrictive' lacv='" +
            number(i % 40) +
            "'/><categoryGroup tagSetRef='Set 2' "
            "tagType='permissive'/></requiredCategory></tagCategory>\n";
  }
  close();
  return text + "</securityCategoryTagSets></SPIF>";
}

struct Bed {
  schemas::XercesPlatform platform;
  std::string text = large_spif();
  SecurityPolicy policy = [this] {
    auto read = load_spif("large.xml", text);
    if (!read) throw std::logic_error(read.error().to_string());
    return *read;
  }();

  static Oid oid(const char* dotted) { return *Oid::from_dotted(dotted); }

  // Classification, one caveat, one nation.
  [[nodiscard]] Label typical() const {
    Label label(policy.id());
    const bool made =
        label.set_classification(3) &&
        label.add(*Category::make(oid("2.999.60.1"), CategoryKind::kRestrictive, {1})) &&
        label.add(*Category::make(oid("2.999.60.2"), CategoryKind::kPermissive, {17}));
    if (!made) throw std::logic_error("label");
    return label;
  }

  // All of the caveats and half of the nations.
  [[nodiscard]] CompiledClearance clearance() const {
    Clearance held(policy.id());
    std::vector<std::uint32_t> caveats;
    std::vector<std::uint32_t> nations;
    for (std::uint32_t i = 0; i < 40; ++i) caveats.push_back(i);
    for (std::uint32_t i = 1; i < 250; i += 2) nations.push_back(i);
    bool made = true;
    for (std::uint32_t i = 0; i < 6; ++i) made = made && held.add_classification(i);
    made =
        made && held.add(*Category::make(oid("2.999.60.1"), CategoryKind::kRestrictive, caveats));
    made = made && held.add(*Category::make(oid("2.999.60.2"), CategoryKind::kPermissive, nations));
    if (!made) throw std::logic_error("clearance");
    return {policy, held};
  }
};

void compile_label(benchmark::State& state) {
  const Bed bed;
  const Label label = bed.typical();
  for (auto _ : state) benchmark::DoNotOptimize(CompiledLabel(bed.policy, label));
}
BENCHMARK(compile_label);

void validity_of_compiled(benchmark::State& state) {
  const Bed bed;
  const Label label = bed.typical();
  const CompiledLabel compiled(bed.policy, label);
  if (!is_valid(compiled, kAt)) throw std::logic_error("not valid");
  for (auto _ : state) benchmark::DoNotOptimize(is_valid(compiled, kAt));
}
BENCHMARK(validity_of_compiled);

// Validity and clearance, the label compiled before.
void decision_of_compiled(benchmark::State& state) {
  const Bed bed;
  const Label label = bed.typical();
  const CompiledLabel compiled(bed.policy, label);
  const CompiledClearance clearance = bed.clearance();
  if (!grants(compiled, clearance, kAt)) throw std::logic_error("not granted");
  for (auto _ : state) benchmark::DoNotOptimize(decide(compiled, clearance, kAt));
}
BENCHMARK(decision_of_compiled);

// From the decoded label to the decision: compile, validity, clearance.
void validity_and_decision(benchmark::State& state) {
  const Bed bed;
  const Label label = bed.typical();
  const CompiledClearance clearance = bed.clearance();
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(CompiledLabel(bed.policy, label), clearance, kAt));
  }
}
BENCHMARK(validity_and_decision);

// Denied, with all reasons in words.
void decision_denied(benchmark::State& state) {
  const Bed bed;
  const Label label = bed.typical();
  const CompiledClearance clearance(bed.policy, Clearance(bed.policy.id()));
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(CompiledLabel(bed.policy, label), clearance, kAt));
  }
}
BENCHMARK(decision_denied);

void load_large_spif(benchmark::State& state) {
  const Bed bed;
  state.counters["octets"] = static_cast<double>(bed.text.size());
  for (auto _ : state) benchmark::DoNotOptimize(load_spif("large.xml", bed.text));
}
BENCHMARK(load_large_spif)->Unit(benchmark::kMillisecond);

// With the schema compiled before, as where several files are read.
void read_large_spif(benchmark::State& state) {
  const Bed bed;
  SpifReader reader;
  for (auto _ : state) benchmark::DoNotOptimize(reader.read("large.xml", bed.text));
}
BENCHMARK(read_large_spif)->Unit(benchmark::kMillisecond);

}  // namespace
