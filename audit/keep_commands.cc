// seal, prune, sign, archive, restore: how a log is kept over the years.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "audit/catalogue.h"
#include "audit/request.h"
#include "audit/retention.h"
#include "audit/tool.h"
#include "audit/verify.h"
#include "guard/base/cms_signature.h"
#include "guard/base/escape.h"

namespace audit::tool {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(200);

std::expected<std::uint64_t, ReadError> last_sequence(const std::string& log) {
  std::uint64_t last = 0;
  const auto done = query(log, {.limit = 1, .reverse = true}, [&](const Found& found) {
    last = found.record.sequence;
    return false;
  });
  if (!done) return std::unexpected(done.error());
  return last;
}

// What one of the recorder's rows means for whoever waits for an answer.
enum class Answer : std::uint8_t { kNothing, kTaken, kDone, kFailed };
using Understand = std::function<Answer(const Record&)>;

// Hands a request over and waits for the rows that answer it. The recorder has `seconds` to take
// it; then it is taken back.
int submit(const std::string& log, const std::string& file, std::uint64_t seconds,
           const Understand& understand) {
  auto last = last_sequence(log);
  if (!last) {
    complain(last.error());
    return kUnreadable;
  }
  if (const auto placed = place_request(log, file); !placed) {
    complain(placed.error().what);
    return kUnreadable;
  }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  bool taken = false;
  while (taken || std::chrono::steady_clock::now() < until) {
    std::optional<int> status;
    const Filter news{.row_class = Class::kEvent, .after = *last};
    const auto done = query(log, news, [&](const Found& found) {
      const Record& row = found.record;
      *last = row.sequence;
      switch (row.event == event::kRequestRefused ? Answer::kFailed : understand(row)) {
        case Answer::kNothing:
          return true;
        case Answer::kTaken:
          taken = true;
          return true;
        case Answer::kDone:
          status = kYes;
          return false;
        case Answer::kFailed:
          complain(row.event + ": " + row.detail);
          status = kNo;
          return false;
      }
      return true;
    });
    if (!done) {
      complain(done.error());
      return kUnreadable;
    }
    if (status) return *status;
    std::this_thread::sleep_for(kPoll);
  }
  remove_waiting_request(log);
  complain("no recorder has taken the request within " + std::to_string(seconds) +
           " s: is the service running? It is taken back");
  return kNo;
}

std::expected<std::string, ReadError> origin_of(const std::string& log) {
  const auto files = readable_segments(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  auto reader = Reader::open(files.front().path);
  if (!reader) return std::unexpected(reader.error());
  const auto start = reader->start();
  if (!start) return std::unexpected(start.error());
  return start->origin;
}

int run_seal(const std::string& log, std::uint64_t seconds) {
  const auto origin = origin_of(log);
  if (!origin) {
    complain(origin.error());
    return kUnreadable;
  }
  const std::string text = to_text(Request{.what = Request::What::kSeal, .origin = *origin});
  // Another segment may just be sealed: that is no answer.
  const std::string open = readable_segments(log).back().path.filename().string();
  return submit(log, text, seconds, [&](const Record& row) {
    if (row.event == event::kSealRequested) return Answer::kTaken;
    if (row.event == event::kSegmentNotOpened) return Answer::kFailed;
    if (!row.detail.starts_with(open)) return Answer::kNothing;
    if (row.event == event::kSegmentNotSealed) return Answer::kFailed;
    if (row.event != event::kSegmentSealed) return Answer::kNothing;
    put("sealed " + guard::for_terminal(row.detail) + "\n");
    return Answer::kDone;
  });
}

// ---------------------------------------------------------------- prune

struct PruneCommand {
  std::string log, older_than, output, request;
  std::vector<std::string> signatures;
  std::uint64_t wait = 30;
  bool now = false;
};

std::string size_text(std::uint64_t octets) {
  char text[32];
  const double mega = static_cast<double>(octets) / (1 << 20);
  std::snprintf(text, sizeof text, mega < 1024 ? "%.1f MiB" : "%.1f GiB",
                mega < 1024 ? mega : mega / 1024);
  return text;
}

std::string words_of(const PrunePlan& plan) {
  return std::to_string(plan.segments) + (plan.segments == 1 ? " segment" : " segments") +
         ", up to segment " + std::to_string(plan.request.segment) + ": records " +
         std::to_string(plan.first) + " to " + std::to_string(plan.last) + " of " +
         guard::to_iso8601(plan.first_time) + " to " + guard::to_iso8601(plan.last_time) + ", " +
         size_text(plan.octets) + ".\n";
}

bool write_new(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) complain(path + ": cannot be written");
  return static_cast<bool>(out);
}

int submit_prune(const PruneCommand& command, std::string file) {
  for (const std::string& path : command.signatures) {
    const auto signature = read_file(path);
    if (!signature) {
      complain(signature.error());
      return kUnreadable;
    }
    // What is no signature in PEM would not be looked at, and nobody would hear of it.
    if (!signature->contains("-----BEGIN CMS-----")) {
      complain(path + ": expected a CMS signature in PEM (-----BEGIN CMS-----)");
      return kUnreadable;
    }
    file += *signature;
  }
  const auto request = parse_request(file);
  if (!request || request->request.what != Request::What::kPrune) {
    complain("expected " + (request ? "a request to prune" : std::string(request.error())));
    return kUnreadable;
  }
  const std::uint64_t size = request->request.size;
  return submit(command.log, file, command.wait, [&](const Record& row) {
    if (row.event == event::kPruneApproved) return Answer::kTaken;
    if (row.event == event::kSegmentNotPruned) return Answer::kFailed;
    if (row.event != event::kSegmentPruned) return Answer::kNothing;
    put("pruned " + guard::for_terminal(row.detail) + "\n");
    return row.detail.ends_with(" " + std::to_string(size)) ? Answer::kDone : Answer::kTaken;
  });
}

int run_prune(const PruneCommand& command) {
  if (!command.request.empty()) {
    const auto file = read_file(command.request);
    if (!file) {
      complain(file.error());
      return kUnreadable;
    }
    return submit_prune(command, *file);
  }
  const auto before = parse_moment(command.older_than, guard::now_utc());
  if (!before) {
    complain("expected --older-than TIME (90d, or ISO 8601), or --request FILE");
    return kUsage;
  }
  const auto plan = plan_prune(command.log, *before);
  if (!plan) {
    complain(plan.error());
    return kUnreadable;
  }
  if (!*plan) {
    complain("no sealed segment ends before " + guard::to_iso8601(*before));
    return kNo;
  }
  // The plan goes by what segments say about themselves.
  const auto seen = verify(command.log);
  if (!seen || seen->fault) {
    complain(seen ? "the log is not whole: record " + std::to_string(seen->fault->sequence) + ": " +
                        seen->fault->what + "; nothing is pruned before that is understood"
                  : seen.error().what);
    return seen ? kNo : kUnreadable;
  }
  put(words_of(**plan));
  const std::string text = to_text((*plan)->request);
  if (command.now) return submit_prune(command, text);
  if (!command.output.empty()) return write_new(command.output, text) ? kYes : kUnreadable;
  put("Nothing is removed. -o FILE writes a request, --now hands it over where nobody has to "
      "sign.\n");
  return kYes;
}

struct SignCommand {
  std::string request, certificate, key, output;
};

int run_sign(const SignCommand& command) {
  std::vector<std::string> texts;
  for (const std::string& path : {command.request, command.certificate, command.key}) {
    auto text = read_file(path);
    if (!text) {
      complain(text.error());
      return kUnreadable;
    }
    texts.push_back(std::move(*text));
  }
  const auto request = parse_request(texts[0]);
  if (!request) {
    complain(command.request + ": expected " + std::string(request.error()));
    return kUnreadable;
  }
  const auto signature = guard::sign_cms(request->text, texts[1], texts[2]);
  if (!signature) {
    complain(signature.error());
    return kUnreadable;
  }
  return write_new(command.output, *signature) ? kYes : kUnreadable;
}

// ---------------------------------------------------------------- archive, restore

void tell(const Copied& file) {
  put(guard::for_terminal(file.name) + "  " + size_text(file.octets) + "  " +
      (file.copied ? "copied, read back: SHA-256 " + file.digest : "was there") + "\n");
  std::fflush(stdout);
}

int run_archive(const std::string& log, const std::string& to, bool recheck) {
  std::uint64_t files = 0;
  const auto done = archive(log, to, recheck, [&](const Copied& file) {
    ++files;
    tell(file);
  });
  if (!done) {
    complain(done.error());
    return kUnreadable;
  }
  if (files == 0) complain("no segment is sealed yet: guard-audit seal does that");
  return files == 0 ? kNo : kYes;
}

struct RestoreCommand {
  std::string log, from, key;
  std::vector<std::string> anchors;
};

int run_restore(const RestoreCommand& command) {
  const auto options = verify_options(command.key, command.anchors);
  if (!options) return kUnreadable;
  if (segment_files(command.from).empty()) {
    complain(command.from + ": there is no segment");
    return kUnreadable;
  }
  std::uint64_t files = 0;
  const auto done = restore(command.log, command.from, *options, [&](const Copied& file) {
    ++files;
    tell(file);
  });
  if (!done) {
    complain(done.error());
    return kNo;
  }
  put(files == 0 ? "Nothing is missing.\n" : "The log is whole with them.\n");
  return kYes;
}

}  // namespace

