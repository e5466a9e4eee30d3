// guard-metrics: serves numbers about the guard to this host. It is started by guardd alone, which
// holds the other end of descriptor 3 and tells it the numbers; descriptor 4 is a listener that
// guardd has made. It opens nothing and calls nobody.
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "guard/metrics/server.h"
#include "guard/sandbox/sandbox.h"
#include "guard/wire/channel_end.h"

// The leak check at exit opens files and traces threads, which the sandbox has taken away; what
// leaks is found by the unit tests, which run without one. Asked by AddressSanitizer only.
extern "C" int __lsan_is_turned_off();
extern "C" int __lsan_is_turned_off() { return 1; }

namespace guard::metrics {
namespace {

constexpr int kControl = 3;
constexpr int kListener = 4;
constexpr int kOrphaned = 1;      // guardd is gone
constexpr int kUsage = 3;         // not started by guardd
constexpr int kForbidden = 70;    // guardd sent what it may not
constexpr int kUnavailable = 71;  // no sandbox

void complain(std::string_view what) {
  const std::string line = "guard-metrics: " + std::string(what) + '\n';
  // One call, so that lines of several processes do not mix; nobody to tell if it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

std::int64_t now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

class Process {
 public:
  Process()
      : control_(Descriptor(kControl), wire::Channel::kControl, wire::Role::kMetrics),
        watch_(loop_, control_.fd()),
        server_(loop_, Descriptor(kListener),
                [this](const Asked& asked) { return answer(asked, seen()); }) {}
  ~Process() { (void)watch_.release(); }  // control_ closes it
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int run() {
    if (const auto entered = sandbox::enter_sandbox(sandbox::Duty::kMetrics); !entered) {
      complain("sandbox: " + entered.error());
      return kUnavailable;
    }
    listen();
    loop_.run();
    return status_;
  }

 private:
  [[nodiscard]] std::optional<Seen> seen() const {
    if (!figures_) return std::nullopt;
    return Seen{*figures_, now_ms() - heard_};
  }

  void listen() {
    watch_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](boost::system::error_code error) {
                        if (error) return end(kOrphaned);
                        hear();
                        if (!loop_.stopped()) listen();
                      });
  }

  void hear() {
    auto received = control_.receive();
    for (wire::AnyMessage& message : received.messages) {
      if (auto* figures = std::get_if<wire::Figures>(&message)) {
        if (!figures_) control_.send(wire::Ready{});
        figures_ = std::move(*figures);
        heard_ = now_ms();
      } else if (const auto* ping = std::get_if<wire::Ping>(&message)) {
        control_.send(wire::Pong{ping->number});
      } else if (std::holds_alternative<wire::Stop>(message)) {
        end(0);
      }
    }
    control_.flush();  // a few octets; what does not fit goes with the next
    if (received.fault == wire::ChannelFault::kForbidden) {
      complain(std::string(received.what) + " is not for this process");
      end(kForbidden);
    } else if (received.fault) {
      end(kOrphaned);
    }
  }

  void end(int status) {
    status_ = status;
    loop_.stop();
  }

  boost::asio::io_context loop_{1};
  wire::ChannelEnd control_;
  boost::asio::posix::stream_descriptor watch_;
  std::optional<wire::Figures> figures_;
  std::int64_t heard_ = 0;
  int status_ = 0;
  Server server_;
};

bool is_listener(int number) {
  int listens = 0;
  socklen_t size = sizeof listens;
  return ::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 1;
}

}  // namespace
}  // namespace guard::metrics

int main() {
  using namespace guard::metrics;
  struct stat about{};
  if (::fstat(kControl, &about) != 0 || !S_ISSOCK(about.st_mode) || !is_listener(kListener)) {
    complain("is started by guardd, which gives it its control socket and its listener");
    return kUsage;
  }
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return Process().run();
  } catch (const std::exception& error) {
    complain(error.what());
    return kForbidden;
  }
}
