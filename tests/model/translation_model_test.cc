// translate() against the naive translation: random labels of every sample security policy, into
// every other.
#include <gtest/gtest.h>

#include <map>

#include "guard/base/sanitized.h"
#include "labels/random_label_for_test.h"
#include "labels/samples_for_test.h"
#include "labels/translation.h"
#include "schemas/xerces_platform.h"
#include "tests/model/translation.h"

namespace model {
namespace {

constexpr guard::UtcTime kAt{.microseconds = 1'767'225'600'000'000};  // 2026-01-01

labels::SecurityPolicy spif(const std::string& name) {
  const std::string path = "../" + name;
  return labels::test::sample(path);
}

// A label of few values: one of many has nearly always one without an equivalent.
labels::Label thinned(const labels::Label& label, std::mt19937& random) {
  labels::Label thin(label.policy());
  EXPECT_TRUE(thin.set_classification(*label.classification()));
  for (const labels::Category& category : label.categories()) {
    if (random() % 2 == 0) continue;
    std::vector<std::uint32_t> values;
    for (const std::uint32_t value : category.values()) {
      if (values.empty() || random() % 4 == 0) values.push_back(value);
    }
    EXPECT_TRUE(thin.add(*labels::Category::make(category.tag_set(), category.kind(), values)));
  }
  if (label.privacy_mark() && random() % 3 == 0) thin.set_privacy_mark(*label.privacy_mark());
  return thin;
}

TEST(TranslationModel, RandomLabelsOfTheSamples) {
  const schemas::XercesPlatform platform;
  const int labels_each = guard::kSanitized ? 300 : 3'000;
  std::map<std::string, int> translated;
  std::vector<labels::SecurityPolicy> policies;
  for (const char* name : {"labels/national", "labels/alliance", "labels/company", "labels/tlp",
                           "pair/spif", "star/bravo"}) {
    policies.push_back(spif(name));
  }
  std::mt19937 random(11);
  for (const labels::SecurityPolicy& from : policies) {
    labels::test::RandomLabels labels(from, 12);
    for (int i = 0; i < labels_each; ++i) {
      const labels::Label label = thinned(labels.label(), random);
      for (const labels::SecurityPolicy& to : policies) {
        if (from.id() == to.id()) continue;
        const auto one = labels::translate(from, to, label, kAt);
        const auto other =
            NaiveTranslation(from.content(), to.content()).of(label, kAt.microseconds / 1'000'000);
        const std::string way = from.name() + " to " + to.name();
        ASSERT_EQ(one.has_value(), other.has_value())
            << way << ": " << (one ? "translated" : one.error().what);
        if (!one) continue;
        ASSERT_EQ(*one, *other) << way;
        ++translated[way];
      }
    }
  }
  // It is not refusals alone that agree: every way that the samples have is gone.
  EXPECT_EQ(translated.size(), 9U);
}

}  // namespace
}  // namespace model
