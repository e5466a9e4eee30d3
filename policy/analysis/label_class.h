// LabelClass: labels that one or two policies treat alike.
//
// Whether a clearance grants a label is asked for each tag by itself (labels/decision.h), so it is
// enough to know, for each classification: the label without categories; with one value of a tag;
// and with two values of a permissive tag, of which one suits the sender and one the receiver. A
// label with more is granted where each value of its restrictive tags is, and for each permissive
// tag some pair of its values. Values that every clearance of the policies holds or lacks alike,
// and that become the like where labels are translated on their way out, are one class.
#pragma once

#include <string>
#include <vector>

#include "labels/label.h"
#include "policy/analysis/domain_class.h"

namespace policy {

struct LabelClass {
  labels::Label label;
  std::string marking;
  // The other values that the ones in this label stand for, in words; empty where there are none.
  std::string stands_for;
};

// label_classes lists them by classification, in ascending order of hierarchy.
[[nodiscard]] std::vector<LabelClass> label_classes(Policies policies);

}  // namespace policy
