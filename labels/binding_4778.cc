#include "labels/binding_4778.h"

#include <utility>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"

namespace labels {
namespace {

using schemas::Element;

// Moves a fault found below `at` to where it is below `root`.
XmlFault below(const Element& root, const Element& at, XmlFault fault) {
  std::string path = path_to(root, at);
  if (!path.empty() && !fault.path.empty()) path += '/';
  fault.path = path + fault.path;
  return fault;
}

std::expected<void, XmlFault> read_metadata(const Element& root, const Element& metadata,
                                            const PolicySet& policies, Binding4778& read) {
  for (const Element* one : metadata.elements()) {
    if (!is_label_4774(*one)) {
      return std::unexpected(xml_fault(root, *one, LabelReason::kFormat, "metadata of another kind",
                                       "a label of ADatP-4774"));
    }
    if (read.labels.size() == kMaxBindingLabels) {
      return std::unexpected(xml_fault(root, *one, LabelReason::kStructure, "too many labels",
                                       std::to_string(kMaxBindingLabels) + " at most"));
    }
    auto label = read_label_4774(*one, policies);
    if (!label) return std::unexpected(below(root, *one, std::move(label.error())));
    read.labels.push_back(*std::move(label));
  }
  return {};
}

}  // namespace

std::expected<Binding4778, XmlFault> read_binding_4778(const Element& element,
                                                       const PolicySet& policies) {
  Binding4778 read;
  for (const Element* part : element.elements()) {
    if (part->name == "Signature") {
      ++read.signatures;
      continue;
    }
    for (const Element* binding : part->elements()) {
      ++read.bindings;
      for (const Element* one : binding->elements()) {
        if (!one->is(kBinding4778Namespace, "Metadata")) continue;
        if (const auto done = read_metadata(element, *one, policies, read); !done) {
          return std::unexpected(done.error());
        }
      }
    }
  }
  if (read.labels.empty()) {
    return std::unexpected(
        xml_fault(element, element, LabelReason::kStructure, "no label in it", "one or more"));
  }
  return read;
}

std::expected<std::string, LabelReason> write_binding_4778(const std::vector<Label4774>& labels,
                                                           std::string_view uri,
                                                           const PolicySet& policies) {
  CHECK(!labels.empty());
  std::string out = "<BindingInformation";
  guard::append_attribute(out, "xmlns", kBinding4778Namespace);
  out += "><MetadataBindingContainer><MetadataBinding>";
  for (const Label4774& label : labels) {
    const auto written = write_label_4774(label, policies);
    if (!written) return std::unexpected(written.error());
    out += "<Metadata>" + *written + "</Metadata>";
  }
  out += "<DataReference";
  guard::append_attribute(out, "URI", uri);
  out += "/></MetadataBinding></MetadataBindingContainer></BindingInformation>";
  return out;
}

}  // namespace labels
