#include "guard/xmpp/to_domain.h"

#include <gtest/gtest.h>

namespace guard::xmpp {
namespace {

std::string read(std::string_view stanza) { return to_domain(stanza).value_or("(none)"); }

TEST(ToDomain, ReadsTheDomainWhereverItStands) {
  EXPECT_EQ(read("<message to='b.lab'/>"), "b.lab");
  EXPECT_EQ(read("<message from='a@a.lab/x' to=\"bob@b.lab/to='c.lab'\" id='1'>x</message>"),
            "b.lab");
  EXPECT_EQ(read("<iq\n id = '1'\tto\r\n=\n'B.Lab' ><q/></iq>"), "b.lab");
  EXPECT_EQ(read("<presence to='b.lab/a@c.lab'/>"), "b.lab");
}

TEST(ToDomain, ResolvesReferences) {
  EXPECT_EQ(read("<message to='bob@b&#46;l&#x61;b/&apos;'/>"), "b.lab");
  EXPECT_EQ(read("<message to='bob&#64;b.lab'/>"), "b.lab");
  EXPECT_EQ(read("<message to='b.lab&#47;x&amp;y'/>"), "b.lab");
  EXPECT_EQ(read("<message to='b&#xfc;cher.lab'/>"),
            "b\xC3\xBC"
            "cher.lab");
}

TEST(ToDomain, TakesNoOtherAttributeAndNoOtherElement) {
  for (const char* stanza :
       {"<message/>", "<message></message>", "<message x:to='b.lab' too='b.lab'/>",
        "<message id=\"to='b.lab'\"/>", "<message id='1'><x to='b.lab'/></message>",
        "<message id='>' xto='b.lab'/>"}) {
    EXPECT_EQ(read(stanza), "(none)") << stanza;
  }
}

TEST(ToDomain, WhatIsNoDomainIsNone) {
  for (const char* to : {"", "@", "bob@", "bob@/x", "b lab", "b.lab.", "&lt;b.lab", "b&#10;.lab"}) {
    EXPECT_EQ(read("<message to='" + std::string(to) + "'/>"), "(none)") << to;
  }
}

}  // namespace
}  // namespace guard::xmpp
