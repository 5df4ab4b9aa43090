// The input source for models in which some words keep their initial vectors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/inputs/input_layer.hpp"

namespace huffvec {

// A tile gets a copy of a frozen word's row, and what it does to that is forgotten. So the kernels
// know nothing of frozen rows, and runs without any pay nothing for them.
class FrozenRows {
 public:
  static constexpr bool kWeighted = false;

  // frozen: by word id, not zero for words whose rows stay.
  FrozenRows(Rows rows, const uint8_t* frozen, int window)
      : rows_(rows),
        frozen_(frozen),
        copied_(2 * static_cast<size_t>(window)),
        copies_(copied_.size() * rows.stride) {}

  void prefetch(int32_t id) const { rows_.prefetch(id); }
  void begin_sentence(const int32_t*, int) {}
  void move_to(int) {}
  void end_sentence() {}
  void begin_tile() { n_copied_ = 0; }
  void end_tile() {}
  float weight(int32_t) const { return 1; }
  int stride() const { return rows_.stride; }

  float* vector(const Window& window, int pos) {
    const int32_t id = window.sentence[pos];
    if (!frozen_[id]) return rows_[id];
    size_t k = 0;
    while (k < n_copied_ && copied_[k] != id) k++;
    float* const copy = copies_.data() + k * rows_.stride;
    if (k == n_copied_) {
      copied_[n_copied_++] = id;
      std::copy_n(rows_[id], rows_.stride, copy);
    }
    return copy;
  }

 private:
  Rows rows_;
  const uint8_t* frozen_;
  std::vector<int32_t> copied_;  // the words whose copies the tile has
  AlignedRow copies_;
  size_t n_copied_ = 0;
};

}  // namespace huffvec
