// Skip-gram in word2vec.c's direction: every context word is an input that predicts the center
// word, so that all context words of a window share their output rows.
#pragma once

#include "engine/inputs/input_layer.hpp"
#include "engine/inputs/tags.hpp"

namespace huffvec {

template <class Source>
class SkipGram final : public SourcedLayer<Source> {
 public:
  // tags: of documents, which predict along with the context words (DBOW with words).
  explicit SkipGram(Source source, TagTable tags = {})
      : SourcedLayer<Source>(std::move(source)), tags_(tags) {}

  // A window of more than kMaxInputs inputs is trained as several tiles of about equal size.
  int n_tiles(const Window& window) const override {
    return (n_inputs(window) + kMaxInputs - 1) / kMaxInputs;
  }

  void fill(const Window& window, int tile_index, Tile& tile) override {
    const int n = n_inputs(window), n_tiles = this->n_tiles(window);
    const int n_words = window.n_contexts();
    const int begin = part_begin(n, tile_index, n_tiles);
    const int end = part_begin(n, tile_index + 1, n_tiles);
    int m = 0;
    tile.weighted_inputs = false;
    this->source_.begin_tile();
    for (int k = begin; k < std::min(end, n_words); k++) {
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
    for (int k = std::max(begin, n_words); k < end; k++) {
      tile.inputs[m] = tags_.row(window.sentence_id, k - n_words);
      tile.input_weights[m++] = 1;
    }
    tile.n_inputs = m;
    tile.n_targets = static_cast<float>(end - begin);
  }

  void finish(Tile&) override { this->source_.end_tile(); }

 private:
  int n_inputs(const Window& window) const {
    return window.n_contexts() + tags_.size(window.sentence_id);
  }

  TagTable tags_;
};

}  // namespace huffvec
