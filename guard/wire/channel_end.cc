#include "guard/wire/channel_end.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "guard/base/check.h"

namespace guard::wire {
namespace {

constexpr std::size_t kChunk = 64U << 10;      // frames are gathered into chunks of about this size
constexpr std::size_t kReadSize = 256U << 10;  // octets for each system call
constexpr std::size_t kMaxIov = 16;
constexpr std::size_t kMaxDescriptors = 64;  // that may come with one read

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

ChannelEnd::ChannelEnd(Descriptor socket, Channel channel, Role role)
    : socket_(std::move(socket)), channel_(channel), role_(role) {
  const int flags = ::fcntl(socket_.number(), F_GETFL);
  CHECK(flags >= 0);
  CHECK(::fcntl(socket_.number(), F_SETFL, flags | O_NONBLOCK) == 0);
}

void ChannelEnd::send(const AnyMessage& message, Descriptor descriptor) {
  if (broken_) return;
  CHECK(!descriptor || channel_ == Channel::kControl);
  const bool fresh =
      out_.empty() || descriptor || out_.back().descriptor || out_.back().bytes.size() >= kChunk;
  if (fresh) out_.push_back(Chunk{{}, 0, std::move(descriptor)});
  std::string& bytes = out_.back().bytes;
  const std::size_t before = bytes.size();
  append_frame(bytes, message);
  queued_ += bytes.size() - before;
}

void ChannelEnd::flush() {
  while (!out_.empty() && !broken_) {
    std::array<iovec, kMaxIov> parts{};
    std::size_t count = 0;
    msghdr header{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    for (Chunk& chunk : out_) {
      // A descriptor travels with the first octet of its chunk, so it starts a call of its own.
      const bool carries = static_cast<bool>(chunk.descriptor);
      if (count == kMaxIov || (count > 0 && carries)) break;
      parts[count++] = {chunk.bytes.data() + chunk.written, chunk.bytes.size() - chunk.written};
      if (carries) {
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        const int number = chunk.descriptor.number();
        std::memcpy(CMSG_DATA(rights), &number, sizeof number);
        break;
      }
    }
    header.msg_iov = parts.data();
    header.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket_.number(), &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (would_block(errno)) return;
      broken_ = true;
      break;
    }
    out_.front().descriptor.reset();
    auto left = static_cast<std::size_t>(sent);
    queued_ -= left;
    while (left > 0) {
      Chunk& chunk = out_.front();
      const std::size_t step = std::min(left, chunk.bytes.size() - chunk.written);
      chunk.written += step;
      left -= step;
      if (chunk.written == chunk.bytes.size()) out_.pop_front();
    }
  }
  if (broken_) {
    out_.clear();
    queued_ = 0;
  }
}

ChannelEnd::Received ChannelEnd::receive(std::size_t limit) {
  Received received;
  // Kept from call to call: clearing it each time would cost more than the reading.
  if (buffer_.empty() && limit > 0) buffer_.resize(kReadSize);
  bool closed = false;
  for (std::size_t total = 0; total < limit;) {
    iovec part{buffer_.data(), std::min(limit - total, buffer_.size())};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxDescriptors * sizeof(int))> control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(socket_.number(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0) {
      if (errno == EINTR) continue;
      closed = !would_block(errno);
      break;
    }
    for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights != nullptr;
         rights = CMSG_NXTHDR(&header, rights)) {
      if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t i = 0; i < count; ++i) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(rights) + i * sizeof(int), sizeof number);
        Descriptor descriptor(number);
        // Only guardd hands out descriptors; one from anybody else is closed unseen.
        if (channel_ == Channel::kControl && role_ != Role::kSupervisor) {
          descriptors_.push_back(std::move(descriptor));
        }
      }
    }
    if (got == 0) {
      closed = true;
      break;
    }
    reader_.add(std::string_view(buffer_).substr(0, static_cast<std::size_t>(got)));
    total += static_cast<std::size_t>(got);
    if (static_cast<std::size_t>(got) < part.iov_len) break;
  }
  for (;;) {
    auto message = reader_.next();
    if (!message) {
      received.fault = ChannelFault::kForbidden;
      received.what = message.error().what;
      return received;
    }
    if (!*message) break;
    if (!permitted(role_, channel_, **message)) {
      received.fault = ChannelFault::kForbidden;
      received.what = name_of(**message);
      return received;
    }
    received.messages.push_back(std::move(**message));
  }
  if (closed) received.fault = ChannelFault::kClosed;
  return received;
}

Descriptor ChannelEnd::take_descriptor() {
  if (descriptors_.empty()) return {};
  Descriptor descriptor = std::move(descriptors_.front());
  descriptors_.pop_front();
  return descriptor;
}

Ends make_channel(bool one_way) {
  int pair[2] = {-1, -1};
  CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
  Ends ends{Descriptor(pair[0]), Descriptor(pair[1])};
  if (one_way) {
    CHECK(::shutdown(pair[0], SHUT_RD) == 0);
    CHECK(::shutdown(pair[1], SHUT_WR) == 0);
  }
  return ends;
}

}  // namespace guard::wire
