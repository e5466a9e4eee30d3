#include "guard/supervisor/site.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "guard/supervisor/file_text.h"
#include "schemas/reader.h"

namespace guard::supervisor {
namespace {

using schemas::Element;

constexpr std::string_view kNamespace = "urn:xmpp-guard:site:1";

// What the walk over the validated tree needs at each step.
struct Reading {
  std::filesystem::path folder;
  std::string file;

  [[nodiscard]] FileError error(const Element& at, std::string what, std::string expected) const {
    return {file, at.line, at.column, std::move(what), std::move(expected)};
  }
  [[nodiscard]] std::filesystem::path path(std::string_view written) const {
    return (folder / std::filesystem::path(written)).lexically_normal();
  }
};

// The schema has seen to it that what is required is there.
std::string_view attribute(const Element& element, std::string_view name) {
  const std::string_view* value = element.attribute(name);
  return value == nullptr ? std::string_view{} : *value;
}

std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc{} && end == text.data() + text.size() ? value : 0;
}

bool is_ip_literal(std::string_view text) {
  const std::string address(text);
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return ::inet_pton(AF_INET, address.c_str(), parsed.data()) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), parsed.data()) == 1;
}

std::expected<wire::Endpoint, FileError> read_endpoint(const Reading& reading,
                                                       const Element& element,
                                                       std::string_view address_name) {
  const std::string_view address = attribute(element, address_name);
  if (!is_ip_literal(address)) {
    return std::unexpected(
        reading.error(element, "\"" + std::string(address) + "\" is a name",
                      "expected an IPv4 or IPv6 address: names are never looked up"));
  }
  const std::uint32_t port = number(attribute(element, "port"));
  if (port == 0 || port > 65535) {
    return std::unexpected(reading.error(element, "port out of range", "expected 1 to 65535"));
  }
  return wire::Endpoint{std::string(address), static_cast<std::uint16_t>(port),
                        attribute(element, "tls") == "direct"};
}

RevocationSite read_revocation(const Reading& reading, const Element& element) {
  RevocationSite site;
  site.tolerate_seconds = number(attribute(element, "tolerate-hours")) * 3600;
  for (const Element* child : element.elements()) {
    site.files.push_back(reading.path(attribute(*child, "file")));
  }
  return site;
}

std::expected<EdgeSite, FileError> read_edge(const Reading& reading, const Element& element) {
  EdgeSite edge;
  edge.place = {element.line, element.column};
  if (const std::string_view* path = element.attribute("network-namespace")) {
    edge.network_namespace = reading.path(*path);
  }
  for (const Element* child : element.elements()) {
    if (child->is(kNamespace, "listen")) {
      auto endpoint = read_endpoint(reading, *child, "address");
      if (!endpoint) return std::unexpected(endpoint.error());
      edge.listen.push_back(std::move(*endpoint));
    } else if (child->is(kNamespace, "certificates")) {
      edge.certificates = reading.path(attribute(*child, "directory"));
    } else if (child->is(kNamespace, "trust")) {
      edge.trust = reading.path(attribute(*child, "file"));
    } else if (child->is(kNamespace, "revocation")) {
      edge.revocation = read_revocation(reading, *child);
    } else if (child->is(kNamespace, "dialback")) {
      edge.dialback_secret = reading.path(attribute(*child, "secret-file"));
    }
  }
  return edge;
}

std::expected<PeerSite, FileError> read_peer(const Reading& reading, const Element& element) {
  PeerSite peer;
  peer.place = {element.line, element.column};
  for (const Element* child : element.elements()) {
    if (child->is(kNamespace, "trust")) {
      peer.trust = reading.path(attribute(*child, "file"));
    } else if (child->is(kNamespace, "revocation")) {
      if (!peer.trust) {
        return std::unexpected(
            reading.error(*child, "revocation without a trust of the peer's own",
                          "expected <trust> before it; the side's lists go with the side's trust"));
      }
      peer.revocation = read_revocation(reading, *child);
    } else {
      auto endpoint = read_endpoint(reading, *child, "ip");
      if (!endpoint) return std::unexpected(endpoint.error());
      peer.addresses.push_back(std::move(*endpoint));
    }
  }
  return peer;
}

