// RecorderProcessBed: the recorder as a process in a test's hands: real channels, a real log, real
// deaths.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/query.h"
#include "audit/verify.h"
#include "guard/recorder/ledger_bed.h"
#include "guard/recorder/recorder_process.h"

namespace guard::recorder {

// End: one end of a channel in the test's hands; waits for messages.
class End {
 public:
  End(Descriptor socket, wire::Channel channel, wire::Role role)
      : end_(std::move(socket), channel, role) {}

  template <class Message>
  void send(Message message, Descriptor descriptor = {}) {
    end_.send(wire::AnyMessage(std::move(message)), std::move(descriptor));
    end_.flush();
    for (int tries = 0; end_.wants_write() && tries < 50; ++tries) {
      pollfd writable{end_.fd(), POLLOUT, 0};
      (void)::poll(&writable, 1, 100);
      end_.flush();
    }
  }

  // next waits up to 5 s for a message of this type; those of other types are passed over.
  template <class Message>
  std::optional<Message> next() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < until) {
      while (!heard_.empty()) {
        wire::AnyMessage message = std::move(heard_.front());
        heard_.pop_front();
        if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
      }
      if (fault) return std::nullopt;
      pollfd readable{end_.fd(), POLLIN, 0};
      (void)::poll(&readable, 1, 100);
      auto received = end_.receive();
      for (auto& message : received.messages) heard_.push_back(std::move(message));
      fault = received.fault;
    }
    return std::nullopt;
  }

  std::optional<wire::ChannelFault> fault;

 private:
  wire::ChannelEnd end_;
  std::deque<wire::AnyMessage> heard_;
};

class RecorderProcessBed : public testing::Test {
 protected:
  static constexpr Side kSides[] = {Side::kHigh, Side::kLow};

  RecorderProcessBed() {
    std::string name = (std::filesystem::temp_directory_path() / "recorder-test-XXXXXX").string();
    scratch_ = ::mkdtemp(name.data());
    configuration_ = LedgerBed().configuration;
    configuration_.log = (scratch_ / "log").string();
    store_ = Descriptor(::memfd_create("test-store", MFD_CLOEXEC));
  }
  ~RecorderProcessBed() override {
    if (child_ > 0) kill_recorder();
    std::error_code ignored;
    std::filesystem::remove_all(scratch_, ignored);
  }

  void start(bool fresh) {
    wire::Ends control = wire::make_channel(false);
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      const int kept = ::dup(control.second.number());
      // Nothing of the parent's may keep a channel open.
      for (int fd = 3; fd < 256; ++fd) {
        if (fd != kept) ::close(fd);
      }
      RecorderProcess process(
          wire::ChannelEnd(Descriptor(kept), wire::Channel::kControl, wire::Role::kRecorder),
          [](std::string_view what) {
            std::fprintf(stderr, "recorder: %.*s\n", static_cast<int>(what.size()), what.data());
          },
          [this] { return std::filesystem::remove(scratch_ / "roll"); });
      ::_exit(process.run());
    }
    control.second.reset();
    control_.emplace(std::move(control.first), wire::Channel::kControl, wire::Role::kSupervisor);
    configuration_.fresh = fresh;
    control_->send(wire::Configure{wire::encode_configuration(configuration_)});
    control_->send(wire::Adopt{wire::Channel::kStore, Side::kHigh, 0},
                   Descriptor(::dup(store_.number())));
    for (const Side side : kSides) join(side);
  }

  // Gives the recorder the three ends around an edge, as guardd does when one has started.
  void join(Side side) {
    const auto i = static_cast<std::size_t>(side);
    tickets_[i] = give(wire::Channel::kTickets, side);
    releases_[i] = give(wire::Channel::kReleases, side);
    judgements_[i] = give(wire::Channel::kJudgements, side);
  }
  std::unique_ptr<End> give(wire::Channel channel, Side side) {
    wire::Ends ends = wire::make_channel(true);
    const bool to_recorder = channel != wire::Channel::kReleases;
    const wire::Adopt adopt{channel, side, epoch(side)};
    control_->send(adopt, std::move(to_recorder ? ends.second : ends.first));
    const wire::Role role =
        channel == wire::Channel::kJudgements ? wire::Role::kFilter : wire::Role::kEdge;
    return std::make_unique<End>(std::move(to_recorder ? ends.first : ends.second), channel, role);
  }
  void greet(Side side, std::uint64_t last = 0, std::vector<std::uint64_t> held = {}) {
    tickets(side).send(wire::Hello{epoch(side), 0, last, std::move(held)});
    const auto welcome = releases(side).next<wire::Welcome>();
    ASSERT_TRUE(welcome.has_value());
    welcome_[static_cast<std::size_t>(side)] = welcome->ended;
  }
  void start_all(bool fresh = true) {
    start(fresh);
    ASSERT_TRUE(control_->next<wire::Ready>().has_value());
    for (const Side side : kSides) greet(side);
  }
  int stop_recorder() {
    control_->send(wire::Stop{});
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void kill_recorder() {
    ::kill(child_, SIGKILL);
    wait();
  }

  End& tickets(Side side) { return *tickets_[static_cast<std::size_t>(side)]; }
  End& releases(Side side) { return *releases_[static_cast<std::size_t>(side)]; }
  End& judgements(Side side) { return *judgements_[static_cast<std::size_t>(side)]; }
  std::uint64_t& epoch(Side side) { return epochs_[static_cast<std::size_t>(side)]; }

  std::vector<audit::Record> log() {
    std::vector<audit::Record> rows;
    const auto done = audit::query(configuration_.log, {}, [&](const audit::Found& found) {
      rows.push_back(found.record);
      return true;
    });
    EXPECT_TRUE(done.has_value()) << done.error().what;
    const auto seen = audit::verify(configuration_.log);
    EXPECT_TRUE(seen.has_value()) << seen.error().what;
    EXPECT_FALSE(seen->fault.has_value()) << seen->fault->sequence << ": " << seen->fault->what;
    return rows;
  }
  std::size_t count(std::string_view event) {
    return static_cast<std::size_t>(
        std::ranges::count_if(log(), [&](const auto& row) { return row.event == event; }));
  }

  std::filesystem::path scratch_;
  wire::RecorderConfiguration configuration_;
  Descriptor store_;
  pid_t child_ = -1;
  std::optional<End> control_;
  std::unique_ptr<End> tickets_[2], releases_[2], judgements_[2];
  std::uint64_t epochs_[2] = {100, 200};
  std::uint64_t welcome_[2] = {0, 0};
};

}  // namespace guard::recorder
