// Server: HTTP/1.1 on a listener that guardd has made, with Boost.Beast.
//
// Who controls the input: whoever on this host may connect. Bounds: kConnections at once (more wait
// in the kernel), kHeader octets of header and no body, kWithin for a request and its answer
// together, one request for each connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "guard/base/descriptor.h"
#include "guard/metrics/answer.h"

namespace boost::asio {
class io_context;
}

namespace guard::metrics {

class Server {
 public:
  static constexpr std::size_t kConnections = 16;
  static constexpr std::size_t kHeader = 4096;
  static constexpr std::chrono::seconds kWithin{2};

  // Answers is asked for each request that could be read.
  using Answers = std::function<Answer(const Asked&)>;

  // REQUIRES: `listener` listens; it is made non-blocking. Everything that the loop opens is open
  // when the constructor returns: the sandbox may follow.
  Server(boost::asio::io_context& loop, Descriptor listener, Answers answers);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // its connections hold it, too
};

}  // namespace guard::metrics
