// Skip-gram in word2vec.c's direction: every context word is an input that predicts the center
// word, so that all context words of a window share their output rows.
#pragma once

#include "engine/inputs/input_layer.hpp"

namespace huffvec {

template <class Source>
class SkipGram final : public SourcedLayer<Source> {
 public:
  using SourcedLayer<Source>::SourcedLayer;

  // A window of more than kMaxInputs context words is trained as several tiles of about equal size.
  int n_tiles(const Window& window) const override {
    return (window.n_contexts() + kMaxInputs - 1) / kMaxInputs;
  }

  void fill(const Window& window, int tile_index, Tile& tile) override {
    const int n = window.n_contexts(), n_tiles = this->n_tiles(window);
    const int begin = n * tile_index / n_tiles, end = n * (tile_index + 1) / n_tiles;
    int m = 0;
    tile.weighted_inputs = false;
    this->source_.begin_tile();
    for (int k = begin; k < end; k++) {
      const int pos = window.left_pos + k;
      float* const input = this->source_.vector(window, pos + (pos >= window.center_pos));
      int same = 0;
      while (same < m && tile.inputs[same] != input) same++;
      if (same < m) {  // a word that stands twice in the window
        tile.input_weights[same]++;
        tile.weighted_inputs = true;
        continue;
      }
      tile.inputs[m] = input;
      tile.input_weights[m++] = 1;
    }
    tile.n_inputs = m;
    tile.n_targets = static_cast<float>(end - begin);
  }

  void finish(Tile&) override { this->source_.end_tile(); }
};

}  // namespace huffvec
