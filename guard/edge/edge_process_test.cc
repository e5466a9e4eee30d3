// Tests of a whole guard-edge process, alone: the test is guardd, filter, recorder and the peers.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <variant>
#include <vector>

#include "guard/base/sha256.h"
#include "guard/edge/test_fixture.h"

namespace guard::edge {
namespace {

TEST_F(EdgeProcess, AuthenticatedStanzaBecomesOfferAndTicket) {
  start();
  const auto peer = logged_in();
  ASSERT_TRUE(peer->send(kMessage));
  const auto context = house_->offers().expect<wire::Context>();
  ASSERT_TRUE(context);
  EXPECT_EQ(context->peer, 1U);
  EXPECT_EQ(context->pairs, (std::vector<wire::DomainPair>{{kNear, kFar}}));
  const auto offer = house_->offers().expect<wire::Offer>();
  const auto ticket = house_->tickets().expect<wire::Ticket>();
  ASSERT_TRUE(offer && ticket);
  EXPECT_EQ(offer->ticket, 1U);
  EXPECT_EQ(offer->bytes, kMessage);
  EXPECT_EQ(offer->stream, context->stream);
  EXPECT_EQ(ticket->number, 1U);
  EXPECT_EQ(ticket->stream, context->stream);
  EXPECT_EQ(ticket->peer, 1U);
  EXPECT_EQ(ticket->length, kMessage.size());
  Sha256 sha;
  EXPECT_EQ(ticket->hash, sha.digest(as_bytes(kMessage)));
  const auto opened = house_->tickets().expect<wire::Event>();
  const auto authenticated = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(opened && authenticated);
  EXPECT_EQ(opened->event, wire::EdgeEvent::kStreamOpened);
  EXPECT_EQ(authenticated->event, wire::EdgeEvent::kStreamAuthenticated);
  EXPECT_EQ(authenticated->detail, "external tls1.3");
  EXPECT_EQ(authenticated->address, "127.0.0.1");
}

TEST_F(EdgeProcess, DeliveryReachesThePeerAndIsReportedWritten) {
  start();
  house_->releases().send(delivery(41, kMessage));
  house_->releases().send(delivery(42, kMessage));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->shown_names(), kFar);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->number, 1U);
  EXPECT_EQ(outcomes->result, wire::Delivery::kWritten);
  EXPECT_EQ(outcomes->deliveries, (std::vector<std::uint64_t>{41, 42}));
}

// A test of the invariant: no stanza's record can be durable before the row that says whose it is.
TEST_F(EdgeProcess, AUDIT_BEFORE_RELEASE_AuthenticationIsToldBeforeTheFirstTicket) {
  start();
  const auto peer = logged_in();
  peer->send(kMessage);
  bool authenticated = false;
  while (const auto message = house_->tickets().next()) {
    if (const auto* event = std::get_if<wire::Event>(&*message)) {
      authenticated = event->event == wire::EdgeEvent::kStreamAuthenticated;
    }
    if (std::holds_alternative<wire::Ticket>(*message)) break;
  }
  EXPECT_TRUE(authenticated);
}

// As another user than root where the test is root, whose own files would look the same.
TEST(EdgeMemory, IsNobodysToRead) {
  wire::Ends ends = wire::make_channel(false);
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(126);
    ::dup2(ends.second.number(), 3);
    ::execl(GUARD_BINARY_DIR "/bin/guard-edge", "guard-edge", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ends.second.reset();
  {
    TestChannel control(std::move(ends.first), wire::Channel::kControl, wire::Role::kSupervisor);
    control.send(wire::Ping{1});
    EXPECT_TRUE(control.expect<wire::Pong>());
    struct stat about{};
    const std::string memory = "/proc/" + std::to_string(pid) + "/mem";
    EXPECT_EQ(::stat(memory.c_str(), &about), 0);
    EXPECT_EQ(about.st_uid, 0U);
  }
  ::waitpid(pid, nullptr, 0);  // it ends with its control socket
}

TEST_F(EdgeProcess, PingIsAnsweredAndStopEndsInOrder) {
  start();
  const auto peer = logged_in();
  house_->control().send(wire::Ping{5});
  const auto pong = house_->control().expect<wire::Pong>();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->number, 5U);
  house_->control().send(wire::Stop{});
  EXPECT_NE(peer->read_to_end().find("system-shutdown"), std::string::npos);
  EXPECT_EQ(house_->exit_status(2500), 0);
}

TEST_F(EdgeProcess, ForbiddenMessageEndsTheProcess) {
  start();
  house_->control().send(wire::Note{});  // the recorder's business
  EXPECT_EQ(house_->exit_status(), 70);
}

TEST_F(EdgeProcess, RecorderThatSpeaksOutOfTurnEndsTheProcess) {
  start();
  house_->releases().send(wire::Welcome{0});
  EXPECT_EQ(house_->exit_status(), 69);
}

TEST_F(EdgeProcess, DeliveryForAnotherPeersDomainIsNotSent) {
  start();
  auto wrong = delivery(9, kMessage);
  wrong.pair.to = "elsewhere.lab";
  house_->releases().send(wrong);
  auto hidden = delivery(10, kMessage);
  hidden.pair.from = kHidden;
  house_->releases().send(hidden);
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kExpired);
  EXPECT_EQ(server_.accept(300), nullptr);
}

TEST_F(EdgeProcess, UndeliverableExpiresAtItsDeadline) {
  configuration_.near_peers[0].addresses = {{"127.0.0.1", free_port()}};
  start();
  house_->releases().send(delivery(1, kMessage, 1));
  const auto failed = house_->tickets().expect<wire::Event>();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->event, wire::EdgeEvent::kConnectFailed);
  EXPECT_EQ(failed->detail, "connect-failed");
  const auto outcomes = house_->tickets().expect<wire::Outcomes>();
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(outcomes->result, wire::Delivery::kExpired);
  EXPECT_EQ(outcomes->deliveries, (std::vector<std::uint64_t>{1}));
}

TEST_F(EdgeProcess, SecondAddressIsUsedWhenTheFirstFails) {
  configuration_.near_peers[0].addresses = {{"127.0.0.1", free_port()},
                                            {"127.0.0.1", server_.port()}};
  start();
  house_->releases().send(delivery(1, kMessage));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->read_until("</message>"), kMessage);
}

TEST_F(EdgeProcess, WhatABrokenConnectionLeftGoesOnTheNextInOrder) {
  start();
  house_->releases().send(delivery(1, kMessage));
  auto first = server_.accept();
  ASSERT_TRUE(first);
  first.reset();  // before anything could be sent
  house_->releases().send(delivery(2, "<presence/>"));
  const auto peer = answered();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->read_until("<presence/>"), kMessage + "<presence/>");
}

}  // namespace
}  // namespace guard::edge
