// Clearances in every format, certificates among them: total; DER that is read is written again
// octet for octet, and every clearance comes back the same from the formats that can carry it.
#include <cstddef>
#include <cstdint>

#include "guard/base/check.h"
#include "labels/clearance_certificate.h"
#include "labels/clearance_der.h"
#include "labels/label_reading.h"
#include "labels/label_writing.h"
#include "labels/xml_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const labels::PolicySet policies = labels::test::test_policies();
  static labels::LabelReader reader(policies);
  const guard::BytesView input(data, size);
  if (const auto der = labels::read_clearance_der(input)) {
    CHECK(guard::as_text(labels::encode_clearance(*der)) == guard::as_text(input));
  } else {
    CHECK(der.error().offset <= size);
  }
  const auto attributes = labels::clearance_in_attributes(input);
  CHECK(attributes ? !attributes->empty() : !attributes.error().what.empty());
  const auto read = reader.read_clearance("f", input);
  if (!read) {
    CHECK(!read.error().what.empty());
    return 0;
  }
  using labels::ClearanceFormat;
  for (const ClearanceFormat format : {ClearanceFormat::kDer, ClearanceFormat::kDerContext,
                                       ClearanceFormat::k4774, ClearanceFormat::kPlain}) {
    const auto written = labels::write_clearance(read->clearance, format, policies);
    if (!written) continue;  // no names for its numbers
    const auto again = reader.read_clearance("f", *written);
    CHECK(again.has_value() && again->clearance == read->clearance);
  }
  return 0;
}
