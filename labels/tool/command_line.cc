#include "labels/tool/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include "guard/base/command_line.h"
#include "guard/base/utc_time.h"
#include "labels/catalog.h"
#include "labels/language_range.h"
#include "labels/tool/command.h"

namespace labels::tool {
namespace {

constexpr const char* kPurpose =
    "Reads, judges, converts and translates security labels, and reads security policies (SPIF).";
constexpr const char* kStatus =
    "LABEL is a file or - (standard input): an ESS label in DER, base64 or hexadecimal, an\n"
    "ADatP-4774 label or ADatP-4778 binding, an XEP-0258 securitylabel, a whole stanza, an ICISM\n"
    "label (with --icism-map), or the XML form of xmpp-guard. The format is told by the content.\n"
    "Each subcommand has --help, with an example. The manual is guard-label(1), which has the XML\n"
    "form; the README has worked examples, and sample policies are in deploy/examples/labels.\n"
    "Exit status: 0 yes, 1 no, 2 the input cannot be read or is malformed, 3 wrong usage.";

// Words are what CLI11 leaves as text.
struct Words {
  std::string languages;
  std::string time;
  std::string format;
  bool base64 = false;
  bool hex = false;
};

class CommandLine {
 public:
  explicit CommandLine(const std::string& folder) : app_(kPurpose, "guard-label") {
    options_.verifier = folder + "/guard-spif-verify";
    app_.require_subcommand(1);
    app_.footer(kStatus);
    add_show();
    add_check();
    add_convert();
    add_translate();
    add_spif();
    add_catalog();
  }

  Answer run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      std::ostringstream out;
      std::ostringstream complaints;
      const bool help = guard::report_command_line(app_, error, out, complaints);
      return {.status = help ? Status::kYes : Status::kUsage,
              .out = out.str(),
              .complaints = complaints.str()};
    }
    if (const std::string wrong = complete(); !wrong.empty()) return wrong_usage(wrong);
    return command_(options_);
  }

 private:
  using Command = Answer (*)(const Options&);

  CLI::App* add(const std::string& name, const std::string& description, Command command) {
    CLI::App* app = app_.add_subcommand(name, description);
    app->callback([this, command] { command_ = command; });
    app->add_flag("--json", options_.json, "Print JSON");
    return app;
  }
  void add_spifs(CLI::App* app) {
    app->add_option("--spif", options_.spifs, "A security policy; give it once for each policy")
        ->required()
        ->allow_extra_args(false)
        ->type_name("FILE");
  }
  void add_time(CLI::App* app) {
    app->add_option("--time", words_.time, "Judge for that moment (ISO 8601, UTC) instead of now")
        ->type_name("TIME");
  }
  void add_languages(CLI::App* app) {
    app->add_option("--lang", words_.languages,
                    "Languages for markings (RFC 4647 ranges), the most wanted first: de-CH,fr")
        ->type_name("L,L");
  }
  void add_label(CLI::App* app) {
    app->add_option("--icism-map", options_.icism_map,
                    "What the tokens of ICISM labels mean under the security policy")
        ->type_name("FILE");
    app->add_option("LABEL", options_.input, "A file, or - for standard input")->required();
  }
  void add_clearance(CLI::App* app) {
    app->add_option("--clearance", options_.clearance,
                    "DER, base64, hexadecimal, a certificate (PEM or DER), ADatP-4774 or our XML")
        ->required()
        ->type_name("FILE");
  }
  void add_spelling(CLI::App* app) {
    auto* base64 = app->add_flag("--base64", words_.base64, "Write base64, on one line");
    app->add_flag("--hex", words_.hex, "Write hexadecimal, on one line")->excludes(base64);
  }

