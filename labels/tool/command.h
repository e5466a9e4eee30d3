// Command: the subcommands of guard-label, from their options to their answer.
//
// Each reads the files that its options name, and nothing else; none asks a clock. What they print
// is described in README.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/utc_time.h"
#include "labels/label_format.h"
#include "labels/marking.h"
#include "labels/tool/answer.h"

namespace labels::tool {

// Encoding: how `convert` and `translate` write a label.
enum class Encoding : std::uint8_t {
  kPlain,  // DER for ess, XML otherwise
  kBase64,
  kHex,
};

// Options of all subcommands; each uses those that its --help lists.
struct Options {
  std::string input = {};                   // LABEL, or the FILE of spif; "-" is standard input
  std::vector<std::string> spifs = {};      // one or more, but for spif
  std::string icism_map = {};               // a mapping table for ICISM labels; empty: none
  std::string clearance = {};               // "-" is standard input
  std::vector<std::string> languages = {};  // RFC 4647 language ranges, the most wanted first
  guard::UtcTime time = {};                 // labels are judged for that moment
  bool json = false;

  bool marking = false;                    // show: the marking alone
  std::optional<LabelFormat> format = {};  // convert: --to; translate: --as
  Encoding encoding = Encoding::kPlain;    // convert, translate
  std::string policy = {};                 // translate: a name or object identifier
  std::string trust_anchor = {};           // spif: a PEM file; empty: no signature is asked for
  std::string verifier = {};               // spif: the path of guard-spif-verify
  std::string signature = {};              // spif: a CMS file; empty: inside the SPIF
  std::string catalog_to = {};             // catalog: for whom the labels are
  std::string catalog_name = {};
  std::string catalog_description = {};
  std::string default_item = {};  // catalog: a selector
  bool restrict = false;          // catalog: nothing else may be chosen
  std::size_t values = 1;         // catalog: in one label
};

[[nodiscard]] Answer show(const Options& options);
[[nodiscard]] Answer check(const Options& options);
[[nodiscard]] Answer convert(const Options& options);
[[nodiscard]] Answer translate(const Options& options);
// describe is guard-label spif.
[[nodiscard]] Answer describe(const Options& options);
// list is guard-label catalog.
[[nodiscard]] Answer list(const Options& options);

}  // namespace labels::tool
