#include "policy/peer_limits.h"

namespace policy {

std::vector<std::string> limit_words(const PeerLimits& limits) {
  std::vector<std::string> words;
  if (limits.stanza_bytes) {
    words.push_back("stanzas of at most " + std::to_string(*limits.stanza_bytes) + " octets");
  }
  if (limits.rate) {
    words.push_back("at most " + std::to_string(limits.rate->per_second) +
                    " stanzas each second, " + std::to_string(limits.rate->burst) + " at once");
  }
  return words;
}

}  // namespace policy
