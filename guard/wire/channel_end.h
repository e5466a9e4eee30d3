// ChannelEnd: one process's end of one arrow of the graph: a non-blocking Unix stream socket with
// its buffers. It fits any event loop: wait until fd() is readable (or, while wants_write(),
// writable).
#pragma once

#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/descriptor.h"
#include "guard/base/side.h"
#include "guard/wire/codec.h"
#include "guard/wire/permitted.h"

namespace guard::wire {

// What ended a channel: the other process has closed its end or died, or it broke the contract.
enum class ChannelFault : std::uint8_t { kClosed, kForbidden };

// ChannelEnd. Not thread-safe. Move-only; closes its descriptor when destroyed.
class ChannelEnd {
 public:
  // REQUIRES: `socket` is a connected Unix stream socket; it is made non-blocking. `channel` and
  // `role` choose what may be received here (permitted.h).
  ChannelEnd(Descriptor socket, Channel channel, Role role);

  [[nodiscard]] int fd() const { return socket_.number(); }

  // send queues a message, with at most one descriptor that travels with its first octet
  // (control channels only). Nothing is written before flush.
  void send(const AnyMessage& message, Descriptor descriptor = {});

  // flush writes as much as the kernel takes now. An end whose reader has died swallows the rest;
  // the loss shows when the end is read, or when guardd replaces it.
  void flush();

  // wants_write says whether flush left something. queued is how much, in octets.
  [[nodiscard]] bool wants_write() const { return !out_.empty(); }
  [[nodiscard]] std::size_t queued() const { return queued_; }

  // receive reads what is there now, about `limit` octets at most, and returns the whole messages
  // in it, in order. After a fault no more will come; the messages before it come with it.
  struct Received {
    std::vector<AnyMessage> messages;
    std::optional<ChannelFault> fault;
    std::string_view what;  // of kForbidden: a literal
  };
  [[nodiscard]] Received receive(std::size_t limit = 1U << 20);

  // take_descriptor returns the descriptors that came with messages, oldest first; an empty one
  // when there is none. Each Adopt brings exactly one.
  [[nodiscard]] Descriptor take_descriptor();

 private:
  struct Chunk {
    std::string bytes;
    std::size_t written = 0;
    Descriptor descriptor;
  };

  Descriptor socket_;
  Channel channel_;
  Role role_;
  FrameReader reader_;
  std::string buffer_;  // of receive
  std::deque<Chunk> out_;
  std::size_t queued_ = 0;
  std::deque<Descriptor> descriptors_;
  bool broken_ = false;  // the reader of what we write is gone
};

// make_channel returns the two ends of a new socket pair, both close-on-exec. `one_way` shuts it
// down so that bytes flow from first to second only.
struct Ends {
  Descriptor first;
  Descriptor second;
};
[[nodiscard]] Ends make_channel(bool one_way);

}  // namespace guard::wire
