// FilterProcess: the shell around Judge: channels in, channels out, one thread, one poll loop.
//
//            Configure                  Adopt (offers, judgements)
//   (start) ───────────→ CONFIGURED ───────────────────────────────→ WORKING, Ready sent
//                                                                      │ Stop, or control closed
//   anything else: ends with kExitForbidden                            ▼
//                                                                    (exit)
//
// Back-pressure: while judgements wait that the recorder does not take, no offers are read;
// control is answered all the same.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "guard/filter/judge.h"
#include "guard/filter/peer_places.h"
#include "guard/filter/stream_table.h"
#include "guard/wire/channel_end.h"
#include "guard/wire/configuration.h"

namespace guard::filter {

// Exit statuses of guard-filter.
constexpr int kExitStopped = 0;        // Stop, or guardd has gone
constexpr int kExitConfiguration = 2;  // the configuration cannot be used; stderr says why
constexpr int kExitForbidden = 3;      // somebody broke the contract of guard/wire
constexpr int kExitSandbox = 4;        // the kernel refused the sandbox
constexpr int kExitException = 5;      // an exception that nothing caught; stderr says which

// FilterProcess. Not thread-safe.
class FilterProcess {
 public:
  // How much may wait for the recorder before offers are left unread, in octets.
  static constexpr std::size_t kMaxQueued = 4U << 20;

  // Complaints are lines about this process, never about what a peer sent; Configured is called
  // once the policy has been loaded, before the first offer is read, and ends the process with the
  // status that it returns unless that is 0.
  using Complain = std::function<void(std::string_view)>;
  using Configured = std::function<int(const wire::FilterConfiguration&)>;

  FilterProcess(wire::ChannelEnd control, Complain complain, Configured configured);
  ~FilterProcess();

  // run works until it is told to stop and returns the exit status.
  [[nodiscard]] int run();

 private:
  void poll_once();
  void read_control();
  void on_control(const wire::AnyMessage& message);
  void configure(const wire::Configure& message);
  void adopt(const wire::Adopt& message);
  void read_offers();
  void on_offer(wire::AnyMessage& message);
  void on_context(wire::Context& context);
  void flush_judgements();
  [[nodiscard]] bool wants_offers() const;
  void end(int status, std::string_view why = {});

  wire::ChannelEnd control_;
  Complain complain_;
  Configured configured_;
  Side side_ = Side::kHigh;
  std::unique_ptr<Judge> judge_;
  PeerPlaces places_;
  StreamTable streams_;
  std::optional<wire::ChannelEnd> offers_;
  std::optional<wire::ChannelEnd> next_offers_;  // takes over when offers_ has been read to its end
  std::optional<wire::ChannelEnd> judgements_;
  bool judgements_broken_ = false;  // its reader has gone; a new end will come
  bool ready_ = false;
  std::optional<int> status_;
};

// judge_options_from takes the limits in force.
[[nodiscard]] JudgeOptions judge_options_from(const wire::FilterConfiguration& configuration);

// load_policy reads the texts of a configuration; the error is for stderr.
[[nodiscard]] std::expected<policy::Policy, std::string> load_policy(
    const wire::FilterConfiguration& configuration);

}  // namespace guard::filter
