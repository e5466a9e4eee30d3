// SpifNotes: what a SPIF says and this version leaves unused, gathered for a person to read.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "schemas/element.h"

namespace labels {

// SpifNotes keeps one line for each kind of thing, with the first place and how many there are: a
// large policy has hundreds of equivalences.
class SpifNotes {
 public:
  // add takes a sentence that begins with what it is about, e.g. "equivalent categories are not
  // used yet". Sentences that are equal are counted together.
  void add(const schemas::Element& element, const std::string& what);

  // lines gives "line:column: what", with ", n times" where n > 1, in the order of the first
  // places.
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  struct Note {
    std::string what;
    std::uint32_t line;
    std::uint32_t column;
    std::size_t count;
  };
  std::vector<Note> notes_;
};

}  // namespace labels
