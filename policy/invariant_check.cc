#include "policy/invariant_check.h"

#include <algorithm>

#include "guard/xmpp/domain.h"

namespace policy {
namespace {

class InvariantCheck {
 public:
  explicit InvariantCheck(const PolicyContent& content) : content_(content) {}

  void look(const NothingAbove& what) {
    if (content_.security_policy.classification(std::string_view(what.classification)) == nullptr) {
      fault("names a classification \"" + what.classification +
            "\" that the security policy does not have");
    }
    peers(what.to_peers);
  }

  void look(const NothingReaches& what) {
    peers(what.from_peers);
    const auto normal = guard::xmpp::normal_domain(what.domain);
    if (!normal || *normal != what.domain) {
      fault("names a domain \"" + what.domain + "\" that is not in normal form");
    }
  }

  void look(const OnlyLabelled& what) {
    if (what.classes.empty()) fault("is about no class of messages");
    const bool messages = std::ranges::all_of(what.classes, [](StanzaClass c) {
      return c == StanzaClass::kMessage || c == StanzaClass::kSignal ||
             c == StanzaClass::kSubjectChange;
    });
    if (!messages) fault("is about stanzas that never bear a label");
  }

  void look(const OnlyIq& what) {
    for (const ElementName& payload : what.payloads) {
      if (payload.ns.empty()) fault("has a payload without a namespace");
    }
  }

  void reason(const std::string& text) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) fault("has no reason text");
  }

  std::vector<std::string> take() { return std::move(faults_); }

 private:
  void fault(std::string what) { faults_.push_back(std::move(what)); }

  void peers(const std::vector<guard::PeerIndex>& peers) {
    if (peers.empty()) fault("is about no peer");
    for (const guard::PeerIndex peer : peers) {
      if (peer >= content_.peers.size()) fault("names a peer that is not there");
    }
    if (std::ranges::adjacent_find(peers, std::ranges::greater_equal()) != peers.end()) {
      fault("names a peer twice");
    }
  }

  const PolicyContent& content_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> check_invariant(const Invariant& invariant, const PolicyContent& content) {
  InvariantCheck check(content);
  check.reason(invariant.reason);
  std::visit([&](const auto& what) { check.look(what); }, invariant.what);
  return check.take();
}

}  // namespace policy
