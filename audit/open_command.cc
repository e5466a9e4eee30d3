// open: an officer reads the content of a stanza.
#include <unistd.h>

#include "audit/content.h"
#include "audit/gap.h"
#include "audit/tool.h"
#include "guard/base/escape.h"

namespace audit::tool {
namespace {

struct OpenOptions {
  std::string log, key, certificate;
  std::uint64_t sequence = 0;
  bool sealed = false;
};

// A peer wrote it: a terminal is shown it escaped, a file gets its octets.
void put_stanza(const std::string& stanza) {
  put(::isatty(STDOUT_FILENO) == 1 ? guard::for_terminal(stanza) + "\n" : stanza);
}

int run_open(const OpenOptions& options) {
  if (options.sealed == !options.key.empty()) {
    complain("expected --key FILE, or --sealed");
    return kUsage;
  }
  const std::string which = "record " + std::to_string(options.sequence) + ": ";
  const auto found = find_content(options.log, options.sequence);
  if (!found) {
    complain(found.error());
    return kUnreadable;
  }
  if (!*found) {
    complain("there is no record " + std::to_string(options.sequence));
    for (const Gap& gap : find_gaps(options.log)) {
      if (gap.first <= options.sequence && options.sequence <= gap.last) complain(to_text(gap));
    }
    return kNo;
  }
  if (const std::string wrong = what_is_wrong_with(**found); !wrong.empty()) {
    complain(which + wrong);
    return kNo;
  }
  if (options.sealed) {
    put(*(*found)->sealed);
    return kYes;
  }
  std::string texts[2];
  const std::string* const files[] = {&options.key, &options.certificate};
  for (const std::size_t i : {0U, 1U}) {
    if (files[i]->empty()) continue;
    auto text = read_file(*files[i]);
    if (!text) {
      complain(text.error());
      return kUnreadable;
    }
    texts[i] = std::move(*text);
  }
  const auto opened = open_content(**found, texts[0], texts[1]);
  if (!opened) {
    complain(which + opened.error().what);
    return opened.error().bad_key ? kUnreadable : kNo;
  }
  put_stanza(*opened);
  return kYes;
}

}  // namespace

void add_open(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("open", "Read the content of a stanza, with an officer's key");
  command->footer(
      "Examples:\n"
      "  guard-audit open /var/log/xmpp-guard 4711 --key anna.key\n"
      "  guard-audit open /var/log/xmpp-guard 4711 --sealed |\n"
      "    openssl cms -decrypt -inform DER -recip anna.pem -inkey anna.key\n"
      "What is shown is what was received, and its digest is the record's. A terminal is shown it\n"
      "escaped. That somebody has looked is not recorded: whoever has the key can look at a copy.");
  auto options = std::make_shared<OpenOptions>();
  command->add_option("LOG", options->log, "The log's directory, or one of its files")->required();
  command->add_option("SEQ", options->sequence, "The record's sequence")
      ->required()
      ->check(positive());
  command->add_option("--key", options->key, "The officer's private key, PEM");
  command->add_option("--certificate", options->certificate,
                      "His certificate, PEM: where several of its kind are tried otherwise");
  command->add_flag("--sealed", options->sealed,
                    "Write the envelope as it is kept (CMS, DER), for a key that lies elsewhere");
  command->callback([options, &run] { run = [options] { return run_open(*options); }; });
}

}  // namespace audit::tool
