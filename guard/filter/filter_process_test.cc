// guard-filter itself, started the way guardd starts it.
#include "guard/filter/filter_process.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include "guard/base/cms_envelope.h"
#include "guard/base/signer_for_test.h"
#include "guard/filter/running_filter.h"

namespace guard::filter {
namespace {

using wire::ChannelEnd;
using wire::Ends;

TEST(FilterProcess, JudgesWhatIsOfferedInOrder) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  filter.offers().send(wire::Offer{1, 1, chat("one")});
  filter.offers().send(wire::Offer{2, 1, "<message/>"});
  filter.offers().send(wire::Offer{3, 2, chat("of another stream")});
  filter.offers().flush();
  const auto first = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(first.ticket, 1U);
  EXPECT_EQ(first.outcome, wire::Outcome::kForward);
  EXPECT_NE(first.bytes.find("<body>one</body>"), std::string::npos);
  const auto second = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(second.ticket, 2U);
  EXPECT_EQ(second.finding.reason, "address-missing");
  const auto third = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(third.ticket, 3U);
  EXPECT_EQ(third.finding.reason, "stream-not-authenticated");
  filter.tell(wire::Ping{77});
  EXPECT_EQ(filter.expect<wire::Pong>(filter.control()).number, 77U);
  filter.tell(wire::Stop{});
  EXPECT_TRUE(exited(filter.status(), kExitStopped));
}

// The error paths of libraries must not need anything that the sandbox has taken away.
TEST(FilterProcess, LivesThroughEveryKindOfBadInput) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  const std::string head = "<message from='ann@high.example' to='bob@low.example' type='chat'";
  const std::string stanzas[] = {
      "",
      "<",
      "x",
      "<message",
      head + "><body>",
      head + "><u:x/></message>",
      head + " type='chat'/>",
      head + "><x xmlns='urn:unknown'/></message>",
      head + "><body>&#xFFFE;</body></message>",
      head + "><body>\xff</body></message>",
      head + "><!-- --></message>",
      "<?xml version='1.1'?>" + head + "/>",
      "<message from='j\u00fcrgen@high.example/\u00dc' to='\u5f20\u4e09@low.example'/>",
      "<message from='\u2163@high.example' to='bob@low.example/\u200d\u0660\u06f0'/>",
      "<message from='a@high.example' to='b@xn--bcher-kva.example'/>",
      "<message from='a@high.example' to='b@\u05d0a\u0627.example'/>",
      "<message from='a@\u3002' to='b@xn--a.example'/>",
      "<message from='a@high.example' to='@low.example'><x/></message>",
      head + "><body>" + std::string(262'144, 'x') + "</body></message>",
      head + "><body xml:lang='" + std::string(200, 'x') + "'/></message>",
      "<iq from='a@high.example' to='b@low.example' id='1' type='get'/>",
      chat("good")};
  std::uint64_t ticket = 0;
  for (const std::string& stanza : stanzas) filter.offers().send(wire::Offer{++ticket, 1, stanza});
  filter.offers().flush();
  wire::Judgement last;
  for (std::uint64_t expected = 1; expected <= ticket; ++expected) {
    last = filter.expect<wire::Judgement>(filter.judgements());
    ASSERT_EQ(last.ticket, expected);
    ASSERT_NE(last.finding.reason, "internal");
  }
  EXPECT_EQ(last.outcome, wire::Outcome::kForward);
}

TEST(FilterProcess, ForgetsAStreamWithoutPairs) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  filter.offers().send(wire::Context{.stream = 1, .peer = 0, .pairs = {}});
  filter.offers().send(wire::Offer{1, 1, chat("x")});
  filter.offers().flush();
  EXPECT_EQ(filter.expect<wire::Judgement>(filter.judgements()).finding.reason,
            "stream-not-authenticated");
}

TEST(FilterProcess, EndsWithTheSupervisor) {
  Running filter;
  make_ready(filter);
  filter.drop_control();
  EXPECT_TRUE(exited(filter.status(), kExitStopped));
}

TEST(FilterProcess, RefusesAnUnusableConfiguration) {
  wire::FilterConfiguration bad = configuration();
  bad.policy.text = "<policy/>";
  Running broken;
  broken.configure(bad);
  EXPECT_TRUE(exited(broken.status(), kExitConfiguration));
  bad = configuration();
  bad.spifs.clear();
  Running without_spif;
  without_spif.configure(bad);
  EXPECT_TRUE(exited(without_spif.status(), kExitConfiguration));
  Running garbage;
  garbage.tell(wire::Configure{"garbage"});
  EXPECT_TRUE(exited(garbage.status(), kExitConfiguration));
}

