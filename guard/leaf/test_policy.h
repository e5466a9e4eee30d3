// test_policy: the policy of this folder's tests: two servers on the high side, three on the low
// one, of which nobody may see the last.
#pragma once

#include <string>

#include "guard/base/check.h"
#include "policy/test_files.h"

namespace guard::leaf {

inline policy::Policy test_policy() {
  const auto peer = [](const std::string& name, const std::string& side,
                       const std::string& domains) {
    return "<peer name='" + name + "' side='" + side + "'>" + domains +
           "<connection authentication='external' tls='1.2'/><clearance><classification "
           "name='UNCLASSIFIED'/></clearance></peer>";
  };
  const auto rule = [](const std::string& id, const std::string& peers) {
    return "<allow id='" + id + "' reason='for a test' " + peers +
           "><iq types='get' namespace='urn:xmpp:ping' implied-label='open'/></allow>";
  };
  const auto made = policy::test::load_text(
      "<policy name='leaf' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
      "<label name='open' classification='UNCLASSIFIED'/>" +
      peer("hq", "high", "<domain name='high.example'/>") +
      peer("annex", "high", "<default-route/>") +
      peer("one", "low",
           "<domain name='low.example'/><domain name='rooms.low.example'/>"
           "<domain name='field.example' match='subdomains'/>") +
      peer("two", "low",
           "<domain name='b\xC3\xBC"
           "cher.example'/>") +
      peer("hidden", "low", "<domain name='hidden.example'/>") +
      "<direction from='high' to='low'>" + rule("to-one", "to-peers='one'") +
      rule("to-two", "from-peers='hq' to-peers='two'") + "</direction></policy>");
  for (const auto& error : made ? std::vector<FileError>() : made.error()) {
    ADD_FAILURE() << error.to_string();
  }
  CHECK(made);
  return *made;
}

}  // namespace guard::leaf
