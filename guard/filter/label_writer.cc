#include "guard/filter/label_writer.h"

#include "guard/base/check.h"
#include "labels/marking.h"
#include "labels/sec_label.h"

namespace guard::filter {

std::string write_label(const labels::SecurityPolicy& security_policy, const labels::Label& label) {
  return labels::write_sec_label(labels::display_marking(security_policy, label), &label, {});
}

std::string_view LabelWriter::write(const labels::Label& label) {
  if (last_ != label) {
    const labels::SecurityPolicy* spif = policy_.spif(label.policy());
    CHECK(spif != nullptr);
    text_ = write_label(*spif, label);
    last_ = label;
  }
  return text_;
}

}  // namespace guard::filter
