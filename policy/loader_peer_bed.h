// A policy file with peers, groups and dates, one line of which tests replace: what the tests of
// the loader share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/test_files.h"

namespace policy::test {

inline const std::vector<std::string> kGoodPeers = {
    /* 1 */ "<policy name='t' xmlns='urn:xmpp-guard:policy:1'>",
    /* 2 */ "<security-policy file='spif.xml'/>",
    /* 3 */ "<peer name='h' side='high'><active from='2026-01-01' until='2027-01-01T12:00:00Z'/>",
    /* 4 */ "<blocked reason='a move' from='2026-03-01' until='2026-03-02'/>",
    /* 5 */ "<domain name='h.example'/><connection authentication='external' tls='1.3'/>",
    /* 6 */ "<clearance><classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>",
    /* 7 */ "<peer name='l' side='low' labels='strip'><domain name='l.example'/>",
    /* 8 */ "<domain name='leaf.example' match='subdomains'>",
    /* 9 */ "<clearance for='receive'><classification name='UNCLASSIFIED'/></clearance></domain>",
    /* 10 */ "<default-route><clearance><classification name='UNCLASSIFIED'/></clearance>",
    /* 11 */ "</default-route><connection authentication='external' tls='1.2'/>",
    /* 12 */ "<clearance><classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>",
    /* 13 */ "<peer name='m' side='low'><connection authentication='external' tls='1.2'/></peer>",
    /* 14 */ "<group name='allies' peers='m l'/>",
    /* 15 */ "<group name='staff' peers='h'/>",
    /* 16 */ "<direction from='high' to='low'>",
    /* 17 */
    "<allow id='a' reason='r' to-groups='allies' from-groups='staff' from-users='cleo ann'",
    /* 18 */ " to-resource='some' from-resource='any'><message types='chat' parts='body'/></allow>",
    /* 19 */ "<allow id='b' reason='r' to-peers='m' to-groups='allies'><error/></allow>",
    /* 20 */ "</direction></policy>"};

inline std::expected<Policy, std::vector<guard::FileError>> with(std::size_t line,
                                                                 const std::string& changed) {
  std::string text;
  for (std::size_t i = 0; i < kGoodPeers.size(); ++i)
    text += (i + 1 == line ? changed : kGoodPeers[i]) + "\n";
  return load_text(text);
}

inline std::string complaint(std::size_t line, const std::string& changed) {
  const auto loaded = with(line, changed);
  if (loaded) return "";
  return loaded.error().front().to_string();
}

}  // namespace policy::test
