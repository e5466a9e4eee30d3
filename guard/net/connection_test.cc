#include "guard/net/connection.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "guard/net/listener.h"
#include "guard/net/test_pki.h"
#include "guard/net/tls_context.h"

namespace guard::net {
namespace {

// End is one end of a connection, which notes what it hears.
struct End final : ConnectionEvents {
  void on_connected() override { connected = true; }
  void on_received(std::string_view bytes) override {
    received += bytes;
    if (then) then();
  }
  void on_tls() override { names = connection->tls()->certificate().facts().dns_names; }
  void on_written() override {}
  void on_lost(std::string_view why) override { lost = why; }

  std::unique_ptr<Connection> connection;
  std::function<void()> then;
  bool connected = false;
  std::string received;
  std::vector<std::string> names;
  std::string lost;
};

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() {
    auto made = Listener::listen(loop_, "127.0.0.1", 0, [this](std::unique_ptr<Connection> taken) {
      server_.connection = std::move(taken);
      server_.connection->start(server_);
    });
    listener_ = std::move(*made);
  }

  // run_until turns the loop until `done`, for five seconds at most.
  bool run_until(std::function<bool()> done) {
    bool reached = false;
    Loop& loop = loop_;
    int left = 1000;
    const Ticker ticker(loop, std::chrono::milliseconds(5), [&] {
      reached = done();
      if (reached || --left == 0) loop.stop();
    });
    loop.run();
    return reached;
  }

  void join() {
    client_.connection = Connection::connect(loop_, "127.0.0.1", listener_->port(), client_);
    ASSERT_TRUE(run_until([&] { return client_.connected && server_.connection != nullptr; }));
  }

  Loop loop_;
  std::unique_ptr<Listener> listener_;
  End client_;
  End server_;
};

TEST_F(ConnectionTest, CarriesOctetsBothWaysAndCountsThem) {
  join();
  client_.connection->send("there");
  server_.connection->send("back");
  EXPECT_EQ(client_.connection->given(), 5U);
  ASSERT_TRUE(run_until([&] { return server_.received == "there" && client_.received == "back"; }));
  EXPECT_EQ(client_.connection->written(), 5U);
  EXPECT_EQ(server_.connection->address(), "127.0.0.1");
}

TEST_F(ConnectionTest, TlsBeginsBehindWhatWasSentInTheClear) {
  const TestPki pki("authority");
  const TestCertificate a = pki.issue("a.lab");
  const TestCertificate b = pki.issue("b.lab");
  const auto client = TlsContext::make({{a.chain, a.key}});
  const auto server = TlsContext::make({{b.chain, b.key}});
  join();
  server_.then = [&] {
    server_.then = {};
    server_.connection->send("proceed");
    server_.connection->start_tls(server.value()->answer({"b.lab", {}, false}));
  };
  client_.then = [&] {
    client_.then = {};
    client_.connection->start_tls(client.value()->begin({"a.lab", "b.lab"}));
  };
  client_.connection->send("starttls");
  ASSERT_TRUE(run_until([&] { return !client_.names.empty() && !server_.names.empty(); }));
  EXPECT_EQ(client_.received, "proceed");
  EXPECT_EQ(client_.names.front(), "b.lab");
  const std::string text(300'000, 'x');
  client_.connection->send(text);
  ASSERT_TRUE(run_until([&] { return server_.received.size() == text.size() + 8; }));
  EXPECT_EQ(client_.connection->queued(), 0U);
  client_.connection->finish();
  ASSERT_TRUE(run_until([&] { return !server_.lost.empty(); }));
  EXPECT_EQ(server_.lost, "tls-closed");
}

TEST_F(ConnectionTest, PlainTextWhereTlsIsExpectedFails) {
  const TestPki pki("authority");
  const TestCertificate b = pki.issue("b.lab");
  const auto server = TlsContext::make({{b.chain, b.key}});
  join();
  server_.connection->start_tls(server.value()->answer({"b.lab", {}, false}));
  client_.connection->send("<auth/>");
  ASSERT_TRUE(run_until([&] { return !server_.lost.empty(); }));
  EXPECT_EQ(server_.lost, "handshake-failed");
  EXPECT_EQ(server_.received, "");
}

TEST_F(ConnectionTest, FinishSendsEverythingFirst) {
  join();
  const std::string text(3'000'000, 'x');
  client_.connection->send(text);
  client_.connection->finish();
  ASSERT_TRUE(run_until([&] { return !server_.lost.empty(); }));
  EXPECT_EQ(server_.lost, "end-of-file");
  EXPECT_EQ(server_.received.size(), text.size());
  ASSERT_TRUE(run_until([&] { return !client_.lost.empty(); }));
}

TEST_F(ConnectionTest, PausedReaderHoldsTheSenderBack) {
  join();
  server_.connection->pause_reading(true);
  const std::string text(20'000'000, 'x');
  client_.connection->send(text);
  EXPECT_FALSE(run_until([&] { return client_.connection->queued() == 0; }));
  EXPECT_LE(server_.received.size(), 65'536U);  // one read may have been under way
  server_.connection->pause_reading(false);
  EXPECT_TRUE(run_until([&] { return server_.received.size() == text.size(); }));
}

TEST_F(ConnectionTest, FailureComesAsLost) {
  const std::uint16_t port = listener_->port();
  listener_.reset();
  client_.connection = Connection::connect(loop_, "127.0.0.1", port, client_);
  EXPECT_TRUE(run_until([&] { return client_.lost == "connect-failed"; }));
  End other;
  other.connection = Connection::connect(loop_, "not an address", port, other);
  EXPECT_EQ(other.lost, "");
  EXPECT_TRUE(run_until([&] { return other.lost == "bad-address"; }));
}

TEST_F(ConnectionTest, AbortAndDestructionEndIt) {
  join();
  client_.connection->abort();
  EXPECT_TRUE(run_until([&] { return client_.lost == "aborted" && !server_.lost.empty(); }));
}

TEST(Listener, SaysWhatItCannotBind) {
  Loop loop;
  EXPECT_FALSE(Listener::listen(loop, "not an address", 0, {}));
  const auto first = Listener::listen(loop, "127.0.0.1", 0, {});
  ASSERT_TRUE(first);
  EXPECT_FALSE(Listener::listen(loop, "127.0.0.1", first.value()->port(), {}));
}

}  // namespace
}  // namespace guard::net
