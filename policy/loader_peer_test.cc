// What a policy file says of peers: groups, dates, clearances of domains, addresses.
#include <gtest/gtest.h>

#include "policy/decide.h"
#include "policy/loader_peer_bed.h"
#include "policy/test_policy.h"
#include "policy/words.h"

namespace policy::test {
namespace {

// Hops are counted with a guard, so it has to be one: dialback proves less than a certificate.
TEST(PeerLoader, AGuardIsOneThatACertificateProves) {
  const auto peer = [](const std::string& connection) {
    return "<peer name='m' side='low'><connection " + connection + " tls='1.3'/></peer>";
  };
  const auto is_guard = [&](const std::string& connection) {
    const auto loaded = with(13, peer(connection));
    EXPECT_TRUE(loaded) << connection;
    return loaded && loaded->peers()[2].connection.guard;
  };
  EXPECT_TRUE(is_guard("authentication='external' guard='yes'"));
  EXPECT_FALSE(is_guard("authentication='external' guard='no'"));
  EXPECT_FALSE(is_guard("authentication='external'"));
  for (const char* weaker : {"dialback", "either"}) {
    const std::string connection = "authentication='" + std::string(weaker) + "' guard='yes'";
    EXPECT_NE(complaint(13, peer(connection)).find("a guard that may prove its name by dialback"),
              std::string::npos)
        << weaker;
    EXPECT_FALSE(is_guard("authentication='" + std::string(weaker) + "' guard='no'"));
  }
  EXPECT_NE(complaint(13, peer("authentication='external' guard='maybe'")), "");
}

// How many streams a peer has: the default, what is said, and what a peer has no proof for.
TEST(PeerLoader, StreamUse) {
  struct Use {
    const char* connection;
    StreamUse streams;
    const char* shown;  // of the peer; nothing for own streams
  };
  const auto peer = [](const std::string& connection) {
    return "<peer name='m' side='low'><connection " + connection + " tls='1.3'/></peer>";
  };
  const std::string both = ", pairs of domains share streams that go both ways";
  for (const Use& use :
       {Use{"authentication='external'", StreamUse::kOwn, ""},
        Use{"authentication='external' streams='own'", StreamUse::kOwn, ""},
        Use{"authentication='external' streams='shared'", StreamUse::kShared,
            ", pairs of domains share streams\n"},
        Use{"authentication='external' streams='both-ways'", StreamUse::kBothWays, both.c_str()},
        Use{"authentication='either' streams='both-ways'", StreamUse::kBothWays, both.c_str()},
        Use{"authentication='dialback'", StreamUse::kOwn, ""},
        Use{"authentication='dialback' streams='shared'", StreamUse::kShared,
            ", pairs of domains share streams\n"},
        Use{"authentication='external' guard='yes'", StreamUse::kBothWays, both.c_str()},
        Use{"authentication='external' guard='no'", StreamUse::kOwn, ""},
        Use{"authentication='external' guard='yes' streams='shared'", StreamUse::kShared,
            ", pairs of domains share streams, is a guard"},
        Use{"authentication='external' guard='yes' streams='own'", StreamUse::kOwn, ""}}) {
    const auto loaded = with(13, peer(use.connection));
    ASSERT_TRUE(loaded) << use.connection << loaded.error().front().to_string();
    EXPECT_EQ(loaded->peers()[2].connection.streams, use.streams) << use.connection;
    const std::string text = show(*loaded);
    EXPECT_NE(text.find(use.shown), std::string::npos) << use.connection << text;
    EXPECT_EQ(text.find("share streams") == std::string::npos, use.streams == StreamUse::kOwn);
  }
  EXPECT_EQ(complaint(13, peer("authentication='dialback' streams='both-ways'")),
            "p.xml:13:96: streams that go both ways, for a peer that proves its name by dialback, "
            "expected authentication=\"external\" or \"either\", or else streams=\"shared\"");
  for (const char* word : {"", "yes", "both", "Shared", "both-ways "}) {
    EXPECT_NE(complaint(13, peer("authentication='external' streams='" + std::string(word) + "'")),
              "")
        << word;
  }
}

TEST(PeerLoader, GoodPolicy) {
  const auto loaded = with(0, "");
  ASSERT_TRUE(loaded) << loaded.error().front().to_string();
  const Peer& high = loaded->peers()[0];
  ASSERT_TRUE(high.active && high.active->from && high.active->until);
  EXPECT_EQ(guard::to_iso8601(*high.active->until), "2027-01-01T12:00:00.000000Z");
  ASSERT_EQ(high.blocked.size(), 1U);
  EXPECT_EQ(high.blocked[0].reason, "a move");
  EXPECT_EQ(high.labels, Labels::kKeep);
  const Peer& low = loaded->peers()[1];
  EXPECT_EQ(low.labels, Labels::kStrip);
  ASSERT_EQ(low.domains.size(), 3U);
  EXPECT_FALSE(low.domains[0].receive);
  EXPECT_TRUE(low.domains[1].receive && !low.domains[1].send);
  EXPECT_TRUE(low.domains[2].receive && low.domains[2].send);

  ASSERT_EQ(loaded->content().groups.size(), 2U);
  EXPECT_EQ(loaded->content().groups[0].side, guard::Side::kLow);
  EXPECT_EQ(loaded->content().groups[0].peers, (std::vector<guard::PeerIndex>{1, 2}));
  const auto& rules = loaded->content().direction(kHighToLow).rules;
  EXPECT_EQ(rules[0].to_peers, (std::vector<guard::PeerIndex>{1, 2}));
  EXPECT_EQ(rules[0].to_groups, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(rules[0].from_peers, (std::vector<guard::PeerIndex>{0}));
  EXPECT_EQ(rules[0].from.users, (std::vector<std::string>{"ann", "cleo"}));
  EXPECT_EQ(rules[0].from.resource, Resource::kAny);
  EXPECT_EQ(rules[0].to.resource, Resource::kSome);
  EXPECT_EQ(rules[1].to_peers, (std::vector<guard::PeerIndex>{1, 2}));  // named twice over
}

TEST(PeerLoader, WhatIsReadIsEnforced) {
  const auto loaded = with(0, "");
  ASSERT_TRUE(loaded);
  StanzaFacts facts = chat(kHighToLow, label("RESTRICTED"));
  facts.from.domain = "h.example";
  facts.to.domain = "l.example";
  facts.at = *guard::from_iso8601("2026-02-01");
  EXPECT_TRUE(decide(*loaded, facts).allowed());
  EXPECT_TRUE(decide(*loaded, facts).strip_label);
  facts.to.domain = "x.leaf.example";
  EXPECT_EQ(decide(*loaded, facts).reason, Reason::kReceiverClearance);
  facts.to.domain = "l.example";
  facts.at = *guard::from_iso8601("2026-03-01T08:00:00Z");
  EXPECT_EQ(decide(*loaded, facts).reason, Reason::kPeerBlocked);
  facts.at = *guard::from_iso8601("2027-01-01T12:00:00Z");
  EXPECT_EQ(decide(*loaded, facts).reason, Reason::kPeerInactive);
}

// The pair's SPIF, and that of the star's bravo, which knows it.
std::expected<Policy, std::vector<guard::FileError>> with_own_policy(const std::string& policies,
                                                                     const std::string& actions) {
  std::string text;
  for (const std::string& line : kGoodPeers) text += line + "\n";
  text.replace(text.find("<peer name='h'"), 0, policies);
  text.replace(text.find(" labels='strip'"), 15, actions);
  const schemas::XercesPlatform platform;
  return load({.name = "p.xml", .text = text},
              [](std::string_view name) -> std::expected<NamedText, std::string> {
                if (name == "spif.xml") return example_spif(name);
                if (name != "bravo.xml") return std::unexpected(std::string("no such file"));
                return NamedText{.name = "bravo.xml",
                                 .text = contents(kPair + "../star/bravo.xml")};
              });
}

TEST(PeerLoader, LabelActions) {
  const std::string own = "<peer-policy name='own' file='bravo.xml'/>";
  struct Action {
    const char* words;
    Labels labels;
    bool own;
  };
  for (const auto& [words, labels, has_own] :
       {Action{"", Labels::kKeep, false}, Action{" labels='keep'", Labels::kKeep, false},
        Action{" labels='strip'", Labels::kStrip, false},
        Action{" label-policy='own'", Labels::kKeep, true},
        Action{" label-policy='own' labels='translate'", Labels::kTranslate, true},
        Action{" label-policy='own' labels='strip'", Labels::kStrip, true}}) {
    const auto loaded = with_own_policy(own, words);
    ASSERT_TRUE(loaded) << loaded.error().front().to_string();
    const Peer& low = loaded->peers()[1];
    EXPECT_EQ(low.labels, labels) << words;
    EXPECT_EQ(low.label_policy.has_value(), has_own) << words;
    ASSERT_EQ(loaded->content().peer_policies.size(), 1U);
    EXPECT_EQ(loaded->content().peer_policies[0].file, "bravo.xml");
    EXPECT_EQ(loaded->own_policy(1) != nullptr, has_own);
    EXPECT_EQ(loaded->own_policy(0), nullptr);
  }
}

TEST(PeerLoader, ComplaintsOfLabelActions) {
  const std::string own = "<peer-policy name='own' file='bravo.xml'/>";
  const auto complaint = [](const std::string& policies, const std::string& actions) {
    const auto loaded = with_own_policy(policies, actions);
    return loaded ? std::string() : loaded.error().front().to_string();
  };
  EXPECT_EQ(complaint(own, " labels='translate'"),
            "p.xml:7:46: labels for \"l\" are to be translated, and it has no label-policy, "
            "expected label-policy, with the name of a peer-policy");
  EXPECT_EQ(complaint(own, " labels='translate' label-policy='other'"),
            "p.xml:7:67: peer \"l\" labels under a peer policy \"other\" that is not declared, "
            "expected one of: own");
  EXPECT_EQ(complaint("<peer-policy name='own' file='none.xml'/>", ""),
            "p.xml:3:42: security policy \"none.xml\" cannot be read: no such file, expected a "
            "readable Open XML SPIF, by a path relative to this file");
  EXPECT_EQ(complaint("<peer-policy name='own' file='spif.xml'/>", ""),
            "p.xml:3:42: peer policy \"own\" (EXAMPLE, 2.999.1) has the identifier or the name of "
            "EXAMPLE (2.999.1), expected a security policy of its own");
  EXPECT_EQ(complaint(own + "<peer-policy name='own' file='bravo.xml'/>", ""),
            "p.xml:3:85: peer policy \"own\" is declared twice (line 3), expected a name that is "
            "used once");
  EXPECT_NE(complaint(own, " labels='drop'").find("labels"), std::string::npos);
  // Sixteen of them at most: the schema says so before any file is asked for.
  std::string many;
  for (int i = 0; i < 17; ++i) many += "<peer-policy name='n" + std::to_string(i) + "' file='x'/>";
  EXPECT_EQ(complaint(many, "").find("cannot be read"), std::string::npos);
  EXPECT_NE(complaint(many, ""), "");
}

TEST(PeerLoader, TheDigestCoversPeerPolicies) {
  const std::string own = "<peer-policy name='own' file='bravo.xml'/>";
  const auto loaded = with_own_policy(own, "");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->content().peer_policies[0].digest,
            guard::Sha256().digest(guard::as_bytes(contents(kPair + "../star/bravo.xml"))));
}

TEST(PeerLoader, Complaints) {
  EXPECT_EQ(complaint(14, "<group name='allies' peers='m l x'/>"),
            "p.xml:14:37: group \"allies\" names a peer \"x\" that is not declared, expected one "
            "of: h, l, m");
  EXPECT_EQ(complaint(14, "<group name='allies' peers='m h'/>"),
            "p.xml:14:35: group \"allies\" has peers of both sides: \"m\" is on the low side, "
            "expected peers of one side");
  EXPECT_EQ(complaint(14, "<group name='allies' peers='m m'/>"),
            "p.xml:14:35: group \"allies\" names a peer twice, expected each peer once");
  EXPECT_EQ(complaint(15, "<group name='staff' peers='h'/><group name='staff' peers='h'/>"),
            "p.xml:15:63: group \"staff\" is declared twice (line 15), expected a name that is "
            "used once");
  EXPECT_EQ(complaint(19, "<allow id='b' reason='r' to-groups='alliens'><error/></allow>"),
            "p.xml:19:46: rule \"b\" names a group \"alliens\" in to-groups that is not declared, "
            "expected one of: allies, staff");
  EXPECT_TRUE(complaint(19, "<allow id='b' reason='r' to-groups='staff'><error/></allow>")
                  .starts_with("p.xml:19:44: rule \"b\" has peer \"h\" in to-peers"));
  EXPECT_EQ(complaint(19, "<allow id='b' reason='r' from-users='Ann'><error/></allow>"),
            "p.xml:19:43: rule \"b\" has \"Ann\" in from-users, which is not the local part of an "
            "address in normal form, expected \"ann\"");
  EXPECT_EQ(complaint(19, "<allow id='b' reason='r' to-users='a@b'><error/></allow>"),
            "p.xml:19:41: rule \"b\" has \"a@b\" in to-users, which is not the local part of an "
            "address in normal form, expected what stands before the '@'");
  EXPECT_EQ(complaint(19, "<allow id='b' reason='r' to-users='ann ann'><error/></allow>"),
            "p.xml:19:45: rule \"b\" names a user twice in to-users, expected each user once");
  EXPECT_EQ(complaint(3, "<peer name='h' side='high'><active from='2026-13-01'/>"),
            "p.xml:3:55: from is 2026-13-01, expected a date or time after 1970-01-01, such as "
            "2026-01-31 or 2026-01-31T12:00:00Z");
  EXPECT_EQ(
      complaint(3, "<peer name='h' side='high'><active from='2026-01-02' until='2026-01-02'/>"),
      "p.xml:3:74: a period that ends before it begins, expected from earlier than until");
  EXPECT_EQ(complaint(4, "<blocked reason=' '/>"),
            "p.xml:4:22: peer \"h\" is blocked without a reason text, expected why, in words");
  EXPECT_EQ(complaint(9,
                      "<clearance><classification name='UNCLASSIFIED'/></clearance><clearance "
                      "for='send'><classification name='UNCLASSIFIED'/></clearance></domain>"),
            "p.xml:9:83: domain \"leaf.example\" has this clearance twice, expected one clearance "
            "for both, or one with for=\"send\" and one with for=\"receive\"");
}

// The limits of one peer, and their bounds: the last that is taken and the first that is not.
TEST(PeerLoader, Limits) {
  const auto limits = [](const std::string& text) {
    return with(13,
                "<peer name='m' side='low'><connection authentication='external' tls='1.2'/>"
                "<limits " +
                    text + "/></peer>");
  };
  const auto taken = [&](const std::string& text) {
    const auto loaded = limits(text);
    EXPECT_TRUE(loaded) << text << ": " << loaded.error().front().to_string();
    return loaded ? loaded->peers()[2].limits : PeerLimits{};
  };
  const auto refused = [&](const std::string& text) {
    const auto loaded = limits(text);
    return loaded ? ""
                  : loaded.error().front().what + ", expected " + loaded.error().front().expected;
  };
  EXPECT_EQ(taken("stanza-bytes='10000'"), (PeerLimits{.stanza_bytes = 10'000}));
  EXPECT_EQ(refused("stanza-bytes='9999'"), "stanza-bytes is 9999, expected 10000 to 262144");
  EXPECT_EQ(taken("stanza-bytes='262144'").stanza_bytes, 262'144U);  // the policy's own
  EXPECT_EQ(refused("stanza-bytes='262145'"), "stanza-bytes is 262145, expected 10000 to 262144");
  EXPECT_EQ(taken("stanzas-per-second='1'").stanzas, (Rate{.per_second = 1, .burst = 1}));
  EXPECT_EQ(taken("stanzas-per-second='100000' burst='100000'").stanzas,
            (Rate{.per_second = 100'000, .burst = 100'000}));
  EXPECT_EQ(refused("stanzas-per-second='100001'"),
            "stanzas-per-second is 100001, expected 1 to 100000");
  EXPECT_EQ(taken("stanzas-per-second='50'").stanzas, (Rate{.per_second = 50, .burst = 50}));
  EXPECT_EQ(taken("stanzas-per-second='41' burst='3'").stanzas,
            (Rate{.per_second = 41, .burst = 3}));
  EXPECT_EQ(refused("stanzas-per-second='41' burst='2'"), "burst is 2, expected 3 to 100000");
  EXPECT_EQ(refused("stanzas-per-second='1' burst='100001'"),
            "burst is 100001, expected 1 to 100000");
  EXPECT_EQ(refused("burst='5'"), "burst without a rate, expected stanzas-per-second");
  EXPECT_EQ(taken("octets-per-second='1000'").octets, (Rate{.per_second = 1'000, .burst = 1'000}));
  EXPECT_EQ(refused("octets-per-second='999'"),
            "octets-per-second is 999, expected 1000 to 1000000000");
  EXPECT_EQ(taken("octets-per-second='1000000000' octets-burst='50000000'").octets,
            (Rate{.per_second = 1'000'000'000, .burst = 50'000'000}));
  EXPECT_EQ(refused("octets-per-second='1000000000' octets-burst='49999999'"),
            "octets-burst is 49999999, expected 50000000 to 1000000000");
  EXPECT_EQ(refused("octets-per-second='1000000001'"),
            "octets-per-second is 1000000001, expected 1000 to 1000000000");
  EXPECT_EQ(refused("octets-per-second='1000' octets-burst='999'"),
            "octets-burst is 999, expected 1000 to 1000000000");
  EXPECT_EQ(refused("octets-burst='5000'"),
            "octets-burst without a rate, expected octets-per-second");
  const PeerLimits all = taken("stanzas-per-second='50' octets-per-second='2000'");
  EXPECT_TRUE(all.stanzas && all.octets);
  EXPECT_EQ(refused(""),
            "limits that limit nothing, expected stanza-bytes, stanzas-per-second or "
            "octets-per-second");
  EXPECT_FALSE(limits("stanzas-per-second='0'"));
  EXPECT_FALSE(limits("stanzas-per-second='-1'"));
}

TEST(PeerLoader, TheCertificateNarrowsWhatAPeerSends) {
  const std::string some = "<classification name='UNCLASSIFIED'/></clearance>";
  const auto peer = [&](const std::string& authentication, const std::string& clearance) {
    return with(13,
                "<peer name='m' side='low'><domain name='m.example'/><connection "
                "authentication='" +
                    authentication + "' tls='1.2'/>" + clearance + some + "</peer>");
  };
  const auto refused = [&](const std::string& authentication, const std::string& clearance) {
    const auto loaded = peer(authentication, clearance);
    return loaded ? "" : loaded.error().front().what;
  };
  const std::string good = "<clearance for='send' certificate='yes'>";
  for (const char* authentication : {"external", "either"}) {
    const auto loaded = peer(authentication, good);
    ASSERT_TRUE(loaded) << loaded.error().front().to_string();
    EXPECT_TRUE(loaded->peers()[2].connection.certificate_clearance);
    EXPECT_FALSE(loaded->peers()[1].connection.certificate_clearance);
    EXPECT_NE(show(*loaded).find("no more than the clearance in the certificate"),
              std::string::npos);
  }
  EXPECT_TRUE(peer("dialback", "<clearance for='send' certificate='no'>"));
  EXPECT_EQ(refused("dialback", good),
            "the certificate of a peer that proves its name by dialback does not count");
  // Of what it receives the pinned certificates say it: pinned_certificate_test.cc.
  for (const char* wide :
       {"<clearance certificate='yes'>", "<clearance for='receive' certificate='yes'>",
        "<clearance for='both' certificate='yes'>"}) {
    EXPECT_EQ(refused("external", wide),
              "what the certificate of peer \"m\" lets it receive cannot be known: none is pinned");
  }
  EXPECT_EQ(complaint(9,
                      "<clearance for='receive' certificate='yes'><classification "
                      "name='UNCLASSIFIED'/></clearance></domain>"),
            "p.xml:9:44: domain \"leaf.example\" has no certificate of its own, expected "
            "certificate=\"yes\" at the peer's clearance");
}

TEST(PeerLoader, WhatTheSchemaRefuses) {
  const std::pair<std::size_t, const char*> cases[] = {
      {4, "<blocked from='2026-03-01'/>"},
      {7, "<peer name='l' side='low' labels='lose'><domain name='l.example'/>"},
      {14, "<group name='allies' peers=''/>"},
      {14, "<group peers='m l'/>"},
      {19, "<allow id='b' reason='r' to-users=''><error/></allow>"},
      {19, "<allow id='b' reason='r' to-resource='all'><error/></allow>"},
  };
  for (const auto& [line, changed] : cases) EXPECT_NE(complaint(line, changed), "") << changed;
}

}  // namespace
}  // namespace policy::test
