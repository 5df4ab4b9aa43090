// CBOW: the mean of the context words' rows is the one input that predicts the center word.
#pragma once

#include <vector>

#include "inputs/input_layer.hpp"

namespace huffvec {

class Cbow final : public InputLayer {
 public:
  // corrected: every context row gets 1/m of the mean's gradient, as the chain rule says. Otherwise
  // all of it, as word2vec.c, gensim and fastText do.
  Cbow(Rows input_rows, bool corrected)
      : rows_(input_rows), corrected_(corrected), buffer_(2 * input_rows.stride + 16) {
    const auto address = reinterpret_cast<uintptr_t>(buffer_.data());
    mean_ = buffer_.data() + (64 - address % 64) % 64 / sizeof(float);
    before_ = mean_ + input_rows.stride;
  }

  void prefetch(int32_t id) const override { rows_.prefetch(id); }
  int n_tiles(const Window& window) const override { return window.n_contexts() > 0; }

  void fill(const Window& window, int, Tile& tile) override {
    context_.clear();
    for (int pos = window.left_pos; pos < window.right_pos; pos++)
      if (pos != window.center_pos) context_.push_back(rows_[window.sentence[pos]]);
    const float share = 1.0f / static_cast<float>(context_.size());
    for (int d = 0; d < rows_.stride; d += kLanes) {
      Floats total = {};
      for (const float* row : context_) total += load(row + d);
      store(mean_ + d, total * share);
      store(before_ + d, total * share);
    }
    tile.n_inputs = 1;
    tile.inputs[0] = mean_;
    tile.input_weights[0] = 1;
    tile.weighted_inputs = false;
    tile.n_targets = 1;
  }

  void finish(Tile&) override {
    const float share = corrected_ ? 1.0f / static_cast<float>(context_.size()) : 1.0f;
    for (int d = 0; d < rows_.stride; d += kLanes) {
      const Floats change = share * (load(mean_ + d) - load(before_ + d));
      for (float* row : context_) store(row + d, load(row + d) + change);
    }
  }

 private:
  Rows rows_;
  bool corrected_;
  std::vector<float> buffer_;
  float *mean_, *before_;
  std::vector<float*> context_;
};

}  // namespace huffvec
