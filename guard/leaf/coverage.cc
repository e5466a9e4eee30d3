#include "guard/leaf/coverage.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "guard/base/json_writer.h"

namespace guard::leaf {
namespace {

using supervisor::Credential;

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

// CertificateName is one dNSName, with the certificate that ends last of those that have it.
struct CertificateName {
  const Credential* credential = nullptr;
  bool needed = false;
};
using CertificateNames = std::map<std::string, CertificateName>;

CertificateNames names_of(const std::vector<Credential>& credentials) {
  CertificateNames found;
  for (const Credential& credential : credentials) {
    for (const std::string& name : credential.dns_names) {
      auto& place = found[name].credential;
      if (place == nullptr || place->not_after < credential.not_after) place = &credential;
    }
  }
  return found;
}

CoverageState state_of(const Credential& credential, UtcTime now, std::uint32_t warn_days) {
  if (credential.not_after <= now) return CoverageState::kExpired;
  if (credential.not_before > now) return CoverageState::kNotYet;
  return credential.not_after.microseconds - now.microseconds < warn_days * kDay
             ? CoverageState::kExpiring
             : CoverageState::kCovered;
}

std::string wildcard_of(const std::string& domain) {
  const std::size_t dot = domain.find('.');
  return dot == std::string::npos ? std::string() : "*" + domain.substr(dot);
}

bool below(const std::string& name, const std::string& domain) {
  return name == domain || name.ends_with("." + domain);
}

// Survey looks the names of the policy up among those of the certificates.
class Survey {
 public:
  Survey(const std::vector<FarName>& names, const std::vector<Credential>& credentials, UtcTime now,
         std::uint32_t warn_days)
      : far_(names), shown_(names_of(credentials)), now_(now), warn_days_(warn_days) {}

  std::vector<Coverage> take() {
    for (const FarName& far : far_) {
      far.match == DomainMatch::kExact ? look_up(far) : look_below(far);
    }
    for (const auto& [name, shown] : shown_) {
      if (!shown.needed) add(name, "", *shown.credential, CoverageState::kUnneeded);
    }
    return std::move(found_);
  }

 private:
  void look_up(const FarName& far) {
    for (const std::string& name : {far.domain, wildcard_of(far.domain)}) {
      const auto shown = shown_.find(name);
      if (shown == shown_.end()) continue;
      shown->second.needed = true;
      const Credential& credential = *shown->second.credential;
      return add(far.domain, far.peer, credential, state_of(credential, now_, warn_days_));
    }
    found_.push_back({far.domain, far.peer, CoverageState::kMissing, {}, {}});
  }

  // What belongs to a claim is what no narrower claim takes.
  void look_below(const FarName& far) {
    bool any = false;
    for (auto& [name, shown] : shown_) {
      if (owner_of(name) != &far) continue;
      shown.needed = any = true;
      add(name, far.peer, *shown.credential, state_of(*shown.credential, now_, warn_days_));
    }
    if (!any) found_.push_back({far.domain, far.peer, CoverageState::kMissing, {}, {}});
  }

  [[nodiscard]] const FarName* owner_of(const std::string& name) const {
    const FarName* owner = nullptr;
    for (const FarName& far : far_) {
      if (far.match == DomainMatch::kExact && far.domain == name) return &far;
      const bool wider = owner == nullptr || owner->domain.size() < far.domain.size();
      if (far.match == DomainMatch::kSubdomains && below(name, far.domain) && wider) owner = &far;
      if (far.match == DomainMatch::kDefault && owner == nullptr) owner = &far;
    }
    return owner;
  }

  void add(const std::string& domain, const std::string& peer, const Credential& credential,
           CoverageState state) {
    found_.push_back(
        {domain, peer, state,
         state == CoverageState::kNotYet ? credential.not_before : credential.not_after,
         credential.file});
  }

  const std::vector<FarName>& far_;
  CertificateNames shown_;
  UtcTime now_;
  std::uint32_t warn_days_;
  std::vector<Coverage> found_;
};

bool in_force(const Coverage& one) {
  return one.state == CoverageState::kCovered || one.state == CoverageState::kExpiring;
}

std::string seconds_of(UtcTime time) { return to_iso8601(time).substr(0, 19) + "Z"; }

std::string shown_domain(const Coverage& one) {
  return one.domain.empty() ? "(default route)" : one.domain;
}

}  // namespace

std::string_view to_string(CoverageState state) {
  switch (state) {
    case CoverageState::kCovered:
      return "covered";
    case CoverageState::kExpiring:
      return "expiring";
    case CoverageState::kExpired:
      return "expired";
    case CoverageState::kNotYet:
      return "not-yet";
    case CoverageState::kMissing:
      return "missing";
    case CoverageState::kUnneeded:
      return "unneeded";
  }
  return "";
}

std::vector<Coverage> coverage_of(const std::vector<FarName>& names,
                                  const std::vector<Credential>& credentials, UtcTime now,
                                  std::uint32_t warn_days) {
  return Survey(names, credentials, now, warn_days).take();
}

bool is_whole(const std::vector<Coverage>& coverage) {
  return std::all_of(coverage.begin(), coverage.end(), [](const Coverage& one) {
    return in_force(one) || one.state == CoverageState::kUnneeded;
  });
}

std::int64_t days_left(UtcTime until, UtcTime now) {
  const std::int64_t left = until.microseconds - now.microseconds;
  return left < 0 ? -((-left + kDay - 1) / kDay) : left / kDay;
}

std::string write_table(const std::vector<Coverage>& coverage, UtcTime now) {
  std::vector<std::array<std::string, 5>> rows{{"DOMAIN", "STATE", "DAYS", "UNTIL", "FILE"}};
  std::size_t needed = 0;
  std::size_t good = 0;
  for (const Coverage& one : coverage) {
    const bool missing = one.state == CoverageState::kMissing;
    rows.push_back({shown_domain(one), std::string(to_string(one.state)),
                    missing ? "-" : std::to_string(days_left(one.until, now)),
                    missing ? "-" : seconds_of(one.until), missing ? "-" : one.file.string()});
    if (one.state == CoverageState::kUnneeded) continue;
    ++needed;
    if (in_force(one)) ++good;
  }
  std::array<std::size_t, 5> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text + std::to_string(good) + " of " + std::to_string(needed) +
         " names have a certificate in force\n";
}

std::string write_json(const std::vector<Coverage>& coverage, UtcTime now) {
  std::string text;
  for (const Coverage& one : coverage) {
    JsonWriter json;
    json.object().member("domain", one.domain).member("peer", one.peer);
    json.member("state", to_string(one.state));
    if (one.state != CoverageState::kMissing) {
      json.member("days", days_left(one.until, now)).member("until", seconds_of(one.until));
      json.member("file", one.file.string());
    }
    text += json.end_object().take() + "\n";
  }
  return text;
}

}  // namespace guard::leaf
