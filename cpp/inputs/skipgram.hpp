// Skip-gram in word2vec.c's direction: every context word is an input that predicts the center
// word, so that all context words of a window share their output rows.
#pragma once

#include "inputs/input_layer.hpp"

namespace huffvec {

class SkipGram final : public InputLayer {
 public:
  explicit SkipGram(Rows input_rows) : rows_(input_rows) {}

  void prefetch(int32_t id) const override { rows_.prefetch(id); }

  // A window of more than kMaxInputs context words is trained as several tiles of about equal size.
  int n_tiles(const Window& window) const override {
    return (window.n_contexts() + kMaxInputs - 1) / kMaxInputs;
  }

  void fill(const Window& window, int tile_index, Tile& tile) override {
    const int n = window.n_contexts(), n_tiles = this->n_tiles(window);
    const int begin = n * tile_index / n_tiles, end = n * (tile_index + 1) / n_tiles;
    int32_t ids[kMaxInputs];
    int m = 0;
    tile.weighted_inputs = false;
    for (int k = begin; k < end; k++) {
      const int pos = window.left_pos + k;
      const int32_t id = window.sentence[pos + (pos >= window.center_pos)];
      int same = 0;
      while (same < m && ids[same] != id) same++;
      if (same < m) {  // a word that stands twice in the window
        tile.input_weights[same]++;
        tile.weighted_inputs = true;
        continue;
      }
      ids[m] = id;
      tile.inputs[m] = rows_[id];
      tile.input_weights[m++] = 1;
    }
    tile.n_inputs = m;
    tile.n_targets = static_cast<float>(end - begin);
  }

  void finish(Tile&) override {}

 private:
  Rows rows_;
};

}  // namespace huffvec
