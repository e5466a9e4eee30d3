#include "labels/losses.h"

namespace labels {
namespace {

bool carries_dates_and_texts(LabelFormat format) {
  switch (format) {
    case LabelFormat::k4774:
    case LabelFormat::kPlain:
      return true;
    case LabelFormat::kEss:
    case LabelFormat::kXep0258:
    case LabelFormat::kIcism:
      return false;
  }
  return false;
}

}  // namespace

std::vector<std::string> losses(const Label& label, LabelFormat format) {
  std::vector<std::string> lost;
  if (carries_dates_and_texts(format)) {
    if (label.privacy_mark() &&
        *label.privacy_mark() != *PrivacyMark::of(label.privacy_mark()->text())) {
      lost.emplace_back("that the privacy mark is a UTF8String");
    }
    return lost;
  }
  if (label.created()) lost.push_back("the creation date " + to_string(*label.created()));
  if (label.review()) lost.push_back("the review date " + to_string(*label.review()));
  for (const UserText& text : label.user_texts()) {
    lost.push_back("the text \"" + text.text + "\" of " + std::string(to_string(text.kind)) +
                   " value " + std::to_string(text.lacv) + " of tag set " +
                   text.tag_set.to_dotted());
  }
  return lost;
}

}  // namespace labels