ControlSite read_control(const Reading& reading, const Element& element) {
  ControlSite control;
  control.place = {element.line, element.column};
  control.socket = reading.path(attribute(element, "socket"));
  control.state = reading.path(attribute(element, "state"));
  if (const auto* group = element.attribute("operators")) control.operators = *group;
  if (const auto* group = element.attribute("viewers")) control.viewers = *group;
  if (const auto* group = element.attribute("auditors")) control.auditors = *group;
  return control;
}

// "unix:PATH", or an address of loopback and a port: "127.0.0.1:9469", "[::1]:9469".
std::expected<MetricsSite, FileError> read_metrics(const Reading& reading, const Element& element) {
  MetricsSite metrics;
  metrics.place = {element.line, element.column};
  if (const auto* group = element.attribute("group")) metrics.group = *group;
  std::string_view listen = attribute(element, "listen");
  constexpr std::string_view kUnix = "unix:";
  if (listen.starts_with(kUnix) && listen.size() > kUnix.size()) {
    metrics.socket = reading.path(listen.substr(kUnix.size()));
    return metrics;
  }
  const std::size_t colon = listen.rfind(':');
  std::string_view address = listen.substr(0, colon);
  const std::uint32_t port = colon == std::string_view::npos ? 0 : number(listen.substr(colon + 1));
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  const bool loopback = address == "::1" || address.starts_with("127.");
  if (!loopback || !is_ip_literal(address) || port == 0 || port > 65535) {
    return std::unexpected(reading.error(
        element, "\"" + std::string(listen) + "\" is not a place to listen at",
        "expected unix:PATH, or an address of loopback and a port: 127.0.0.1:9469, [::1]:9469"));
  }
  if (metrics.group) {
    return std::unexpected(reading.error(element, "a group at an address",
                                         "expected it with unix:PATH: whoever is on this host "
                                         "reaches an address"));
  }
  metrics.address = wire::Endpoint{std::string(address), static_cast<std::uint16_t>(port), false};
  return metrics;
}

// Who reads the log is recorded where guardd can be told, unless the file says otherwise.
std::expected<LogAccessSite, FileError> read_log_access(const Reading& reading, const Element& log,
                                                        bool control) {
  const std::string_view* access = log.attribute("access");
  if (access == nullptr) return control ? LogAccessSite::kRecorded : LogAccessSite::kNone;
  if (*access == "none") return LogAccessSite::kNone;
  if (!control) {
    return std::unexpected(reading.error(log, "access without <control>",
                                         "expected the socket at which guardd is told"));
  }
  return *access == "required" ? LogAccessSite::kRequired : LogAccessSite::kRecorded;
}

