// Crossing: a way for something to cross, as decide() lets it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "policy/analysis/domain_class.h"
#include "policy/analysis/label_class.h"
#include "policy/analysis/rule_case.h"
#include "policy/decide.h"

namespace policy {

// Crossing is one class of stanzas that cross: everything that is decided like `facts`.
struct Crossing {
  StanzaClass about = StanzaClass::kMessage;
  const DomainClass* from = nullptr;
  const DomainClass* to = nullptr;
  StanzaFacts
      facts;  // with its label, where it carries one, and a time at which both peers are open
  const Rule* rule = nullptr;  // that allows it
  LabelSource source = LabelSource::kNone;
  const labels::Label* label = nullptr;  // effective; nullptr for errors, which are exempt
};

// kClasses lists every class of stanzas.
inline constexpr std::array<StanzaClass, 7> kClasses = {
    StanzaClass::kMessage,  StanzaClass::kSignal,  StanzaClass::kSubjectChange,
    StanzaClass::kPresence, StanzaClass::kRequest, StanzaClass::kAnswer,
    StanzaClass::kError};

// grants says whether a label may go from one class of domains to another, in policy `which` of
// those that the classes were made for. It is asked of what stands for a class of labels, and for
// all time, so whether the label is valid, and has a translation that the receiver demands, is left
// out: what is said to cross may yet be refused.
[[nodiscard]] bool grants(const Policy& policy, std::size_t which, const labels::Label& label,
                          const DomainClass& from, const DomainClass& to);

// kFirstMoment is before every date that a policy file can name.
inline constexpr guard::UtcTime kFirstMoment{.microseconds = 1'000'000};

// open_moment gives a time at which both peers are active and not blocked; nullopt: there is none.
// Between the moments that dates name nothing changes, so those are all that is looked at.
// `first` is tried first.
[[nodiscard]] std::optional<guard::UtcTime> open_moment(const Peer& a, const Peer& b,
                                                        guard::UtcTime first = kFirstMoment);

// Crossings finds everything that can cross under one policy. It keeps what it needs of the policy.
class Crossings {
 public:
  // `first` is the time of what crosses where both peers are open then.
  explicit Crossings(const Policy& policy, const Mark& mark = {},
                     guard::UtcTime first = kFirstMoment);
  Crossings(const Crossings&) = delete;
  Crossings& operator=(const Crossings&) = delete;

  [[nodiscard]] const std::vector<DomainClass>& domains(guard::Side side) const {
    return domains_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] const std::vector<LabelClass>& labels() const { return labels_; }

  // pairs calls `visit` with every two classes of domains between which a lane has a route
  // (domain_class.h), until it returns false; false if it did. pairs_to does so for one class of
  // receivers.
  bool pairs(guard::Lane lane, const Pair& visit) const;
  bool pairs_to(guard::Lane lane, const DomainClass& to, const Pair& visit) const;

  // between calls `visit` with each crossing between the two classes of a pair, until it returns
  // false; false if it did.
  using Visit = std::function<bool(const Crossing&)>;
  bool between(guard::Lane lane, const DomainClass& from, const DomainClass& to,
               const Visit& visit) const;

 private:
  bool visit_case(const RuleCase& one, StanzaClass about, const DomainClass& from,
                  const DomainClass& to, guard::UtcTime at, const Visit& visit) const;
  bool visit_labels(Crossing& crossing, const Visit& visit) const;

  Policy policy_;
  guard::UtcTime first_;
  std::array<std::vector<DomainClass>, 2> domains_;
  std::vector<LabelClass> labels_;
};

}  // namespace policy
