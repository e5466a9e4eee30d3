// Markings and translations are total, and translations keep their promises. The input is one
// octet that chooses policies and style, then a label in DER; the policies are the samples.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "guard/base/check.h"
#include "labels/ess.h"
#include "labels/marking.h"
#include "labels/samples_for_test.h"
#include "labels/translation.h"
#include "labels/validity.h"

namespace {

using labels::SecurityPolicy;

constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

const std::vector<SecurityPolicy>& policies() {
  static const std::vector<SecurityPolicy> all = [] {
    std::vector<SecurityPolicy> loaded;
    for (const std::string_view name : labels::test::kSamples) {
      loaded.push_back(labels::test::sample(name));
    }
    return loaded;
  }();
  return all;
}

labels::MarkingStyle style_from(std::uint8_t octet) {
  constexpr int kPurposes = static_cast<int>(labels::MarkingPurpose::kWaterMark) + 1;
  labels::MarkingStyle style{.purpose = static_cast<labels::MarkingPurpose>(octet % kPurposes)};
  if ((octet & 1U) != 0) style.languages.emplace_back("de-AT-x-a");
  if ((octet & 2U) != 0) style.languages.emplace_back("fr");
  return style;
}

void mark(const SecurityPolicy& policy, const labels::Label& label, std::uint8_t octet) {
  constexpr std::size_t kLongest = 64 * 1024;
  CHECK(marking(policy, label, style_from(octet)).size() < kLongest);
  CHECK(display_marking(policy, label).text == marking(policy, label));
}

void translate_into(const SecurityPolicy& from, const SecurityPolicy& to,
                    const labels::Label& label) {
  const auto result = translate(from, to, label, kAt);
  if (!result) {
    CHECK(!result.error().what.empty());
    return;
  }
  CHECK(result->policy() == to.id());
  CHECK(validate(from, label, kAt).valid());
  CHECK(validate(to, *result, kAt).valid());
  CHECK(from.id() != to.id() || *result == label);
  CHECK(result->privacy_mark() == label.privacy_mark());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto label = labels::decode_ess({data + 1, size - 1});
  if (!label) return 0;
  for (const SecurityPolicy& from : policies()) {
    mark(from, *label, data[0]);
    for (const SecurityPolicy& to : policies()) translate_into(from, to, *label);
  }
  return 0;
}
