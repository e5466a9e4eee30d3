// One inbound machine against a script: what the tests of InboundStream have in common.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "guard/base/base64.h"
#include "guard/base/bytes.h"
#include "guard/xmpp/inbound_stream.h"
#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {

inline constexpr std::string_view kStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

inline std::string header(std::string_view from = "low.example",
                          std::string_view to = "high.example") {
  return write_stream_header(from, to, "");
}

inline std::string auth(std::string_view content) {
  return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>" +
         std::string(content) + "</auth>";
}

// Inbound is one machine that low.example (peer 1) speaks to; it may see high.example.
class Inbound : public ::testing::Test {
 protected:
  Inbound() {
    policy.peers = {{"low.example", 1}, {"other.example", 2}};
    policy.wants[1].auth = AuthDemand::kDialbackAllowed;
    policy.wants[2].auth = AuthDemand::kDialbackAllowed;
    policy.visible = {{1, "high.example"}, {2, "secret.example"}};
    config.lookup = &policy;
    config.secret = &secret;
    restart();
  }
  void restart() {
    stream.emplace(config);
    actions.clear();
    event(Connected{});
  }
  // event gives what was sent to the peer; everything else is kept in `actions`.
  std::string event(const StreamEvent& it) {
    std::string sent;
    for (const StreamAction& action : stream->on(it)) {
      if (const auto* const send = std::get_if<Send>(&action)) {
        sent += send->bytes;
      } else if (const auto* const stanza = std::get_if<Stanza>(&action)) {
        stanzas.emplace_back(stanza->bytes);
      } else {
        actions.push_back(action);
      }
    }
    return sent;
  }
  std::string say(std::string_view bytes) { return event(Received{bytes}); }
  // secure goes through STARTTLS up to the second header.
  std::string secure(const TlsFacts& facts) {
    say(header());
    say(kStartTls);
    event(TlsEstablished{facts});
    return say(header());
  }
  std::string secure() { return secure(certificate_for("low.example")); }
  // authenticated goes up to the features behind EXTERNAL.
  std::string authenticated() {
    secure();
    say(auth(to_base64(as_bytes("low.example"))));
    return say(header());
  }
  std::optional<StreamError> error() {
    const auto closing = actions_of<Closing>(actions);
    return closing.empty() ? std::nullopt : closing.front().error;
  }
  std::optional<CloseCause> cause() {
    const auto closing = actions_of<Closing>(actions);
    if (closing.empty()) return std::nullopt;
    return closing.front().cause;
  }
  std::size_t refused() { return actions_of<AuthenticationRefused>(actions).size(); }

  TestLookup policy;
  DialbackSecret secret{"s3cr3tf0rd14lb4ck"};
  InboundConfig config;
  std::optional<InboundStream> stream;
  std::vector<StreamAction> actions;
  std::vector<std::string> stanzas;
};

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace guard::xmpp
