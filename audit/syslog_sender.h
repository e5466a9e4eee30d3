// SyslogSender: one TLS connection to a log host (SPEC: RFC 5425), the only code of guard-audit
// that uses a network. It sends, and reads nothing but what TLS itself needs.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace audit::tool {

// LogHost says where to, and how both ends prove who they are. Files are PEM.
struct LogHost {
  std::string host;  // name or address
  std::string port = "6514";
  std::string authorities;  // file: who certifies the log host
  std::string name;         // that its certificate has; empty: `host`
  std::string certificate;  // file: ours, where the log host asks for one; empty: none
  std::string key;          // file
};

// parse_log_host reads HOST, HOST:PORT or [ADDRESS]:PORT; false for anything else.
[[nodiscard]] bool parse_log_host(std::string_view text, LogHost& host);

class SyslogSender {
 public:
  // connect waits at most 10 s for the connection and for each step of the handshake. TLS 1.2 or
  // newer; the certificate must be of an authority and have the name. The error says what failed.
  [[nodiscard]] static std::expected<SyslogSender, std::string> connect(const LogHost& host);

  // send writes one message, octet-counted. That it is written does not say that it was read: the
  // protocol has no answer. After an error the connection is of no use.
  [[nodiscard]] std::expected<void, std::string> send(std::string_view message);

  // close says goodbye and waits for the other end to do so, at most 10 s. An error is what it has
  // said instead: it may have refused our certificate, which TLS 1.3 tells only now.
  [[nodiscard]] std::expected<void, std::string> close();

  ~SyslogSender();
  SyslogSender(SyslogSender&&) noexcept;
  SyslogSender& operator=(SyslogSender&&) noexcept;

 private:
  struct State;
  explicit SyslogSender(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace audit::tool
