// Written: a label, spelt in a format.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/json_writer.h"
#include "labels/label.h"
#include "labels/label_format.h"
#include "labels/tool/answer.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"

namespace labels::tool {

// Written is a label as octets of DER, or as XML without a line end.
struct Written {
  LabelFormat format = LabelFormat::kEss;
  std::string octets = {};
};

// write writes the label in options.format, and its equivalents where that has a place for them.
// The answer is no where it has no place for something, or the policy no name for it.
// REQUIRES: options.format.
[[nodiscard]] std::expected<Written, Answer> write(const Given& given, const Label& label,
                                                   const std::vector<Label>& equivalents,
                                                   const Options& options);

// spelt is what is printed: the octets, or a line of base64 or hexadecimal.
[[nodiscard]] Answer spelt(const Written& written, Encoding encoding);

// write_members writes format, encoding ("base64", "hex", "XML") and, under `name`, the text, as
// members of an object that is open. DER is base64 unless hexadecimal is asked for.
void write_members(guard::JsonWriter& json, std::string_view name, const Written& written,
                   Encoding encoding);

}  // namespace labels::tool
