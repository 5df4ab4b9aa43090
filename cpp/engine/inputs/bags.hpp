// Input vectors that are means of bags of rows: subwords.
//
// In windows that slide over a sentence (SlidingBags) a word's vector is put together once, when
// its word comes within reach, and trained as a row of its own by all windows that it is in. When
// the last of them is left, what it has changed by is added to each row of the bag. So a word's
// rows are read once and written once, not once for each of its windows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/word_slots.hpp"

namespace huffvec {

// Which rows make up each word: those of word w are row_ids[offsets[w] … offsets[w + 1] - 1].
struct BagTable {
  const int64_t* offsets = nullptr;
  const int32_t* row_ids = nullptr;

  int size(int32_t id) const { return static_cast<int>(offsets[id + 1] - offsets[id]); }
  const int32_t* begin(int32_t id) const { return row_ids + offsets[id]; }
  const int32_t* end(int32_t id) const { return row_ids + offsets[id + 1]; }
};

// The rows of bags, and slots for vectors put together from them.
template <class AnyRows>
class BagRows {
 public:
  BagRows(AnyRows rows, BagTable bags, RowShare row_share, int n_slots)
      : rows_(rows),
        bags_(bags),
        row_share_(row_share),
        ids_(n_slots),
        now_(static_cast<size_t>(n_slots) * rows.stride),
        before_(static_cast<size_t>(n_slots) * rows.stride) {}

  int stride() const { return rows_.stride; }
  float weight(int32_t id) const { return static_cast<float>(bags_.size(id)); }
  float* slot(int slot) { return now_.data() + static_cast<size_t>(slot) * rows_.stride; }
  int32_t id(int slot) const { return ids_[slot]; }

  void prefetch(int32_t id) const {
    for (const int32_t* row = bags_.begin(id); row < bags_.end(id); row++) rows_.prefetch(*row);
  }

  // Puts a word's vector into a slot.
  void gather(int32_t id, int slot) {
    float *const sums = this->slot(slot), *const before = before_of(slot);
    const int32_t* row = bags_.begin(id);
    const int n = bags_.size(id), stride = rows_.stride;
    ids_[slot] = id;
    std::fill_n(sums, stride, 0.0f);
    int k = 0;
    for (; k + 4 <= n; k += 4) add_rows<4>(row + k, sums);
    for (; k < n; k++) add_rows<1>(row + k, sums);
    const float share = 1.0f / static_cast<float>(n);
    for (int d = 0; d < stride; d += kLanes) {
      const Floats mean = load(sums + d) * share;
      store(sums + d, mean);
      store(before + d, mean);
    }
  }

  // Adds what a slot has changed by to the rows of its word.
  void scatter(int slot) {
    const int32_t id = ids_[slot];
    const float share = row_share_.of(weight(id));
    float *const now = this->slot(slot), *const change = before_of(slot);
    for (int d = 0; d < rows_.stride; d += kLanes)
      store(change + d, share * (load(now + d) - load(change + d)));
    for (const int32_t* row = bags_.begin(id); row < bags_.end(id); row++) {
      float* const values = rows_[*row];
      for (int d = 0; d < rows_.stride; d += kLanes)
        store(values + d, load(values + d) + load(change + d));
    }
  }

 private:
  float* before_of(int slot) { return before_.data() + static_cast<size_t>(slot) * rows_.stride; }

  template <int kRows>
  void add_rows(const int32_t* ids, float* sums) const {
    const float* rows[kRows];
    for (int k = 0; k < kRows; k++) rows[k] = rows_[ids[k]];
    for (int d = 0; d < rows_.stride; d += kLanes) {
      Floats total = load(sums + d);
      for (int k = 0; k < kRows; k++) total += load(rows[k] + d);
      store(sums + d, total);
    }
  }

  AnyRows rows_;
  BagTable bags_;
  RowShare row_share_;
  std::vector<int32_t> ids_;  // of the words in the slots
  AlignedRow now_, before_;
};

// For windows in order: a slot for each word within reach, shared by its occurrences.
template <class AnyRows>
class SlidingBags {
 public:
  static constexpr bool kWeighted = true, kReadOnly = false;

  SlidingBags(AnyRows rows, BagTable bags, RowShare row_share, int window)
      : window_(window),
        n_slots_(2 * window + 1),
        bags_(rows, bags, row_share, n_slots_),
        slot_of_(n_slots_),
        occurrences_(n_slots_) {}

  void prefetch(int32_t id) const { bags_.prefetch(id); }
  int stride() const { return bags_.stride(); }
  float weight(int32_t id) const { return bags_.weight(id); }
  void begin_tile() {}
  void end_tile() {}
  float* vector(const Window&, int pos) { return bags_.slot(slot_of_[pos % n_slots_]); }

  void begin_sentence(const int32_t* sentence, int length) {
    sentence_ = sentence;
    length_ = length;
    begin_ = end_ = 0;
  }
  void move_to(int center_pos) {
    for (; begin_ < center_pos - window_; begin_++) leave(begin_);
    for (; end_ < std::min(length_, center_pos + window_ + 1); end_++) enter(end_);
  }
  void end_sentence() {
    for (; begin_ < end_; begin_++) leave(begin_);
  }

 private:
  void enter(int pos) {
    const int32_t id = sentence_[pos];
    int slot = 0, free = -1;
    for (; slot < n_slots_ && !(occurrences_[slot] && bags_.id(slot) == id); slot++)
      if (!occurrences_[slot]) free = slot;
    if (slot == n_slots_) bags_.gather(id, slot = free);
    occurrences_[slot]++;
    slot_of_[pos % n_slots_] = slot;
  }
  void leave(int pos) {
    const int slot = slot_of_[pos % n_slots_];
    if (--occurrences_[slot] == 0) bags_.scatter(slot);
  }

  int window_, n_slots_;
  BagRows<AnyRows> bags_;
  std::vector<int> slot_of_;      // by position, a ring
  std::vector<int> occurrences_;  // within reach, by slot
  const int32_t* sentence_ = nullptr;
  int length_ = 0, begin_ = 0, end_ = 0;  // of the sentence; of the positions within reach
};

// For windows in any order: a tile's vectors are put together anew and go back after it.
template <class AnyRows>
class TileBags {
 public:
  static constexpr bool kWeighted = true, kReadOnly = false;

  TileBags(AnyRows rows, BagTable bags, RowShare row_share, int32_t n_words, int window)
      : bags_(rows, bags, row_share, 2 * window), slots_(n_words, 2 * window) {}

  void prefetch(int32_t) const {}
  int stride() const { return bags_.stride(); }
  float weight(int32_t id) const { return bags_.weight(id); }
  void begin_sentence(const int32_t*, int) {}
  void move_to(int) {}
  void end_sentence() {}
  void begin_tile() { slots_.clear(); }
  void end_tile() {
    for (int slot = 0; slot < slots_.n_used(); slot++) bags_.scatter(slot);
  }
  float* vector(const Window& window, int pos) {
    const int32_t id = window.sentence[pos];
    const auto [slot, is_new] = slots_.place(id);
    if (is_new) bags_.gather(id, slot);
    return bags_.slot(slot);
  }

 private:
  BagRows<AnyRows> bags_;
  WordSlots slots_;
};

}  // namespace huffvec
