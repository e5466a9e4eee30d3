// TestPolicy: a policy for this folder's tests and benchmark: two peers on each side, chat under
// labels, presence, pings and catalogs as UNCLASSIFIED.
//
// high.example (cleared for everything), other-high.example (UNCLASSIFIED only);
// low.example (UNCLASSIFIED and RESTRICTED), hidden.example (no rule reaches it).
#pragma once

#include <stdexcept>
#include <string>

#include "guard/base/base64.h"
#include "labels/ess.h"
#include "labels/named.h"
#include "policy/loader.h"

namespace guard::filter::test {

inline constexpr const char* kSpif = R"(<?xml version="1.0" encoding="UTF-8"?>
<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1" version="1"
      creationDate="20260101000000Z" originatorDN="CN=Test" keyIdentifier=""
      privilegeId="2.16.840.1.101.2.1.8.3" rbacId="2.16.840.1.101.2.1.8.3">
  <securityPolicyId name="TEST" id="2.999.1"/>
  <securityClassifications>
    <securityClassification name="UNCLASSIFIED" lacv="1" hierarchy="1" color="green"/>
    <securityClassification name="RESTRICTED" lacv="2" hierarchy="2" color="#4F81BD"/>
    <securityClassification name="SECRET" lacv="4" hierarchy="4" color="orange"/>
  </securityClassifications>
</SPIF>)";

// A security policy that knows TEST: GREEN is its UNCLASSIFIED, BLACK is nothing there.
inline constexpr const char* kOwnSpif = R"(<?xml version="1.0" encoding="UTF-8"?>
<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1" version="1"
      creationDate="20260101000000Z" originatorDN="CN=Own" keyIdentifier=""
      privilegeId="2.16.840.1.101.2.1.8.3" rbacId="2.16.840.1.101.2.1.8.3">
  <securityPolicyId name="OWN" id="2.999.8"/>
  <securityClassifications>
    <securityClassification name="GREEN" lacv="10" hierarchy="1" color="lime">
      <equivalentClassification policyRef="TEST" lacv="1" applied="both"/>
    </securityClassification>
    <securityClassification name="BLACK" lacv="40" hierarchy="4" color="black"/>
  </securityClassifications>
  <equivalentPolicies><equivalentPolicy name="TEST" id="2.999.1"/></equivalentPolicies>
</SPIF>)";

inline constexpr const char* kPolicy = R"(<?xml version="1.0" encoding="UTF-8"?>
<policy name="test" xmlns="urn:xmpp-guard:policy:1">
  <security-policy file="spif.xml"/>
  <label name="open" classification="UNCLASSIFIED"/>
  <peer name="high" side="high">
    <domain name="high.example"/>
    <connection authentication="external" tls="1.2"/>
    <clearance><classifications from="UNCLASSIFIED" to="SECRET"/></clearance>
  </peer>
  <peer name="other-high" side="high">
    <domain name="other-high.example"/>
    <connection authentication="external" tls="1.2"/>
    <clearance><classification name="UNCLASSIFIED"/></clearance>
  </peer>
  <peer name="low" side="low">
    <domain name="low.example"/>
    <connection authentication="external" tls="1.2"/>
    <clearance>
      <classification name="UNCLASSIFIED"/>
      <classification name="RESTRICTED"/>
    </clearance>
  </peer>
  <peer name="hidden" side="low">
    <domain name="hidden.example"/>
    <connection authentication="external" tls="1.2"/>
    <clearance><classification name="UNCLASSIFIED"/></clearance>
  </peer>
  <direction from="high" to="low">
    <allow id="down-chat" reason="test" to-peers="low">
      <message types="chat normal groupchat headline" parts="body subject thread" others="strip">
        <extension namespace="urn:xmpp:receipts"/>
        <extension namespace="urn:xmpp:sid:0" element="origin-id"/>
      </message>
    </allow>
    <allow id="down-signals" reason="test" to-peers="low">
      <signal types="chat" implied-label="open">
        <extension namespace="http://jabber.org/protocol/chatstates"/>
      </signal>
    </allow>
    <allow id="down-presence" reason="test" to-peers="low">
      <presence types="available unavailable" implied-label="open" parts="show" others="strip"/>
    </allow>
    <allow id="down-ping" reason="test" to-peers="low">
      <iq types="get" namespace="urn:xmpp:ping" element="ping" implied-label="open"/>
    </allow>
    <allow id="down-catalog" reason="test" to-peers="low">
      <iq types="get" namespace="urn:xmpp:sec-label:catalog:2" element="catalog"
          implied-label="open"/>
    </allow>
    <allow id="down-error" reason="test" to-peers="low"><error/></allow>
  </direction>
  <direction from="low" to="high">
    <allow id="up-chat" reason="test" from-peers="low">
      <message types="chat" parts="body" others="refuse"/>
    </allow>
    <allow id="up-disco" reason="test" from-peers="low">
      <iq types="get" namespace="http://jabber.org/protocol/disco#info" element="query"
          implied-label="open"/>
    </allow>
  </direction>
