// What a policy file, or a file of its own, says of invariants.
#include "policy/loader_peer_bed.h"

namespace policy::test {
namespace {

std::string with_invariant(const std::string& invariant) {
  return complaint(20, "</direction><invariants>" + invariant + "</invariants></policy>");
}

TEST(InvariantLoader, WhatHoldsIsLoadedAndWhatDoesNotIsRefused) {
  EXPECT_EQ(with_invariant("<nothing-above id='i' reason='r' classification='SECRET' "
                           "to-side='low'/>"),
            "");
  EXPECT_EQ(with_invariant("<nothing-above id='i' reason='r' classification='UNCLASSIFIED' "
                           "to-groups='allies'/>"),
            "p.xml:20:108: invariant \"i\" does not hold: message of type chat from "
            "ann@h.example/desk (h) to somebody@l.example/desk (l) labelled EXAMPLE RESTRICTED is "
            "allowed by rule \"a\", expected a policy under which it holds");
  EXPECT_EQ(with_invariant("<nothing-above id='i' reason='r' classification='UNCLASSIFIED' "
                           "to-peers='m'/>"),
            "");
  EXPECT_EQ(with_invariant("<only-labelled id='i' reason='r' from='high' to='low' "
                           "classes='message signal'/>"
                           "<only-iq id='j' reason='r' from='high' to='low'/>"
                           "<only-iq id='l' reason='r' from='low' to='low'/>"
                           "<nothing-reaches id='k' reason='r' from-side='low' "
                           "domain='h.example' match='subdomains'/>"),
            "");
}

TEST(InvariantLoader, Complaints) {
  EXPECT_EQ(
      with_invariant("<nothing-above id='i' reason='r' classification='NONE' to-side='low'/>"),
      "p.xml:20:95: invariant \"i\" names a classification \"NONE\" that the security "
      "policy does not have");
  EXPECT_EQ(with_invariant("<nothing-above id='i' reason='r' classification='SECRET'/>"),
            "p.xml:20:83: invariant \"i\" is about no peer");
  EXPECT_EQ(with_invariant("<nothing-above id='i' reason='r' classification='SECRET' "
                           "to-peers='x'/>"),
            "p.xml:20:96: no peer is called \"x\", expected one of: h, l, m");
  EXPECT_NE(with_invariant("<nothing-above id='i' classification='SECRET' to-side='low'/>"), "");
  EXPECT_NE(with_invariant("<nothing id='i' reason='r'/>"), "");
}

TEST(InvariantLoader, AFileOfItsOwn) {
  const auto policy = with(0, "");
  ASSERT_TRUE(policy);
  const schemas::XercesPlatform platform;
  const auto read = [&](const std::string& text) {
    return load_invariants(*policy, {.name = "i.xml", .text = text});
  };
  const std::string head = "<invariants xmlns='urn:xmpp-guard:policy:1'>";
  const auto good = read(head +
                         "<only-iq id='i' reason='r' from='high' to='low'><payload "
                         "namespace='urn:xmpp:ping'/></only-iq></invariants>");
  ASSERT_TRUE(good) << good.error().front().to_string();
  ASSERT_EQ(good->size(), 1U);
  const auto bad = read(head +
                        "<nothing-above id='i' reason='r' classification='SECRET' "
                        "to-peers='x'/></invariants>");
  ASSERT_FALSE(bad);
  EXPECT_TRUE(bad.error().front().to_string().starts_with("i.xml:1:"));
  EXPECT_FALSE(
      read("<policy name='t' xmlns='urn:xmpp-guard:policy:1'>"
           "<security-policy file='spif.xml'/></policy>"));
  EXPECT_FALSE(read("x"));
  EXPECT_FALSE(load({.name = "p.xml",
                     .text = head + "<only-iq id='i' reason='r' from='high' "
                                    "to='low'/></invariants>"},
                    example_spif));
}

}  // namespace
}  // namespace policy::test
