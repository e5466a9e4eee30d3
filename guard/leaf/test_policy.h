// test_policy: the policy of this folder's tests: two servers on the high side, three on the low
// one, of which nobody may see the last.
#pragma once

#include <string>

#include "guard/base/check.h"
#include "policy/test_files.h"

namespace guard::leaf {

inline std::string rule_for_test(const std::string& id, const std::string& peers) {
  return "<allow id='" + id + "' reason='for a test' " + peers +
         "><iq types='get' namespace='urn:xmpp:ping' implied-label='open'/></allow>";
}

// direction is one with a single rule.
inline std::string direction(const std::string& from, const std::string& to, const std::string& id,
                             const std::string& peers) {
  return "<direction from='" + from + "' to='" + to + "'>" + rule_for_test(id, peers) +
         "</direction>";
}

// `more` are further directions.
inline policy::Policy test_policy(const std::string& more = "") {
  const auto peer = [](const std::string& name, const std::string& side,
                       const std::string& domains) {
    return "<peer name='" + name + "' side='" + side + "'>" + domains +
           "<connection authentication='external' tls='1.2'/><clearance><classification "
           "name='UNCLASSIFIED'/></clearance></peer>";
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
      "<direction from='high' to='low'>" + rule_for_test("to-one", "to-peers='one'") +
      rule_for_test("to-two", "from-peers='hq' to-peers='two'") + "</direction>" + more +
      "</policy>");
  for (const auto& error : made ? std::vector<FileError>() : made.error()) {
    ADD_FAILURE() << error.to_string();
  }
  CHECK(made);
  return *made;
}

}  // namespace guard::leaf
