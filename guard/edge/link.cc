#include "guard/edge/link.h"

#include <poll.h>

#include <utility>

namespace guard::edge {

namespace {
// One turn's share of reading from one link.
constexpr std::size_t kReadOfTurn = 256U << 10;
}  // namespace

Link::Link(net::Loop& loop, Descriptor socket, wire::Channel channel, Heard heard, Broken broken)
    : loop_(loop),
      end_(std::move(socket), channel, wire::Role::kEdge),
      heard_(std::move(heard)),
      broken_(std::move(broken)) {
  net::Task readable;
  if (heard_) readable = [this] { receive(kReadOfTurn); };
  watch_ = std::make_unique<net::Watch>(loop_, end_.fd(), std::move(readable));
  if (heard_ || !broken_) return;
  watch_->when_broken([this] {
    dead_ = true;
    broken_(wire::ChannelFault::kClosed, {});
  });
}

Link::~Link() { *alive_ = false; }

void Link::send(const wire::AnyMessage& message) {
  end_.send(message);
  if (flush_due_) return;
  flush_due_ = true;
  loop_.defer([this, alive = alive_] {
    if (!*alive) return;
    flush_due_ = false;
    flush_or_wait();
  });
}

void Link::flush_or_wait() {
  end_.flush();
  if (end_.wants_write()) {
    watch_->when_writable([this] { flush_or_wait(); });
  }
}

void Link::receive(std::size_t limit) {
  if (dead_) return;
  const auto received = end_.receive(limit);
  for (const wire::AnyMessage& message : received.messages) heard_(message);
  if (received.fault) {
    dead_ = true;
    watch_.reset();
    watch_ = std::make_unique<net::Watch>(loop_, end_.fd(), net::Task());
    if (broken_) broken_(*received.fault, received.what);
  }
}

bool Link::reader_gone() const {
  pollfd hung_up{end_.fd(), 0, 0};
  return ::poll(&hung_up, 1, 0) > 0 && (hung_up.revents & (POLLHUP | POLLERR)) != 0;
}

void Link::drain() {
  if (!heard_) return;
  for (int reads = 0; reads < 64 && !dead_; ++reads) receive(1U << 20);
}

}  // namespace guard::edge
