// TestHouse: plays guardd, the filter and the recorder around one real guard-edge process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "guard/wire/channel_end.h"
#include "guard/wire/configuration.h"

namespace guard::edge {

// TestChannel is our end of a channel, with what came and was not looked at yet.
class TestChannel {
 public:
  TestChannel(Descriptor socket, wire::Channel channel, wire::Role role)
      : end_(std::move(socket), channel, role) {}

  void send(const wire::AnyMessage& message, Descriptor descriptor = {});

  // expect returns the next message of that type; others that come before it stay for later.
  // nullopt after `milliseconds`, or when the other end is gone.
  template <class Message>
  std::optional<Message> expect(int milliseconds = 5000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    do {
      for (auto at = messages_.begin(); at != messages_.end(); ++at) {
        if (!std::holds_alternative<Message>(*at)) continue;
        Message found = std::get<Message>(std::move(*at));
        messages_.erase(at);
        return found;
      }
    } while (wait(end));
    return std::nullopt;
  }
  // next returns the next message of any type, in the order in which they came.
  std::optional<wire::AnyMessage> next(int milliseconds = 5000) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    while (messages_.empty() && wait(end)) {
    }
    if (messages_.empty()) return std::nullopt;
    wire::AnyMessage first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  bool wait(std::chrono::steady_clock::time_point end);

  wire::ChannelEnd end_;
  std::deque<wire::AnyMessage> messages_;
  bool closed_ = false;
};

class TestHouse {
 public:
  // The configuration's epoch is set; nothing listens before start().
  explicit TestHouse(wire::EdgeConfiguration configuration);
  ~TestHouse();  // kills the edge
  TestHouse(const TestHouse&) = delete;
  TestHouse& operator=(const TestHouse&) = delete;

  // start configures the edge, hands out all ends, answers Hello and waits for Ready.
  [[nodiscard]] bool start();

  // The filter dies; the recorder does (or drops this edge).
  void lose_filter() { offers_.reset(); }
  void lose_recorder();
  // New ends, as after a death; the old ones are closed.
  void replace_filter();
  // replace_filter_alive: the old filter has not closed its end when the new one is there.
  void replace_filter_alive();
  // replace_recorder makes the filter and the recorder new, in guardd's order, and returns what the
  // edge says; the caller answers with Welcome.
  [[nodiscard]] std::optional<wire::Hello> replace_recorder();

  TestChannel& control() { return *control_; }
  TestChannel& offers() { return *offers_; }      // what the filter gets
  TestChannel& tickets() { return *tickets_; }    // what the recorder gets
  TestChannel& releases() { return *releases_; }  // what the recorder says

  // store_events says that all events up to the last that came are durable.
  void store_events();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // exit_status waits for the edge's end: its status, or 128 plus a signal; nullopt when it lives.
  [[nodiscard]] std::optional<int> exit_status(int milliseconds = 5000);
  // resident is the edge's memory, in octets.
  [[nodiscard]] std::uint64_t resident() const;

 private:
  void adopt(wire::Channel channel, Descriptor descriptor);

  wire::EdgeConfiguration configuration_;
  pid_t pid_ = -1;
  std::unique_ptr<TestChannel> control_;
  std::unique_ptr<TestChannel> offers_;
  std::unique_ptr<TestChannel> tickets_;
  std::unique_ptr<TestChannel> releases_;
};

}  // namespace guard::edge
