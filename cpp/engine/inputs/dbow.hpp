// PV-DBOW (Le & Mikolov 2014): the tags of a document predict each of its words, each tag alone.
// Windows count for nothing but their centers, and words have no input vectors.
#pragma once

#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/tags.hpp"

namespace huffvec {

class Dbow final : public InputLayer {
 public:
  explicit Dbow(TagTable tags) : tags_(tags) {}

  void prefetch(int32_t) const override {}

  // A document of more than kMaxInputs tags is trained as several tiles of about equal size.
  int n_tiles(const Window& window) const override {
    return (tags_.size(window.sentence_id) + kMaxInputs - 1) / kMaxInputs;
  }

  void fill(const Window& window, int tile_index, Tile& tile) override {
    const int n = tags_.size(window.sentence_id), n_tiles = this->n_tiles(window);
    const int begin = part_begin(n, tile_index, n_tiles);
    const int end = part_begin(n, tile_index + 1, n_tiles);
    tile.n_inputs = end - begin;
    for (int k = begin; k < end; k++) {
      tile.inputs[k - begin] = tags_.row(window.sentence_id, k);
      tile.input_weights[k - begin] = 1;
    }
    tile.weighted_inputs = false;
    tile.n_targets = static_cast<float>(tile.n_inputs);
  }

  void finish(Tile&) override {}

 private:
  TagTable tags_;
};

}  // namespace huffvec