  void add_show() {
    CLI::App* app = add("show", "What a label says, whether it is valid, how it is marked", show);
    add_spifs(app);
    add_languages(app);
    add_time(app);
    app->add_flag("--marking", options_.marking, "Print the marking alone, on one line");
    add_label(app);
    app->footer(
        "Exit status 1: the label is not valid under its security policy.\n"
        "Examples:\n"
        "  guard-label show --spif national.xml label.der\n"
        "  guard-label show --spif national.xml --lang de --marking - <stanza.xml");
  }
  void add_check() {
    CLI::App* app = add("check", "Whether a clearance grants a label, and why not", check);
    add_spifs(app);
    add_clearance(app);
    add_time(app);
    add_label(app);
    app->footer(
        "Exit status 1: denied. An invalid label is never granted.\n"
        "Example:\n"
        "  guard-label check --spif national.xml --clearance alice.pem label.der");
  }
  void add_convert() {
    CLI::App* app = add("convert", "The same label in another format", convert);
    add_spifs(app);
    app->add_option("--to", words_.format, "ess, 4774, xep0258, xml or icism")
        ->required()
        ->check(CLI::IsMember({"ess", "4774", "xep0258", "xml", "icism"}))
        ->type_name("FORMAT");
    add_spelling(app);
    add_languages(app);
    add_label(app);
    app->footer(
        "Writes DER for ess and XML otherwise.\n"
        "Exit status 1: the label says something that the format has no place for.\n"
        "Example:\n"
        "  guard-label convert --spif national.xml --to ess --base64 label.xml");
  }
  void add_translate() {
    CLI::App* app = add("translate", "The label under another security policy", translate);
    add_spifs(app);
    app->add_option("--to", options_.policy, "The other policy's name or object identifier")
        ->required()
        ->type_name("POLICY");
    app->add_option("--as", words_.format, "Write the label: ess, 4774, xep0258, xml or icism")
        ->check(CLI::IsMember({"ess", "4774", "xep0258", "xml", "icism"}))
        ->type_name("FORMAT");
    add_spelling(app);
    add_languages(app);
    add_time(app);
    add_label(app);
    app->footer(
        "The equivalents stand in the security policies; both have to be given.\n"
        "Exit status 1: there is no equivalent, and the answer says what has none.\n"
        "Example:\n"
        "  guard-label translate --spif national.xml --spif alliance.xml \\\n"
        "      --to 'EXAMPLE ALLIANCE' --as xep0258 label.der");
  }
  void add_spif() {
    CLI::App* app = add("spif", "Check a security policy, and print it", describe);
    app->add_option("--spif", options_.spifs,
                    "Another policy, for the names of what is equivalent in it; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FILE");
    app->add_option("--trust-anchor", options_.trust_anchor,
                    "The policy must be signed by somebody that one of these certificates (PEM) "
                    "vouches for")
        ->type_name("FILE");
    app->add_option("--signature", options_.signature,
                    "The signature is in this file (CMS), not inside the SPIF")
        ->type_name("FILE");
    add_languages(app);
    add_time(app);
    app->add_option("FILE", options_.input, "The SPIF, or - for standard input")->required();
    app->footer(
        "Exit status 1: it is not signed as --trust-anchor demands; 2: it is not a SPIF, or "
        "contradicts\n"
        "itself.\n"
        "Example:\n"
        "  guard-label spif --spif alliance.xml national.xml");
  }
  void add_catalog() {
    CLI::App* app =
        add("catalog", "An XEP-0258 catalog of the labels that a clearance grants", list);
    add_spifs(app);
    add_clearance(app);
    app->add_option("--values", options_.values,
                    "At most so many category values in one label (1); more only where the "
                    "policy demands them")
        ->check(CLI::Range(std::size_t{0}, kMaxCatalogValues))
        ->type_name("N");
    app->add_option("--to", options_.catalog_to, "For whom the labels are: an address")
        ->type_name("JID");
    app->add_option("--name", options_.catalog_name, "The catalog's name")->type_name("TEXT");
    app->add_option("--desc", options_.catalog_description, "Its description")->type_name("TEXT");
    app->add_flag("--restrict", options_.restrict, "Nothing else may be chosen");
    app->add_option("--default", options_.default_item,
                    "The default item: its selector, or a classification")
        ->type_name("SELECTOR");
    add_languages(app);
    add_time(app);
    app->footer(
        "Exit status 1: the clearance grants no label, or not the default.\n"
        "Example:\n"
        "  guard-label catalog --spif national.xml --clearance alice.pem --default UNCLASSIFIED");
  }

  // complete fills in what CLI11 leaves as text; what it returns is wrong usage.
  std::string complete() {
    options_.time = guard::now_utc();
    if (!words_.time.empty()) {
      const auto time = guard::from_iso8601(words_.time);
      if (!time) return "--time " + words_.time + ": no time, expected 2026-01-31T23:59:59Z";
      options_.time = *time;
    }
    if (std::string wrong = complete_languages(); !wrong.empty()) return wrong;
    options_.format = label_format_from(words_.format);
    if (words_.base64) options_.encoding = Encoding::kBase64;
    if (words_.hex) options_.encoding = Encoding::kHex;
    if ((words_.base64 || words_.hex) && !options_.format) return "--base64 and --hex need --as";
    if (options_.format == LabelFormat::kIcism && options_.icism_map.empty()) {
      return "icism needs --icism-map";
    }
    if (!options_.signature.empty() && options_.trust_anchor.empty()) {
      return "--signature needs --trust-anchor";
    }
    const auto readers = std::ranges::count(options_.spifs, "-") + (options_.input == "-" ? 1 : 0) +
                         (options_.clearance == "-" ? 1 : 0) + (options_.icism_map == "-" ? 1 : 0) +
                         (options_.signature == "-" ? 1 : 0);
    return readers > 1 ? "standard input can be read only once" : "";
  }

  std::string complete_languages() {
    if (words_.languages.empty()) return {};
    std::string_view rest = words_.languages;
    while (true) {
      const std::string_view range = rest.substr(0, rest.find(','));
      if (!is_language_range(range)) {
        return "--lang " + words_.languages +
               ": no language ranges, expected for instance de-CH,fr";
      }
      options_.languages.emplace_back(range);
      if (range.size() == rest.size()) return {};
      rest.remove_prefix(range.size() + 1);
    }
  }

  CLI::App app_;
  Options options_;
  Words words_;
  Command command_ = nullptr;
};

}  // namespace

Answer run_command_line(int argc, const char* const* argv, const std::string& folder) {
  return CommandLine(folder).run(argc, argv);
}

}  // namespace labels::tool
