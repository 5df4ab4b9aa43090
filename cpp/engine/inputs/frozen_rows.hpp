// The input source for models in which some words keep their initial vectors.
#pragma once

#include <cstdint>

#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/word_slots.hpp"

namespace huffvec {

// A tile gets a copy of a frozen word's row, and what it does to that is forgotten. So the kernels
// know nothing of frozen rows, and runs without any pay nothing for them.
template <class AnyRows>
class FrozenRows {
 public:
  static constexpr bool kWeighted = false, kReadOnly = false;

  // frozen: by word id, not zero for words whose rows stay.
  FrozenRows(AnyRows rows, const uint8_t* frozen, int window)
      : rows_(rows),
        frozen_(frozen),
        copied_(rows.n_rows, 2 * window),
        copies_(2 * static_cast<size_t>(window) * rows.stride) {}

  void prefetch(int32_t id) const { rows_.prefetch(id); }
  void begin_sentence(const int32_t*, int) {}
  void move_to(int) {}
  void end_sentence() {}
  void begin_tile() { copied_.clear(); }
  void end_tile() {}
  float weight(int32_t) const { return 1; }
  int stride() const { return rows_.stride; }

  float* vector(const Window& window, int pos) {
    const int32_t id = window.sentence[pos];
    if (!frozen_[id]) return rows_[id];
    const auto [slot, is_new] = copied_.place(id);
    float* const copy = copies_.data() + static_cast<size_t>(slot) * rows_.stride;
    if (is_new) copy_row(rows_[id], rows_.stride, copy);
    return copy;
  }

 private:
  AnyRows rows_;
  const uint8_t* frozen_;
  WordSlots copied_;  // the words whose copies the tile has
  AlignedRow copies_;
};

}  // namespace huffvec
