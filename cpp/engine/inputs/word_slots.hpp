// Which words of a tile have a slot: a sparse set (Briggs & Torczon 1993), emptied at no cost and
// asked in constant time, since a window may hold thousands of words.
#pragma once

#include <cstdint>
#include <vector>

namespace huffvec {

class WordSlots {
 public:
  // Of at most so many words with ids below n_words.
  WordSlots(int32_t n_words, int n_slots) : slot_of_(n_words), ids_(n_slots) {}

  void clear() { n_used_ = 0; }
  int n_used() const { return n_used_; }

  struct Place {
    int slot;
    bool is_new;
  };
  // The word's slot, the next free one if it had none.
  Place place(int32_t id) {
    const int slot = slot_of_[id];
    if (slot < n_used_ && ids_[slot] == id) return {slot, false};
    ids_[n_used_] = id;
    slot_of_[id] = n_used_;
    return {n_used_++, true};
  }

 private:
  std::vector<int> slot_of_;  // by word; true if the slot is used, and by that word
  std::vector<int32_t> ids_;  // by slot
  int n_used_ = 0;
};

}  // namespace huffvec