void add_seal(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("seal", "Have the open segment sealed now");
  command->footer(
      "Example:\n  guard-audit seal /var/log/xmpp-guard\n"
      "The recorder does it, records who has asked, and goes on in a new segment. The log's\n"
      "directory must be writable for whoever asks.");
  auto log = std::make_shared<std::string>();
  auto wait = std::make_shared<std::uint64_t>(30);
  command->add_option("LOG", *log, "The log's directory")->required();
  command->add_option("--wait", *wait, "Seconds that the recorder has to take the request")
      ->check(CLI::Range(1, 3600));
  command->callback([=, &run] { run = [=] { return run_seal(*log, *wait); }; });
}

void add_prune(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("prune", "Let old segments go; hashes stay, so that the rest is provable");
  command->footer(
      "Examples:\n"
      "  guard-audit prune /var/log/xmpp-guard --older-than 90d            (what would go)\n"
      "  guard-audit prune /var/log/xmpp-guard --older-than 90d -o prune.request\n"
      "  guard-audit sign prune.request --certificate anna.pem --key anna.key -o anna.cms\n"
      "  guard-audit prune /var/log/xmpp-guard --request prune.request --signature anna.cms \\\n"
      "    --signature bert.cms\n"
      "The recorder checks the request, records who has asked and signed, and only then removes.\n"
      "Archive first: what was pruned is in no other place.");
  auto options = std::make_shared<PruneCommand>();
  command->add_option("LOG", options->log, "The log's directory")->required();
  auto* older = command->add_option("--older-than", options->older_than,
                                    "Segments whose last record is older: 90d, or ISO 8601");
  auto* output =
      command->add_option("-o,--output", options->output, "Write the request, for those who sign")
          ->needs(older);
  auto* now = command->add_flag("--now", options->now, "Hand the request to the recorder at once")
                  ->needs(older)
                  ->excludes(output);
  auto* request =
      command->add_option("--request", options->request, "Hand over a request that -o has written")
          ->excludes(older)
          ->excludes(now);
  command->add_option("--signature", options->signatures, "What sign has written; repeatable")
      ->needs(request);
  command->add_option("--wait", options->wait, "Seconds that the recorder has to take the request")
      ->check(CLI::Range(1, 3600));
  command->callback([options, &run] { run = [options] { return run_prune(*options); }; });
}