</policy>)";

// open_policy allows everything that the language can: high.example to low.example and back, every
// class, part and extension, all cleared for everything. What does not cross under it never does.
inline std::string open_policy() {
  const auto peer = [](const std::string& name) {
    return "<peer name='" + name + "' side='" + name + "'><domain name='" + name +
           ".example'/><connection authentication='external' tls='1.2'/><clearance>"
           "<classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>";
  };
  std::string extensions;
  for (const char* ns : {"http://jabber.org/protocol/chatstates", "http://jabber.org/protocol/muc",
                         "http://jabber.org/protocol/muc#user", "urn:xmpp:delay",
                         "urn:xmpp:receipts", "urn:xmpp:sid:0", "jabber:server"}) {
    extensions += "<extension namespace='" + std::string(ns) + "'/>";
  }
  const auto direction = [&](const std::string& from, const std::string& to) {
    std::string rules = "<direction from='" + from + "' to='" + to + "'>";
    const auto allow = [&](const std::string& id, const std::string& what) {
      rules.append("<allow id='").append(from).append("-").append(id);
      rules.append("' reason='test'>").append(what).append("</allow>");
    };
    allow("message",
          "<message types='normal chat groupchat headline' parts='body subject thread' "
          "others='strip'>" +
              extensions + "</message>");
    allow("signal",
          "<signal types='normal chat groupchat headline' parts='thread' implied-label='open' "
          "others='strip'>" +
              extensions + "</signal>");
    allow("subject", "<subject-change implied-label='open' others='strip'>" + extensions +
                         "</subject-change>");
    allow("presence",
          "<presence types='available unavailable subscribe subscribed unsubscribe unsubscribed "
          "probe' parts='show status priority' implied-label='open' others='strip'>" +
              extensions + "</presence>");
    int number = 0;
    for (const char* ns :
         {"urn:xmpp:ping", "http://jabber.org/protocol/disco#info",
          "http://jabber.org/protocol/disco#items", "urn:xmpp:sec-label:catalog:2"}) {
      allow("iq" + std::to_string(++number),
            "<iq types='get set' namespace='" + std::string(ns) + "' implied-label='open'/>");
    }
    allow("error", "<error/>");
    return rules + "</direction>";
  };
  return "<policy name='open' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
         "<label name='open' classification='UNCLASSIFIED'/>" +
         peer("high") + peer("low") + direction("high", "low") + direction("low", "high") +
         "</policy>";
}

// translating_policy is kPolicy where low and high label under OWN, and low wants labels of it.
inline std::string translating_policy() {
  std::string text(kPolicy);
  const auto put = [&](const std::string& before, const std::string& words) {
    text.insert(text.find(before), words);
  };
  put("<label name", "<peer-policy name='own' file='own.xml'/>");
  put("side=\"high\"", "label-policy='own' ");
  put("side=\"low\"", "label-policy='own' labels='translate' ");
  return text;
}

// load reads a policy under kSpif; throws what is wrong with it. REQUIRES: a XercesPlatform lives.
inline policy::Policy load(const std::string& text = kPolicy) {
  auto loaded =
      policy::load({"policy.xml", text},
                   [](std::string_view name) -> std::expected<policy::NamedText, std::string> {
                     if (name == "own.xml") return policy::NamedText{"own.xml", kOwnSpif};
                     return policy::NamedText{"spif.xml", kSpif};
                   });
  if (!loaded) throw std::runtime_error(loaded.error().front().to_string());
  return std::move(*loaded);
}

// base64_label gives a label of that classification as XEP-0258 carries it.
inline std::string base64_label(const policy::Policy& policy, const std::string& classification) {
  const auto label = labels::label_from_names(
      policy.security_policy(),
      {.classification = classification, .privacy_mark = {}, .categories = {}});
  if (!label) throw std::runtime_error(label.error().what);
  return to_base64(labels::encode_ess(*label));
}

// label_element gives a securitylabel around base64 text, as a client would write it.
inline std::string label_element(const std::string& base64) {
  return "<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking fgcolor='black' "
         "bgcolor='red'>THEIRS</displaymarking><label><esssecuritylabel "
         "xmlns='urn:xmpp:sec-label:ess:0'>" +
         base64 + "</esssecuritylabel></label></securitylabel>";
}

}  // namespace guard::filter::test
