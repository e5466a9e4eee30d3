// anchors: checkpoints for somewhere else: a file, a log host.
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

#include "audit/anchor_line.h"
#include "audit/file_copy.h"
#include "audit/syslog_sender.h"
#include "audit/tool.h"
#include "audit/verify.h"

namespace audit::tool {
namespace {

struct AnchorsCommand {
  std::string log, output, syslog;
  LogHost host;
  std::uint64_t every = 10;  // seconds
  bool follow = false;
};

// The newest checkpoint; nullopt where nothing is signed yet.
std::expected<std::optional<Anchor>, ReadError> newest(const std::string& log) {
  const std::vector<SegmentFile> files = readable_files(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  for (std::size_t at = files.size(); at-- > 0;) {
    auto reader = Reader::open(files[at].path);
    if (!reader) return std::unexpected(reader.error());
    const auto size = reader->last_checkpoint();
    if (!size) return std::unexpected(size.error());
    if (*size == 0) continue;
    const auto notes = reader->checkpoints(*size);
    if (!notes) return std::unexpected(notes.error());
    if (notes->empty()) continue;
    auto anchors = read_anchors(files[at].path.string(), notes->back().note);
    if (!anchors) {
      return std::unexpected(
          ReadError{files[at].path.string() + ": expected " + anchors.error(), 0, true});
    }
    return std::move(anchors->front());
  }
  return std::nullopt;
}

std::string own_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// Hands anchors over: to stdout, a file, a log host.
class Outlet {
 public:
  explicit Outlet(const AnchorsCommand& command) : command_(command) {}

  std::expected<void, std::string> give(const Anchor& anchor) {
    if (!command_.syslog.empty()) return give_syslog(anchor);
    if (command_.output.empty()) {
      put(anchor.text + "\n");
      std::fflush(stdout);
      return {};
    }
    if (const auto done = append_line(command_.output, anchor.text + "\n"); !done) {
      return std::unexpected(done.error().what);
    }
    return {};
  }
  std::expected<void, std::string> close() {
    if (!sender_) return {};
    return std::exchange(sender_, std::nullopt)->close();
  }

 private:
  std::expected<void, std::string> give_syslog(const Anchor& anchor) {
    if (!sender_) {
      auto connected = SyslogSender::connect(command_.host);
      if (!connected) return std::unexpected(connected.error());
      sender_.emplace(std::move(*connected));
    }
    auto sent =
        sender_->send(syslog_anchor(anchor.checkpoint, anchor.text, guard::now_utc(), own_name()));
    if (!sent) sender_.reset();
    return sent;
  }
  const AnchorsCommand& command_;
  std::optional<SyslogSender> sender_;
};

// One that was sent just before a connection broke may be lost: the protocol has no answer. Each
// one is good for all records before it, so the next makes up for it.
int run_anchors(AnchorsCommand& command) {
  if (!command.syslog.empty() && !parse_log_host(command.syslog, command.host)) {
    complain(command.syslog + " is no log host: expected HOST, HOST:PORT or [ADDRESS]:PORT");
    return kUsage;
  }
  ::signal(SIGPIPE, SIG_IGN);
  Outlet outlet(command);
  std::uint64_t given = 0;
  bool complained = false;
  while (true) {
    const auto anchor = newest(command.log);
    if (!anchor) {
      complain(anchor.error());
      if (!command.follow) return kUnreadable;
    } else if (!*anchor) {
      if (!command.follow) {
        complain("nothing is signed yet");
        return kNo;
      }
    } else if ((*anchor)->checkpoint.size != given) {
      auto done = outlet.give(**anchor);
      if (done && !command.follow) done = outlet.close();
      if (done) {
        given = (*anchor)->checkpoint.size;
        complained = false;
      } else {
        if (!complained || !command.follow) complain(done.error());
        complained = true;
        if (!command.follow) return kUnreadable;
      }
    }
    if (!command.follow) return kYes;
    std::this_thread::sleep_for(std::chrono::seconds(command.every));
  }
}

}  // namespace

void add_anchors(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("anchors", "Give the newest checkpoint to somewhere else");
  command->footer(
      "Examples:\n"
      "  guard-audit anchors /var/log/xmpp-guard -o /mnt/witness/anchors\n"
      "  guard-audit anchors /var/log/xmpp-guard --follow --syslog loghost.mgmt:6514 --ca ca.pem\n"
      "  guard-audit verify /var/log/xmpp-guard --anchor /mnt/witness/anchors\n"
      "To the management network, never to the low side: the size tells how much is going on.\n"
      "verify --anchor also takes the file that the log host has written.");
  auto options = std::make_shared<AnchorsCommand>();
  command->add_option("LOG", options->log, "The log's directory")->required();
  auto* output = command->add_option("-o,--output", options->output, "Append to this file");
  auto* syslog = command
                     ->add_option("--syslog", options->syslog,
                                  "Send by syslog over TLS (RFC 5425); port 6514 by default")
                     ->excludes(output);
  auto* authorities = command
                          ->add_option("--ca", options->host.authorities,
                                       "Who certifies the log host, PEM; goes with --syslog")
                          ->needs(syslog);
  syslog->needs(authorities);
  command->add_option("--name", options->host.name, "The log host's name in its certificate: HOST")
      ->needs(syslog);
  auto* certificate =
      command->add_option("--certificate", options->host.certificate, "Ours, PEM")->needs(syslog);
  auto* key = command->add_option("--key", options->host.key, "Its key, PEM")->needs(certificate);
  certificate->needs(key);
  auto* follow = command->add_flag("--follow", options->follow, "Go on until interrupted");
  command->add_option("--every", options->every, "Seconds between two looks (10)")
      ->check(CLI::Range(1, 86'400))
      ->needs(follow);
  command->callback([options, &run] { run = [options] { return run_anchors(*options); }; });
}

}  // namespace audit::tool