TEST(FilterProcess, ReadsPeerPoliciesFromItsConfiguration) {
  wire::FilterConfiguration with = configuration();
  with.policy.text = test::translating_policy();
  Running without;
  without.configure(with);
  EXPECT_TRUE(exited(without.status(), kExitConfiguration));
  with.spifs.push_back({"own.xml", test::kOwnSpif});
  Running filter;
  make_ready(filter, with);
  filter.offers().send(context());
  filter.offers().send(wire::Offer{1, 1, chat("x")});
  filter.offers().flush();
  const auto judgement = filter.expect<wire::Judgement>(filter.judgements());
  EXPECT_EQ(judgement.finding.reason, "allowed");
  EXPECT_NE(judgement.bytes.find("OWN GREEN"), std::string::npos) << judgement.bytes;
}

TEST(FilterProcess, ReadsClearanceFilesFromItsConfiguration) {
  const std::string listed =
      "<clearance><classifications from=\"UNCLASSIFIED\" to=\"SECRET\"/></clearance>";
  wire::FilterConfiguration with = configuration();
  with.policy.text.replace(with.policy.text.find(listed), listed.size(),
                           "<clearance file=\"ann.xml\"/>");
  Running without;
  without.configure(with);
  EXPECT_TRUE(exited(without.status(), kExitConfiguration));
  const auto reason_for = [&](const std::string& classification) {
    with.clearances = {{"ann.xml",
                        "<clearance xmlns='urn:xmpp-guard:label:1' policy='TEST'>"
                        "<classification name='" +
                            classification + "'/></clearance>"}};
    Running filter;
    make_ready(filter, with);
    filter.offers().send(context());
    filter.offers().send(wire::Offer{1, 1, chat("one")});
    filter.offers().flush();
    return filter.expect<wire::Judgement>(filter.judgements()).finding.reason;
  };
  EXPECT_EQ(reason_for("UNCLASSIFIED"), "allowed");
  EXPECT_EQ(reason_for("SECRET"), "sender-clearance");
}

