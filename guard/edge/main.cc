// guard-edge: one side's streams. It is started by guardd alone: descriptor 3 is its control
// socket, and everything that it will ever need comes through it. It opens no file.
#include <openssl/crypto.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guard/edge/edge.h"
#include "guard/sandbox/sandbox.h"

namespace guard::edge {
namespace {

constexpr int kControlDescriptor = 3;
constexpr int kForbidden = 70;    // sysexits.h EX_SOFTWARE: the contract was broken, by whomever
constexpr int kUnavailable = 69;  // EX_UNAVAILABLE: cannot listen, cannot use its certificates
constexpr int kNoSandbox = 71;    // EX_OSERR

class Process {
 public:
  Process()
      : control_(
            loop_, Descriptor(kControlDescriptor), wire::Channel::kControl,
            [this](const wire::AnyMessage& message) { hear(message); },
            [this](wire::ChannelFault fault, std::string_view what) {
              if (fault == wire::ChannelFault::kForbidden) end(kForbidden, std::string(what));
              ::_exit(1);  // guardd is gone: nobody is to be told
            }) {}

  int run() {
    loop_.run();
    edge_.reset();
    return 0;
  }

 private:
  [[noreturn]] void end(int status, const std::string& why) {
    std::fprintf(stderr, "guard-edge %s: %s\n", side_.c_str(), why.c_str());
    ::_exit(status);
  }

  void hear(const wire::AnyMessage& message) {
    if (const auto* configure = std::get_if<wire::Configure>(&message)) {
      configured(*configure);
    } else if (const auto* ping = std::get_if<wire::Ping>(&message)) {
      control_.send(wire::Pong{ping->number});
    } else if (!edge_) {
      end(kForbidden, "a message came before the configuration");
    } else if (const auto* adopt = std::get_if<wire::Adopt>(&message)) {
      edge_->adopt(*adopt, control_.take_descriptor());
    } else if (const auto* controls = std::get_if<wire::Controls>(&message)) {
      edge_->control(*controls);
    } else if (const auto* other = std::get_if<wire::Reconfigure>(&message)) {
      reconfigured(*other);
    } else if (const auto* lists = std::get_if<wire::RevocationLists>(&message)) {
      edge_->revoke(*lists);
    } else if (const auto* shown = std::get_if<wire::ShownCertificates>(&message)) {
      auto identities = identities_of(shown->all);
      edge_->show(identities);
      wipe(identities);
    } else if (std::holds_alternative<wire::Stop>(message)) {
      edge_->stop();
    }
  }

  static std::vector<net::TlsIdentity> identities_of(const std::vector<wire::Certificate>& shown) {
    std::vector<net::TlsIdentity> identities;
    for (const wire::Certificate& certificate : shown) {
      identities.push_back({certificate.chain, certificate.key});
    }
    return identities;
  }
  static void wipe(std::string& key) { OPENSSL_cleanse(key.data(), key.size()); }
  static void wipe(std::vector<net::TlsIdentity>& identities) {
    for (net::TlsIdentity& identity : identities) wipe(identity.key);
  }

  void configured(const wire::Configure& configure) {
    if (edge_) end(kForbidden, "a second configuration came");
    auto read = wire::decode_configuration<wire::EdgeConfiguration>(configure.configuration);
    if (!read) end(kForbidden, "the configuration is malformed: " + std::string(read.error().what));
    side_ = to_string(read->side);
    auto identities = identities_of(read->certificates);
    for (wire::Certificate& certificate : read->certificates) wipe(certificate.key);
    read->certificates.clear();
    auto tls = net::TlsContext::make(identities);
    wipe(identities);
    if (!tls) end(kUnavailable, tls.error());
    auto trust = TrustBook::make(*read);
    if (!trust) end(kUnavailable, trust.error());
    // OpenSSL has read its files; listeners and connections are TCP.
    if (const auto entered = sandbox::enter_sandbox(sandbox::Duty::kEdge); !entered) {
      end(kNoSandbox, "sandbox: " + entered.error());
    }
    EdgeEvents events;
    events.ready = [this] { control_.send(wire::Ready{}); };
    events.stopped = [this] { loop_.stop(); };
    events.deserted = [this] {
      end(kForbidden, "the recorder closed its ends, and no new ones came");
    };
    events.failed = [this](const std::string& why) { end(kUnavailable, why); };
    events.counted = [this](const wire::StreamCounts& counts) { control_.send(counts); };
    edge_ = std::make_unique<Edge>(loop_, std::move(*read), std::move(*tls), std::move(*trust),
                                   std::move(events));
  }

  void reconfigured(const wire::Reconfigure& other) {
    const auto read = wire::decode_configuration<wire::EdgeConfiguration>(other.configuration);
    if (!read) end(kForbidden, "the configuration is malformed: " + std::string(read.error().what));
    edge_->reconfigure(*read);
    control_.send(wire::Reconfigured{other.number});
  }

  net::Loop loop_;
  std::string side_ = "(not configured)";
  std::unique_ptr<Edge> edge_;
  Link control_;
};

}  // namespace
}  // namespace guard::edge

int main() {
  struct stat about{};
  if (::fstat(guard::edge::kControlDescriptor, &about) != 0 || !S_ISSOCK(about.st_mode)) {
    std::fputs("guard-edge: is started by guardd, which gives it its control socket\n", stderr);
    return 3;
  }
  // No core of it, no debugger, no look into its memory: keys and stanzas are in there.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return 71;  // EX_OSERR
  ::signal(SIGPIPE, SIG_IGN);
  ::tzset();  // OpenSSL asks for the time zone when it looks at a certificate: no file later
  guard::edge::Process process;
  return process.run();
}
