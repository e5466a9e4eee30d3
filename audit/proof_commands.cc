// verify, prove, check-proof: is the log whole, and can somebody else see that?
#include <utility>
#include <vector>

#include "audit/anchor_line.h"
#include "audit/present.h"
#include "audit/proof.h"
#include "audit/tool.h"
#include "audit/verify.h"
#include "guard/base/escape.h"
#include "guard/base/hex.h"

namespace audit::tool {
namespace {

// Reads the root key's public half; nullopt and a complaint where that cannot be.
std::optional<PublicKey> read_key(const std::string& path) {
  const auto text = read_file(path);
  if (!text) {
    complain(text.error());
    return std::nullopt;
  }
  const auto key = public_key_from_pem(*text);
  if (!key) {
    complain(path + ": " + key.error());
    return std::nullopt;
  }
  return *key;
}

std::optional<std::vector<Anchor>> read_anchor_files(const std::vector<std::string>& paths) {
  std::vector<Anchor> all;
  for (const std::string& path : paths) {
    auto text = read_file(path);
    // What a log host has written down is as good.
    if (text && is_syslog(*text)) text = notes_in_syslog(*text);
    auto anchors = text ? read_anchors(path, *text) : std::unexpected(text.error());
    if (!anchors) {
      complain(text ? path + ": expected " + anchors.error() : anchors.error());
      return std::nullopt;
    }
    for (Anchor& each : *anchors) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace

std::optional<VerifyOptions> verify_options(const std::string& key,
                                            const std::vector<std::string>& anchors) {
  VerifyOptions options;
  auto read = read_anchor_files(anchors);
  if (!read) return std::nullopt;
  options.anchors = std::move(*read);
  if (key.empty()) return options;
  options.root = read_key(key);
  if (!options.root) return std::nullopt;
  return options;
}

namespace {

struct VerifyCommand {
  std::string log, key;
  std::vector<std::string> anchors;
  bool json = false;
  bool quiet = false;
};

std::string json_of(const Verification& seen) {
  std::string line = "{\"verified\":" + std::string(seen.fault ? "false" : "true") +
                     ",\"origin\":" + guard::json_string(seen.origin) +
                     ",\"segments\":" + std::to_string(seen.segments) +
                     ",\"records\":" + std::to_string(seen.records) +
                     ",\"pruned\":" + std::to_string(seen.pruned) +
                     ",\"last_sequence\":" + std::to_string(seen.last.sequence) +
                     ",\"signed\":" + std::to_string(seen.signed_size) +
                     ",\"anchors\":" + std::to_string(seen.anchors) + ",\"root\":\"" +
                     guard::to_hex(seen.root) + "\",\"chain\":\"" + guard::to_hex(seen.last.chain) +
                     "\"";
  if (seen.fault) {
    line += ",\"first_bad\":" + std::to_string(seen.fault->sequence) +
            ",\"what\":" + guard::json_string(seen.fault->what);
  }
  return line + "}\n";
}

std::string words_of(const Verification& seen, bool with_key) {
  if (seen.fault) {
    return "NOT WHOLE: record " + std::to_string(seen.fault->sequence) + ": " +
           guard::for_terminal(seen.fault->what) + "\n" + std::to_string(seen.records) +
           " records were read and follow from each other up to there.\n";
  }
  if (seen.records == 0) return "The log is empty.\n";
  std::string text = std::to_string(seen.records) + " records agree, up to record " +
                     std::to_string(seen.last.sequence) + " of " +
                     guard::to_iso8601(seen.last.time) + ", in " + std::to_string(seen.segments) +
                     (seen.segments == 1 ? " segment" : " segments") + " of " +
                     guard::for_terminal(seen.origin) + ".\n";
  if (seen.pruned > 0) {
    text += std::to_string(seen.pruned) +
            " of them were pruned, as a record says: of these only the hashes were checked.\n";
  }
  text += "Signed up to record " + std::to_string(seen.signed_size);
  text += with_key ? ", by keys that the root key vouches for.\n"
                   : ", by the keys that the log itself names (--key says whose they are).\n";
  if (seen.anchors > 0) text += std::to_string(seen.anchors) + " anchors agree.\n";
  return text + "root " + guard::to_hex(seen.root) + "\nchain " + guard::to_hex(seen.last.chain) +
         "\n";
}

int run_verify(const VerifyCommand& command) {
  auto options = verify_options(command.key, command.anchors);
  if (!options) return kUnreadable;
  Progress progress("verify", command.quiet, false);
  options->seen = [&](double share) { progress.share(share); };
  const auto seen = verify(command.log, *options);
  progress.hide();
  if (!seen) {
    complain(seen.error());
    return kUnreadable;
  }
  put(command.json ? json_of(*seen) : words_of(*seen, options->root.has_value()));
  return seen->fault ? kNo : kYes;
}

struct ProveCommand {
  std::string log;
  std::uint64_t sequence = 0;
  std::vector<std::string> anchors;
};

int run_prove(const ProveCommand& command) {
  std::expected<std::optional<Proof>, ReadError> proof;
  if (!command.anchors.empty()) {
    const auto anchors = read_anchor_files(command.anchors);
    if (!anchors) return kUnreadable;
    if (anchors->size() != 2 || command.sequence != 0) {
      complain("a proof of consistency takes two checkpoints, the older one first, and no record");
      return kUsage;
    }
    proof = prove_consistency(command.log, anchors->front(), anchors->back());
  } else if (command.sequence == 0) {
    complain("expected a record's sequence, or two anchors");
    return kUsage;
  } else {
    proof = prove_record(command.log, command.sequence);
  }
  if (!proof) {
    complain(proof.error());
    return kUnreadable;
  }
  if (!*proof) {
    complain(command.anchors.empty() ? "there is no such record, or no checkpoint covers it yet"
                                     : "the log does not lead from the one to the other");
    return kNo;
  }
  put(to_text(**proof));
  return kYes;
}

int run_check_proof(const std::string& file, const std::string& key_file, bool json) {
  const auto text = read_file(file);
  if (!text) {
    complain(text.error());
    return kUnreadable;
  }
  const auto proof = parse_proof(*text);
  if (!proof) {
    complain(file + ": expected " + std::string(proof.error()));
    return kUnreadable;
  }
  std::optional<PublicKey> root;
  if (!key_file.empty()) {
    root = read_key(key_file);
    if (!root) return kUnreadable;
  }
  const auto checked = check_proof(*proof, root);
  if (!checked) {
    put("DOES NOT HOLD: " + guard::for_terminal(checked.error()) + "\n");
    return kNo;
  }
  const std::string tree = "the tree of " + std::to_string(checked->checkpoint.size) +
                           " records of " + guard::for_terminal(checked->checkpoint.origin);
  if (json && proof->record) {
    put(json_record(*proof->record));
  } else if (proof->record) {
    put("Record " + std::to_string(proof->record->sequence) + " is in " + tree + ":\n");
    for (const auto& [name, value] : named_values(*proof->record)) {
      put("  " + std::string(name) + std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') +
          guard::for_terminal(value) + "\n");
    }
  } else {
    put("The tree of " + std::to_string(checked->older->size) + " records is the beginning of " +
        tree + ".\n");
  }
  if (!json) {
    put("Signed by " + guard::for_terminal(checked->signer) +
        (checked->vouched ? ", a key that the root key vouches for.\n"
                          : ". Nobody vouches for that key: give --key.\n"));
  }
  return kYes;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("verify", "Check that the log is whole");
  command->footer(
      "Example:\n"
      "  guard-audit verify /var/log/xmpp-guard --key root.pem --anchor yesterday.note\n"
      "Exit status 1 names the first record that is not as it was written. Records removed from\n"
      "the end are found only with an anchor: a checkpoint that was kept somewhere else.");
  auto options = std::make_shared<VerifyCommand>();
  command->add_option("LOG", options->log, "The log's directory, or one of its files")->required();
  command->add_option("--anchor", options->anchors, "A file with checkpoints kept elsewhere");
  command->add_option("--key", options->key, "The root key's public half, PEM");
  command->add_flag("--json", options->json, "One JSON object");
  add_quiet(*command, options->quiet);
  command->callback([options, &run] { run = [options] { return run_verify(*options); }; });
}

void add_prove(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("prove", "Write a proof of a record, or between two checkpoints");
  command->footer(
      "Examples:\n  guard-audit prove /var/log/xmpp-guard 4711 > record-4711.proof\n"
      "  guard-audit prove /var/log/xmpp-guard --anchor monday.note --anchor friday.note");
  auto options = std::make_shared<ProveCommand>();
  command->add_option("LOG", options->log, "The log's directory")->required();
  command->add_option("SEQ", options->sequence, "The record's sequence")->check(positive());
  command->add_option("--anchor", options->anchors, "A checkpoint; twice, the older one first")
      ->take_all();
  command->callback([options, &run] { run = [options] { return run_prove(*options); }; });
}

void add_check_proof(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("check-proof", "Check a proof; it needs no log and no guard");
  command->footer("Example:\n  guard-audit check-proof record-4711.proof --key root.pem");
  auto file = std::make_shared<std::string>();
  auto key = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  command->add_option("FILE", *file, "What prove has written")->required();
  command->add_option("--key", *key, "The root key's public half, PEM");
  command->add_flag("--json", *json, "The record as one JSON object");
  command->callback([=, &run] { run = [=] { return run_check_proof(*file, *key, *json); }; });
}

}  // namespace audit::tool
