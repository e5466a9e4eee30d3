// guard-load: a generator and a sink of labelled messages, to measure the whole guard.
//
//   guard-load --edge IP:PORT --listen IP:PORT --from-pem F --to-pem F --from-trust F --to-trust F
//              --label BASE64 --seconds N [--rate N] [--bytes N] [--from D] [--to D]
//
// The generator speaks for the high peer: it connects to the guard's edge, authenticates by
// SASL EXTERNAL, and writes many stanzas for each TLS record: as fast as the guard takes them, or
// at a steady --rate. The sink is the low peer: it accepts the guard's connection. Each message
// carries the monotonic time of its writing; latency is measured where it arrives. The result is
// one JSON object on stdout. Counts start after a second of warming up.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "guard/base/base64.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string edge;
  std::string listen;
  std::string from = "high.example";
  std::string to = "low.example";
  std::string from_pem;
  std::string to_pem;
  std::string from_trust;
  std::string to_trust;
  std::string label;
  int seconds = 10;
  int rate = 0;
  std::size_t bytes = 600;
};

std::int64_t now_ns() { return Clock::now().time_since_epoch().count(); }

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

sockaddr_in address_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
  if (::inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    fail(text + ": expected IPV4:PORT");
  }
  return address;
}

// Peer is one blocking connection, plain at first, TLS after secure().
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {
    const int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  ~Peer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ::close(socket_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void secure(bool server, const std::string& pem, const std::string& trust,
              const std::string& name) {
    context_ = SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (SSL_CTX_use_certificate_chain_file(context_, pem.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_, pem.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_load_verify_locations(context_, trust.c_str(), nullptr) != 1) {
      fail(pem + " or " + trust + ": not usable");
    }
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_);
    if (!server) {
      SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               const_cast<char*>(name.c_str()));
    }
    const int done = server ? SSL_accept(ssl_) : SSL_connect(ssl_);
    if (done != 1) fail("TLS handshake failed");
    buffer_.clear();
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const int wanted = static_cast<int>(std::min<std::size_t>(bytes.size(), 16384));
      const auto sent =
          ssl_ != nullptr
              ? SSL_write(ssl_, bytes.data(), wanted)
              : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (sent <= 0) fail("the guard closed the connection");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // read returns what comes next; 0 at the end.
  std::size_t read(char* into, std::size_t size) {
    const auto got = ssl_ != nullptr ? SSL_read(ssl_, into, static_cast<int>(size))
                                     : static_cast<int>(::recv(socket_, into, size, 0));
    return got <= 0 ? 0 : static_cast<std::size_t>(got);
  }

  // read_until reads up to and with `mark` and returns it; what follows stays for the next call.
  std::string read_until(std::string_view mark) {
    for (;;) {
      if (const std::size_t at = buffer_.find(mark); at != std::string::npos) {
        std::string found = buffer_.substr(0, at + mark.size());
        buffer_.erase(0, at + mark.size());
        return found;
      }
      char part[4096];
      const std::size_t got = read(part, sizeof part);
      if (got == 0) fail("connection closed after: " + buffer_);
      buffer_.append(part, got);
    }
  }

  void shut() { ::shutdown(socket_, SHUT_RDWR); }

 private:
  int socket_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

std::string header(const std::string& from, const std::string& to, bool answer) {
  return "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
         "xmlns:stream='http://etherx.jabber.org/streams' xmlns:db='jabber:server:dialback' "
         "from='" +
         from + "' to='" + to + "' version='1.0'" + (answer ? " id='load'" : "") + ">";
}

constexpr std::string_view kFeaturesEnd = "</stream:features>";

void authenticate_as_client(Peer& peer, const Options& options) {
  peer.write(header(options.from, options.to, false));
  peer.read_until(kFeaturesEnd);
  peer.write("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  peer.read_until("<proceed");
  peer.read_until(">");
  peer.secure(false, options.from_pem, options.from_trust, options.to);
  peer.write(header(options.from, options.to, false));
  if (peer.read_until(kFeaturesEnd).find("EXTERNAL") == std::string::npos) fail("no EXTERNAL");
  peer.write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>" +
             guard::to_base64(guard::as_bytes(options.from)) + "</auth>");
  peer.read_until("<success");
  peer.read_until(">");
  peer.write(header(options.from, options.to, false));
  peer.read_until("<stream:features");
}

void authenticate_as_server(Peer& peer, const Options& options) {
  const std::string features = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>";
  peer.read_until("<stream:stream");
  peer.read_until(">");
  peer.write(header(options.to, options.from, true) +
             "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
             "</starttls></stream:features>");
  peer.read_until("<starttls");
  peer.read_until(">");
  peer.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  peer.secure(true, options.to_pem, options.to_trust, options.from);
  peer.read_until("<stream:stream");
  peer.read_until(">");
  peer.write(header(options.to, options.from, true) +
             "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
             "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>");
  peer.read_until("<auth");
  peer.read_until("</auth>");
  peer.write("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  peer.read_until("<stream:stream");
  peer.read_until(">");
  peer.write(header(options.to, options.from, true) + "<stream:features/>");
}

constexpr std::string_view kMark = "T0x";  // before sixteen digits of time, in the body

class Message {
 public:
  explicit Message(const Options& options) {
    text_ = "<message from='a@" + options.from + "/one' to='b@" + options.to +
            "' id='load-0000000000' type='chat'><body>" + std::string(kMark);
    time_at_ = text_.size();
    text_ += "0000000000000000 ";
    const std::string tail =
        "</body><securitylabel xmlns='urn:xmpp:sec-label:0'><label>"
        "<esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>" +
        options.label + "</esssecuritylabel></label></securitylabel></message>";
    if (text_.size() + tail.size() < options.bytes) {
      text_.append(options.bytes - text_.size() - tail.size(), 'x');
    }
    text_ += tail;
  }
  void append_to(std::string& out) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(now_ns()));
    text_.replace(time_at_, 16, digits, 16);
    out += text_;
  }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

 private:
  std::string text_;
  std::size_t time_at_ = 0;
};

// Sink counts messages and keeps the latency of each that was sent after the warm-up.
class Sink {
 public:
  void take(std::string_view bytes, std::int64_t from_ns) {
    pending_.append(bytes);
    const std::int64_t now = now_ns();
    std::size_t at = 0;
    for (;;) {
      const std::size_t mark = pending_.find(kMark, at);
      if (mark == std::string::npos || mark + kMark.size() + 16 > pending_.size()) break;
      at = mark + kMark.size() + 16;
      const std::int64_t sent = static_cast<std::int64_t>(
          std::stoull(pending_.substr(mark + kMark.size(), 16), nullptr, 16));
      ++all_;
      if (sent < from_ns) continue;
      latencies_.push_back(static_cast<std::int32_t>((now - sent) / 1000));
      last_ = now;
    }
    pending_.erase(0, std::max(at, pending_.size() - std::min(pending_.size(), kMark.size() + 16)));
  }
  [[nodiscard]] std::uint64_t all() const { return all_; }
  [[nodiscard]] std::uint64_t counted() const { return latencies_.size(); }
  [[nodiscard]] std::int64_t last() const { return last_; }
  [[nodiscard]] double quantile(double q) {
    if (latencies_.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(latencies_.size() - 1));
    std::nth_element(latencies_.begin(), latencies_.begin() + at, latencies_.end());
    return latencies_[static_cast<std::size_t>(at)] / 1000.0;
  }

 private:
  std::string pending_;
  std::vector<std::int32_t> latencies_;  // microseconds
  std::atomic<std::uint64_t> all_ = 0;
  std::int64_t last_ = 0;
};

int listen_at(const std::string& where) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int one = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  const sockaddr_in address = address_of(where);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 8) != 0) {
    fail("cannot listen at " + where);
  }
  return listener;
}

