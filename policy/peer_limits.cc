#include "policy/peer_limits.h"

namespace policy {

std::vector<std::string> limit_words(const PeerLimits& limits) {
  std::vector<std::string> words;
  if (limits.stanza_bytes) {
    words.push_back("stanzas of at most " + std::to_string(*limits.stanza_bytes) + " octets");
  }
  const auto rate = [&words](const std::optional<Rate>& of, const char* what) {
    if (!of) return;
    words.push_back("at most " + std::to_string(of->per_second) + " " + what + " each second, " +
                    std::to_string(of->burst) + " at once");
  };
  rate(limits.stanzas, "stanzas");
  rate(limits.octets, "octets");
  return words;
}

}  // namespace policy
