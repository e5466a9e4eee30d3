// PlainTag: a start tag as nearly every stanza has it, read at one go.
//
// Who controls the bytes: a peer that may be hostile. What is not plain is not refused here: the
// states of ElementScanner look at it octet by octet.
#pragma once

#include <cstdint>

namespace guard::xmpp {

// PlainTag: a tag is plain where it is complete, in ASCII, and without references; its numbers are
// what the limits are held against.
struct PlainTag {
  const char* name_end = nullptr;
  const char* end = nullptr;  // behind its '>'; nullptr where the tag is not plain
  std::uint32_t attributes = 0;
  std::uint32_t namespaces = 0;
  bool empty = false;
};

// plain_tag reads a start tag whose name begins at `at`. It takes nothing that the states of
// ElementScanner would refuse.
[[nodiscard]] PlainTag plain_tag(const char* at, const char* end);

}  // namespace guard::xmpp
