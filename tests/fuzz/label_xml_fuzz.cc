// Labels in XML, and every other file that holds one: total; and what is read is written, in its
// own format, as something that is read as the same again.
#include <cstddef>
#include <cstdint>

#include "guard/base/check.h"
#include "labels/label_reading.h"
#include "labels/label_writing.h"
#include "labels/losses.h"
#include "labels/xml_for_test.h"

namespace {

// A table for the policy TEST.
labels::IcismMap table() {
  labels::IcismMap map{.policy = labels::test::oid("2.999.7")};
  map.classifications = {{"U", 1}, {"S", 7}};
  map.values[{"releasableTo", "AAA"}] = {.tag_set = labels::test::oid("2.999.7.2"),
                                         .kind = labels::CategoryKind::kPermissive,
                                         .lacv = 0};
  map.fixed["ownerProducer"] = "XAA";
  return map;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const labels::PolicySet policies = labels::test::test_policies();
  static const labels::IcismMap map = table();
  static labels::LabelReader reader(policies, map);
  const auto read = reader.read_label("f", {data, size});
  if (!read) {
    CHECK(!read.error().what.empty());
    return 0;
  }
  if (!read->label || read->format == labels::LabelFormat::kXep0258) return 0;
  const labels::WriteLabel how{.format = read->format, .encoding = read->encoding, .icism = &map};
  const auto written = labels::write_label(*read->label, how, policies);
  // Names can be read that would not be written: two of one meaning, or numbers beside them.
  if (!written) return 0;
  const auto again = reader.read_label("f", *written);
  CHECK(again.has_value() && again->label.has_value());
  CHECK(*again->label == *read->label);
  CHECK(labels::losses(*read->label, read->format).empty());
  CHECK(*labels::write_label(*again->label, how, policies) == *written);
  return 0;
}