std::expected<Site, FileError> read_guard(const Reading& reading, const Element& root) {
  Site site;
  bool seen[2] = {false, false};
  const Element* log = nullptr;
  for (const Element* child : root.elements()) {
    if (child->is(kNamespace, "policy")) {
      site.policy = reading.path(attribute(*child, "file"));
      if (const auto* anchors = child->attribute("spif-anchors")) {
        site.spif_trust = {reading.path(*anchors), "guard-spif-verify"};
      }
      const auto* signers = child->attribute("signers");
      const auto* require = child->attribute("require");
      if (require != nullptr && signers == nullptr) {
        return std::unexpected(reading.error(*child, "require without signers",
                                             "expected the file of those who sign"));
      }
      if (signers != nullptr) {
        site.policy_trust = {reading.path(*signers), require == nullptr ? 1 : number(*require)};
      }
    } else if (child->is(kNamespace, "log")) {
      log = child;
      site.log_place = {child->line, child->column};
      site.log = reading.path(attribute(*child, "directory"));
      if (const std::string_view* key = child->attribute("key-file")) {
        site.log_key = reading.path(*key);
      }
      if (const std::string_view* signers = child->attribute("prune-signers")) {
        site.prune_signers = reading.path(*signers);
      }
      if (const std::string_view* require = child->attribute("prune-require")) {
        site.prune_require = number(*require);
        if (!site.prune_signers) {
          return std::unexpected(reading.error(*child, "prune-require without prune-signers",
                                               "expected the file of those who sign"));
        }
      }
    } else if (child->is(kNamespace, "control")) {
      site.control = read_control(reading, *child);
    } else if (child->is(kNamespace, "metrics")) {
      auto metrics = read_metrics(reading, *child);
      if (!metrics) return std::unexpected(metrics.error());
      site.metrics = std::move(*metrics);
    } else if (child->is(kNamespace, "limits")) {
      site.limits_place = {child->line, child->column};
      for (const schemas::Attribute& limit : child->attributes) {
        site.limits.push_back({std::string(limit.name), number(limit.value)});
      }
    } else if (child->is(kNamespace, "edge")) {
      const auto side = side_from(attribute(*child, "side"));
      if (!side || seen[static_cast<std::size_t>(*side)]) {
        return std::unexpected(reading.error(*child, "a second edge of the same side",
                                             "expected one edge high and one edge low"));
      }
      auto edge = read_edge(reading, *child);
      if (!edge) return std::unexpected(edge.error());
      seen[static_cast<std::size_t>(*side)] = true;
      site.edges[static_cast<std::size_t>(*side)] = std::move(*edge);
    } else if (child->is(kNamespace, "peer")) {
      auto peer = read_peer(reading, *child);
      if (!peer) return std::unexpected(peer.error());
      const std::string name(attribute(*child, "name"));
      if (!site.peers.emplace(name, std::move(*peer)).second) {
        return std::unexpected(
            reading.error(*child, "peer \"" + name + "\" stands twice", "expected each peer once"));
      }
    }
  }
  const auto access = read_log_access(reading, *log, site.control.has_value());
  if (!access) return std::unexpected(access.error());
  site.log_access = *access;
  return site;
}

}  // namespace

FileError Site::fault_at(const Place& place, std::string what, std::string expected) const {
  return {file, place.line, place.column, std::move(what), std::move(expected)};
}

std::expected<Site, FileError> parse_site(const std::filesystem::path& file,
                                          std::string_view text) {
  schemas::FileReader reader(schemas::Grammar::kSite);
  const auto document = reader.read_text(text, file.string());
  if (!document) return std::unexpected(document.error());
  const Reading reading{std::filesystem::absolute(file).parent_path(), file.string()};
  auto site = read_guard(reading, document->root());
  if (!site) return site;
  site->file = file.string();
  site->text = text;
  return site;
}

std::expected<Site, FileError> load_site(const std::filesystem::path& file) {
  auto text = read_file(file, schemas::FileReader::kMaxFileBytes);
  if (!text) return std::unexpected(text.error());
  return parse_site(file, *text);
}

std::expected<policy::Limits, FileError> lower(const policy::Limits& bounds, const Site& site) {
  policy::Limits lowered = bounds;
  const auto failed = [&site](std::string what, std::string expected) {
    return std::unexpected(FileError{site.file, site.limits_place.line, site.limits_place.column,
                                     std::move(what), std::move(expected)});
  };
  const auto known = policy::limit_bounds();
  for (const LoweredLimit& limit : site.limits) {
    const auto found = std::find_if(known.begin(), known.end(), [&limit](const auto& bound) {
      return bound.attribute == limit.name;
    });
    if (found == known.end()) return failed("unknown limit " + limit.name, "");
    std::uint32_t& bound = lowered.*(found->field);
    const std::string written = limit.name + "=\"" + std::to_string(limit.value) + "\"";
    if (limit.value > bound) {
      return failed(
          written + " is above the policy's bound",
          "expected at most " + std::to_string(bound) + ": the site file may only lower limits");
    }
    if (limit.value < found->floor) {
      return failed(written + " is too low", "expected at least " + std::to_string(found->floor));
    }
    bound = limit.value;
  }
  return lowered;
}

}  // namespace guard::supervisor
