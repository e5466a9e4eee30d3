// A SPIF file: reading one is total, every complaint has words and a place in the file, and
// whatever is read judges the labels that can be made from it, quick and worded judgement alike.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/check.h"
#include "labels/decision.h"
#include "labels/spif.h"
#include "labels/validity.h"
#include "schemas/xerces_platform.h"

namespace {

constexpr std::size_t kMost = 8;  // of each, so that a large policy costs no more than a small one

void judge(const labels::SecurityPolicy& policy, const labels::Label& label,
           const labels::CompiledClearance& clearance) {
  constexpr guard::UtcTime kAt{1'783'000'000'000'000};
  const labels::CompiledLabel compiled(policy, label);
  const labels::Decision decision = labels::decide(compiled, clearance, kAt);
  const labels::Validity validity = labels::validate(compiled, kAt);
  CHECK(labels::grants(compiled, clearance, kAt) == decision.granted());
  CHECK(labels::is_valid(compiled, kAt) == validity.valid());
  CHECK(validity.valid() || !decision.granted());
  for (const labels::Denial& one : decision.reasons()) CHECK(!one.what.empty());
  CHECK(labels::decide(policy, label, clearance.clearance(), kAt) == decision);
}

// Labels with each classification, and with the first values of each tag one by one and together.
void try_labels(const labels::SecurityPolicy& policy) {
  labels::Clearance clearance(policy.id());
  for (const labels::Classification& one : policy.classifications()) {
    CHECK(clearance.add_classification(one.lacv));
  }
  const labels::CompiledClearance held(policy, std::move(clearance));
  std::size_t classifications = 0;
  for (const labels::Classification& one : policy.classifications()) {
    if (++classifications > kMost) break;
    labels::Label label(policy.id());
    CHECK(label.set_classification(one.lacv));
    judge(policy, label, held);
    for (const labels::TagSet& tag_set : policy.tag_sets()) {
      for (const labels::Tag& tag : tag_set.tags) {
        std::vector<std::uint32_t> values;
        for (std::size_t i = 0; i < tag.categories.size() && i < kMost; ++i) {
          values.push_back(tag.categories[i].lacv);
          labels::Label single = label;
          if (single.add(*labels::Category::make(tag_set.id, tag.kind, {values.back()}))) {
            judge(policy, single, held);
          }
        }
        static_cast<void>(label.add(*labels::Category::make(tag_set.id, tag.kind, values)));
        judge(policy, label, held);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const schemas::XercesPlatform platform;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static labels::SpifReader reader;
  const auto loaded = reader.read("spif.xml", text);
  if (!loaded) {
    CHECK(!loaded.error().what.empty());
    return 0;
  }
  try_labels(*loaded);
  return 0;
}