TEST(FilterProcess, EndsWhereTheContractIsBroken) {
  {
    Running filter;  // a message that no edge sends
    make_ready(filter);
    filter.offers().send(wire::Ended{1});
    filter.offers().flush();
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
  {
    Running filter;  // an edge that speaks for a peer of the other side
    make_ready(filter);
    filter.offers().send(context(2));
    filter.offers().flush();
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
  {
    Running filter;  // an edge that offers in a lane of the other side
    make_ready(filter);
    filter.offers().send(wire::Offer{1, 1, chat("one"), Lane::kLowToHigh});
    filter.offers().flush();
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
  {
    Running filter;  // bytes that are no message
    make_ready(filter);
    ASSERT_EQ(::write(filter.offers().fd(), "\0\0\0\x01\xff", 5), 5);
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
  {
    Running filter;  // configured twice
    make_ready(filter);
    filter.configure(configuration());
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
  {
    Running filter;  // ends before the configuration
    filter.join_offers();
    EXPECT_TRUE(exited(filter.status(), kExitForbidden));
  }
}

TEST(FilterProcess, AnswersPingsWhileTheRecorderTakesNothing) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  const std::string stanza = chat(std::string(20'000, 'x'));
  std::uint64_t sent = 0;
  // Until nothing moves any more: the filter holds its bound and has stopped reading.
  while (sent < 10'000) {
    filter.offers().send(wire::Offer{++sent, 1, stanza});
    filter.offers().flush();
    pollfd wait{filter.offers().fd(), POLLOUT, 0};
    if (filter.offers().wants_write() && ::poll(&wait, 1, 2'000) == 0) break;
    filter.offers().flush();
  }
  ASSERT_LT(sent, 10'000U) << "the filter never stopped reading";
  // Offers of 20 kB become judgements of 20 kB and something.
  EXPECT_LT(sent * stanza.size(), 4 * FilterProcess::kMaxQueued);
  filter.tell(wire::Ping{5});
  EXPECT_EQ(filter.expect<wire::Pong>(filter.control()).number, 5U);
  // Then everything comes, in order.
  for (std::uint64_t ticket = 1; ticket <= sent; ++ticket) {
    ASSERT_EQ(filter.expect<wire::Judgement>(filter.judgements()).ticket, ticket);
  }
}

TEST(FilterProcess, WorksOnWithANewRecorder) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  filter.offers().send(wire::Offer{1, 1, chat("x")});
  filter.offers().flush();
  EXPECT_EQ(filter.expect<wire::Judgement>(filter.judgements()).ticket, 1U);
  filter.drop_judgements();
  filter.tell(wire::Ping{1});
  filter.expect<wire::Pong>(filter.control());
  filter.join_judgements();
  filter.tell(wire::Ping{2});
  filter.expect<wire::Pong>(filter.control());
  filter.offers().send(wire::Offer{2, 1, chat("y")});
  filter.offers().flush();
  EXPECT_EQ(filter.expect<wire::Judgement>(filter.judgements()).ticket, 2U);
}

TEST(FilterProcess, ForgetsTheStreamsOfAnEdgeThatHasGone) {
  Running filter;
  make_ready(filter);
  filter.offers().send(context());
  filter.offers().send(wire::Offer{1, 1, chat("x")});
  filter.offers().flush();
  EXPECT_EQ(filter.expect<wire::Judgement>(filter.judgements()).outcome, wire::Outcome::kForward);
  filter.drop_offers();
  filter.join_offers();
  filter.offers().send(wire::Offer{1, 1, chat("x")});
  filter.offers().flush();
  EXPECT_EQ(filter.expect<wire::Judgement>(filter.judgements()).finding.reason,
            "stream-not-authenticated");
}

TEST(FilterProcess, CrashesOnRequestInTestBuildsOnly) {
  wire::FilterConfiguration crashing = configuration();
  crashing.crash_on_request = true;
  Running filter;
  filter.configure(crashing);
  if (!can_crash_on_request()) {
    EXPECT_TRUE(exited(filter.status(), kExitConfiguration));
    return;
  }
  filter.join_offers();
  filter.join_judgements();
  filter.expect<wire::Ready>(filter.control());
  filter.offers().send(context());
  filter.offers().send(wire::Offer{1, 1, chat(std::string(kCrashRequest))});
  filter.offers().flush();
  const int status = filter.status();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGABRT);
}

TEST(FilterProcess, IsClosedInOnceItIsReady) {
  Running filter;
  make_ready(filter);
  std::ifstream file("/proc/" + std::to_string(filter.process()) + "/status");
  std::stringstream status;
  status << file.rdbuf();
  EXPECT_NE(status.str().find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_NE(status.str().find("Seccomp:\t2"), std::string::npos);
}

// Part of NO_OTHER_PATH: nothing but standard streams, control, offers and judgements.
TEST(FilterProcess, NoOtherPathItHoldsNothingButItsChannels) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may look into a process that cannot be dumped";
  Running filter;
  make_ready(filter);
  const std::string folder = "/proc/" + std::to_string(filter.process()) + "/fd";
  std::multiset<std::string> kinds;
  DIR* listing = ::opendir(folder.c_str());
  ASSERT_NE(listing, nullptr);
  while (const dirent* entry = ::readdir(listing)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || std::stoi(name) < 3) continue;
    char target[256] = {};
    ASSERT_GT(::readlink((folder + '/' + name).c_str(), target, sizeof target - 1), 0);
    kinds.insert(std::string(target).substr(0, 7));
  }
  ::closedir(listing);
  EXPECT_EQ(kinds, (std::multiset<std::string>{"socket:", "socket:", "socket:"}));
}

// Sealing needs nothing that the sandbox has taken away: the process is still there after it.
TEST(FilterProcess, SealsInTheSandbox) {
  const SignerForTest anna = SignerForTest::made("anna");
  const SignerForTest bert = SignerForTest::rsa("bert", 2048);
  wire::FilterConfiguration c = configuration();
  const auto put = [&](const std::string& before, const std::string& what) {
    c.policy.text.insert(c.policy.text.find(before), what);
  };
  put("name=\"test\"", "content=\"all\" ");
  put("<label ", "<officers><officer file=\"a.pem\"/><officer file=\"b.pem\"/></officers>");
  c.officers = {{"a.pem", anna.certificate}, {"b.pem", bert.certificate}};
  Running filter;
  make_ready(filter, c);
  filter.offers().send(context());
  for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
    filter.offers().send(wire::Offer{ticket, 1, chat("for the officers")});
    filter.offers().flush();
    const auto judgement = filter.expect<wire::Judgement>(filter.judgements());
    EXPECT_EQ(judgement.outcome, wire::Outcome::kForward);
    for (const SignerForTest* officer : {&anna, &bert}) {
      EXPECT_EQ(open_envelope(judgement.sealed_content, officer->key, "").value_or("closed"),
                chat("for the officers"));
    }
  }
}

TEST(FilterProcess, AnOfficerWhoCannotBeReadEndsIt) {
  wire::FilterConfiguration c = configuration();
  c.policy.text.insert(c.policy.text.find("name=\"test\""), "content=\"all\" ");
  c.policy.text.insert(c.policy.text.find("<label "),
                       "<officers><officer file=\"a.pem\"/></officers>");
  Running filter;
  filter.configure(c);
  EXPECT_TRUE(exited(filter.status(), kExitConfiguration));
}

}  // namespace
}  // namespace guard::filter
