// Link: a channel end on the event loop. What is sent within a turn leaves at the end of it.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "guard/net/loop.h"
#include "guard/wire/channel_end.h"

namespace guard::edge {

class Link {
 public:
  using Heard = std::function<void(const wire::AnyMessage&)>;
  // Broken is called at most once, and nothing is heard after it. For an end that is only written
  // to it says that its reader is gone.
  using Broken = std::function<void(wire::ChannelFault, std::string_view what)>;

  // `heard` is empty for an end that is only written to. The callbacks must not destroy the link.
  Link(net::Loop& loop, Descriptor socket, wire::Channel channel, Heard heard, Broken broken);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  void send(const wire::AnyMessage& message);

  // flush writes what the kernel takes now: for a process that is about to end.
  void flush() { end_.flush(); }

  // take_descriptor: as ChannelEnd's.
  [[nodiscard]] Descriptor take_descriptor() { return end_.take_descriptor(); }

  // drain hears what is there, up to the end of file: for an end that is about to be replaced.
  void drain();

  // reader_gone says whether the other end is closed, whatever the loop has told of it.
  [[nodiscard]] bool reader_gone() const;

  // Octets that wait for the reader.
  [[nodiscard]] std::size_t queued() const { return end_.queued(); }

 private:
  void receive(std::size_t limit);
  void flush_or_wait();

  net::Loop& loop_;
  wire::ChannelEnd end_;
  Heard heard_;
  Broken broken_;
  bool dead_ = false;
  bool flush_due_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<net::Watch> watch_;  // dies before the descriptor
};

}  // namespace guard::edge
