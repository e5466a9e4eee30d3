#include "guard/supervisor/note_book.h"

#include <gtest/gtest.h>

namespace guard::supervisor {
namespace note_book_test {

std::string told(const std::vector<wire::Note>& notes) {
  std::string text;
  for (const wire::Note& note : notes) {
    text += note.event + (note.again ? "(again) " : " ");
  }
  return text;
}

TEST(NoteBook, TellsOnceAndInOrder) {
  NoteBook book;
  book.add({1}, "one", "");
  book.add({2}, "two", "x");
  const auto first = book.send();
  ASSERT_EQ(told(first), "one two ");
  EXPECT_EQ(first[1].time, UtcTime{2});
  EXPECT_EQ(first[1].detail, "x");
  EXPECT_LT(first[0].number, first[1].number);
  book.add({3}, "three", "");
  EXPECT_EQ(told(book.send()), "three ");
  EXPECT_EQ(told(book.send()), "");
}

TEST(NoteBook, NOTHING_SILENT_WhatWasNotStoredIsToldToTheNextRecorder) {
  NoteBook book;
  book.add({1}, "one", "");
  book.add({2}, "two", "");
  const auto first = book.send();
  book.stored(first[0].number, {3});
  book.add({3}, "three", "");
  book.recorder_gone();
  EXPECT_EQ(told(book.send()), "two(again) three ");
}

TEST(NoteBook, WhatWasStoredIsNotToldAgain) {
  NoteBook book;
  book.add({1}, "one", "");
  book.add({2}, "two", "");
  book.stored(book.send().back().number, {3});
  EXPECT_EQ(book.size(), 0U);
  book.recorder_gone();
  EXPECT_EQ(told(book.send()), "");
}

TEST(NoteBook, WhatWasNeverSentCannotBeStored) {
  NoteBook book;
  book.add({1}, "one", "");
  book.stored(99, {2});
  EXPECT_EQ(told(book.send()), "one ");
}

TEST(NoteBook, PastTheBoundTheyAreCountedAndTheCountIsTold) {
  NoteBook book;
  for (std::size_t i = 0; i < NoteBook::kMost; ++i) book.add({1}, "one", "");
  EXPECT_EQ(book.size(), NoteBook::kMost);
  book.add({1}, "past", "");
  book.add({1}, "past", "");
  const auto first = book.send();
  ASSERT_EQ(first.size(), NoteBook::kMost);
  book.stored(first[0].number, {7});
  const auto next = book.send();
  ASSERT_EQ(told(next), "notes-lost ");
  EXPECT_EQ(next[0].detail, "2");
  EXPECT_EQ(next[0].time, UtcTime{7});
  book.stored(next[0].number, {8});
  EXPECT_EQ(told(book.send()), "");  // once
}

}  // namespace note_book_test
}  // namespace guard::supervisor