void add_sign(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("sign", "Sign a request to prune (detached CMS)");
  command->footer(
      "Example:\n"
      "  guard-audit sign prune.request --certificate anna.pem --key anna.key -o anna.cms\n"
      "Read the request first: it is text. openssl cms -sign -binary -outform PEM does the same.");
  auto options = std::make_shared<SignCommand>();
  command->add_option("REQUEST", options->request, "What prune -o has written")->required();
  command->add_option("--certificate", options->certificate, "The signer's, PEM")->required();
  command->add_option("--key", options->key, "The signer's key, PEM")->required();
  command->add_option("-o,--output", options->output, "The signature to write")->required();
  command->callback([options, &run] { run = [options] { return run_sign(*options); }; });
}

void add_archive(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("archive", "Copy sealed segments to another directory");
  command->footer(
      "Example:\n  guard-audit archive /var/log/xmpp-guard --to /mnt/archive/guard-1\n"
      "Each copy is read back. The directory can be queried and verified as the log itself;\n"
      "sha256sum -c SHA256SUMS checks it without this program. What is there is never changed.");
  auto log = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  auto recheck = std::make_shared<bool>(false);
  command->add_option("LOG", *log, "The log's directory")->required();
  command->add_option("--to", *to, "The directory of the copies")->required();
  command->add_flag("--recheck", *recheck, "Compare every octet of what is there already");
  command->callback([=, &run] { run = [=] { return run_archive(*log, *to, *recheck); }; });
}

void add_restore(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("restore", "Copy segments back that the log has lost");
  command->footer(
      "Example:\n  guard-audit restore /var/log/xmpp-guard --from /mnt/archive/guard-1\n"
      "Each segment is verified first, the whole log afterwards; what is there is never changed.");
  auto options = std::make_shared<RestoreCommand>();
  command->add_option("LOG", options->log, "The log's directory")->required();
  command->add_option("--from", options->from, "The directory of the copies")->required();
  command->add_option("--anchor", options->anchors, "A file with checkpoints kept elsewhere");
  command->add_option("--key", options->key, "The root key's public half, PEM");
  command->callback([options, &run] { run = [options] { return run_restore(*options); }; });
}

}  // namespace audit::tool
