// Loop::State: for the files of this folder that need Asio itself.
#pragma once

#include <boost/asio/io_context.hpp>
#include <vector>

#include "guard/net/loop.h"

namespace guard::net {

struct Loop::State {
  boost::asio::io_context io{1};
  std::vector<Task> deferred;
  Task turn_end;
  // One buffer for all reads: it is filled and emptied within one handler.
  std::vector<char> scratch = std::vector<char>(65536);
  std::vector<char> plain = std::vector<char>(65536);
  bool stopped = false;
};

}  // namespace guard::net
