// Running: a real guard-filter process for tests, started the way guardd starts it, with our ends
// of its channels.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/filter/test_policy.h"
#include "guard/wire/channel_end.h"
#include "guard/wire/configuration.h"
#include "schemas/xerces_platform.h"

namespace guard::filter {

class Running {
 public:
  using AnyMessage = wire::AnyMessage;
  using Channel = wire::Channel;
  using ChannelEnd = wire::ChannelEnd;
  using Ends = wire::Ends;
  using Role = wire::Role;
  static constexpr const char* kProgram = GUARD_BINARY_DIR "/bin/guard-filter";
  static constexpr int kPatience = 20'000;  // milliseconds

  Running() {
    Ends ends = wire::make_channel(false);
    const int theirs = ends.second.number();
    process_ = ::fork();
    if (process_ == 0) {
      // Descriptor 3 survives exec, everything else is close-on-exec.
      if (theirs == 3) {
        ::fcntl(3, F_SETFD, 0);
      } else {
        ::dup2(theirs, 3);
      }
      const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
      ::dup2(null, 2);
      ::close_range(4, ~0U, 0);  // as guardd does: nothing of ours goes along
      ::execl(kProgram, "guard-filter", nullptr);
      ::_exit(127);
    }
    control_.emplace(std::move(ends.first), Channel::kControl, Role::kSupervisor);
  }
  ~Running() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] pid_t process() const { return process_; }
  ChannelEnd& control() { return *control_; }
  ChannelEnd& offers() { return *offers_; }
  ChannelEnd& judgements() { return *judgements_; }
  void drop_control() { control_.reset(); }
  void drop_judgements() { judgements_.reset(); }
  void drop_offers() { offers_.reset(); }

  void tell(const AnyMessage& message) {
    control_->send(message);
    control_->flush();
  }
  void configure(const wire::FilterConfiguration& configuration) {
    tell(wire::Configure{wire::encode_configuration(configuration)});
  }
  void join_offers() {
    Ends ends = wire::make_channel(true);
    control_->send(wire::Adopt{Channel::kOffers, Side::kHigh, 1}, std::move(ends.second));
    control_->flush();
    offers_.emplace(std::move(ends.first), Channel::kOffers, Role::kEdge);
  }
  void join_judgements() {
    Ends ends = wire::make_channel(true);
    control_->send(wire::Adopt{Channel::kJudgements, Side::kHigh, 1}, std::move(ends.first));
    control_->flush();
    judgements_.emplace(std::move(ends.second), Channel::kJudgements, Role::kRecorder);
  }

  // The next message on an end; fails the test when none comes. What waits to be offered is
  // written meanwhile.
  std::optional<AnyMessage> next(ChannelEnd& end) {
    while (waiting_.empty() || source_ != &end) {
      const bool writing = offers_ && offers_->wants_write();
      pollfd waits[2] = {{end.fd(), POLLIN, 0}, {writing ? offers_->fd() : -1, POLLOUT, 0}};
      if (::poll(waits, 2, kPatience) <= 0) {
        ADD_FAILURE() << "nothing came";
        return std::nullopt;
      }
      if (writing) offers_->flush();
      if (waits[0].revents == 0) continue;
      ChannelEnd::Received received = end.receive();
      source_ = &end;
      waiting_ = std::move(received.messages);
      if (waiting_.empty() && received.fault) return std::nullopt;
    }
    AnyMessage message = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return message;
  }
  template <class Message>
  Message expect(ChannelEnd& end) {
    const std::optional<AnyMessage> message = next(end);
    if (message && std::holds_alternative<Message>(*message)) return std::get<Message>(*message);
    ADD_FAILURE() << "not what was expected: " << (message ? wire::name_of(*message) : "the end");
    return {};
  }

  // Waits for the end of the process; its wait status.
  int status() {
    int status = 0;
    EXPECT_EQ(::waitpid(process_, &status, 0), process_);
    process_ = -1;
    return status;
  }

 private:
  pid_t process_ = -1;
  std::optional<ChannelEnd> control_;
  std::optional<ChannelEnd> offers_;
  std::optional<ChannelEnd> judgements_;
  std::vector<AnyMessage> waiting_;
  const ChannelEnd* source_ = nullptr;
};

inline wire::FilterConfiguration configuration() {
  wire::FilterConfiguration c;
  c.side = Side::kHigh;
  c.policy = {"policy.xml", test::kPolicy};
  c.spifs = {{"spif.xml", test::kSpif}};
  c.peers = {0, 1, 2, 3};
  return c;
}

inline void make_ready(Running& filter, const wire::FilterConfiguration& c = configuration()) {
  filter.configure(c);
  filter.join_offers();
  filter.join_judgements();
  filter.expect<wire::Ready>(filter.control());
}

inline wire::Context context(PeerIndex peer = 0) {
  return {.stream = 1, .peer = peer, .pairs = {{"high.example", "low.example"}}};
}

inline std::string chat_labelled(const std::string& body, const char* classification) {
  const schemas::XercesPlatform xerces;
  const std::string label = test::label_element(test::base64_label(test::load(), classification));
  return "<message from='ann@high.example' to='bob@low.example' type='chat'><body>" + body +
         "</body>" + label + "</message>";
}

inline std::string chat(const std::string& body) {
  static const std::string around = chat_labelled("BODY", "UNCLASSIFIED");
  return std::string(around).replace(around.find("BODY"), 4, body);
}

inline ::testing::AssertionResult exited(int status, int expected) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == expected) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "wait status " << status;
}

}  // namespace guard::filter