int connect_to(const std::string& where) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = address_of(where);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("cannot connect to " + where);
  }
  return socket;
}

struct Run {
  std::int64_t count_from = 0;
  std::int64_t stop_at = 0;
  std::atomic<std::uint64_t> sent = 0;
  std::atomic<bool> done = false;
};

// Writes until stop_at: batches of 16 KiB, or what is due every millisecond.
void generate(Peer& peer, const Options& options, Run& run) {
  Message message(options);
  std::string batch;
  const std::int64_t begin = now_ns();
  std::uint64_t sent = 0;
  while (now_ns() < run.stop_at) {
    batch.clear();
    if (options.rate == 0) {
      while (batch.size() + message.size() <= 16384) {
        message.append_to(batch);
        ++sent;
      }
    } else {
      const auto due =
          static_cast<std::uint64_t>(static_cast<double>(now_ns() - begin) * options.rate / 1e9);
      while (sent < due && batch.size() < 16384) {
        message.append_to(batch);
        ++sent;
      }
      if (batch.empty()) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        continue;
      }
    }
    peer.write(batch);
    run.sent = sent;
  }
}

int measure(const Options& options) {
  const int listener = listen_at(options.listen);
  Peer generator(connect_to(options.edge));
  authenticate_as_client(generator, options);
  Run run;
  const std::int64_t start = now_ns();
  run.count_from = start + 1'000'000'000;
  run.stop_at = run.count_from + std::int64_t{options.seconds} * 1'000'000'000;
  Sink sink;
  std::atomic<int> sink_socket = -1;
  std::thread sink_thread([&] {
    try {
      const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      sink_socket = socket;
      Peer peer(socket);
      authenticate_as_server(peer, options);
      std::vector<char> buffer(65536);
      while (const std::size_t got = peer.read(buffer.data(), buffer.size())) {
        sink.take({buffer.data(), got}, run.count_from);
        if (run.done) break;
      }
    } catch (const std::exception& error) {
      std::fprintf(stderr, "guard-load: sink: %s\n", error.what());
    }
  });
  std::string fault;
  try {
    generate(generator, options, run);
  } catch (const std::exception& error) {
    fault = error.what();
  }
  // What is on its way arrives, or five seconds pass without anything.
  std::uint64_t before = 0;
  for (int quiet = 0; quiet < 50 && sink.all() < run.sent;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    quiet = sink.all() == before ? quiet + 1 : 0;
    before = sink.all();
  }
  run.done = true;
  ::shutdown(listener, SHUT_RDWR);
  if (sink_socket >= 0) ::shutdown(sink_socket, SHUT_RDWR);
  sink_thread.join();
  ::close(listener);
  const double span = static_cast<double>(sink.last() - run.count_from) / 1e9;
  std::printf(
      "{\"rate\":%d,\"bytes\":%zu,\"seconds\":%d,\"sent\":%llu,\"received\":%llu,"
      "\"per_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"fault\":\"%s\"}\n",
      options.rate, Message(options).size(), options.seconds,
      static_cast<unsigned long long>(run.sent), static_cast<unsigned long long>(sink.all()),
      span > 0 ? static_cast<double>(sink.counted()) / span : 0.0, sink.quantile(0.5),
      sink.quantile(0.99), sink.quantile(0.999), fault.c_str());
  return fault.empty() && sink.all() == run.sent ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Generator and sink of labelled messages, to measure the whole guard."};
  Options options;
  app.add_option("--edge", options.edge, "the guard's high edge, IP:PORT")->required();
  app.add_option("--listen", options.listen, "where the low peer is, IP:PORT")->required();
  app.add_option("--from", options.from);
  app.add_option("--to", options.to);
  app.add_option("--from-pem", options.from_pem, "certificate and key of the sender")->required();
  app.add_option("--to-pem", options.to_pem, "certificate and key of the receiver")->required();
  app.add_option("--from-trust", options.from_trust)->required();
  app.add_option("--to-trust", options.to_trust)->required();
  app.add_option("--label", options.label, "ESSSecurityLabel, base64")->required();
  app.add_option("--seconds", options.seconds);
  app.add_option("--rate", options.rate, "stanzas a second; 0: as fast as the guard takes them");
  app.add_option("--bytes", options.bytes, "of each message");
  CLI11_PARSE(app, argc, argv);
  // A connection that the guard has closed is an error of write, not the end of this program.
  ::signal(SIGPIPE, SIG_IGN);
  try {
    return measure(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "guard-load: %s\n", error.what());
    return 2;
  }
}
