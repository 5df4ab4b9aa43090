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
      : rows_(input_rows),
        corrected_(corrected),
        mean_(input_rows.stride),
        before_(input_rows.stride) {}

  void prefetch(int32_t id) const override { rows_.prefetch(id); }
  int n_tiles(const Window& window) const override { return window.n_contexts() > 0; }

  void fill(const Window& window, int, Tile& tile) override {
    context_.clear();
    for (int pos = window.left_pos; pos < window.right_pos; pos++)
      if (pos != window.center_pos) context_.push_back(rows_[window.sentence[pos]]);
    const float share = 1.0f / static_cast<float>(context_.size());
    int d = 0;
    for (; d + 4 * kLanes <= rows_.stride; d += 4 * kLanes) average<4>(d, share);
    for (; d < rows_.stride; d += kLanes) average<1>(d, share);
    tile.n_inputs = 1;
    tile.inputs[0] = mean_.data();
    tile.input_weights[0] = 1;
    tile.weighted_inputs = false;
    tile.n_targets = 1;
  }

  void finish(Tile&) override {
    const float share = corrected_ ? 1.0f / static_cast<float>(context_.size()) : 1.0f;
    float* const change = before_.data();
    for (int d = 0; d < rows_.stride; d += kLanes)
      store(change + d, share * (load(mean_.data() + d) - load(before_.data() + d)));
    for (float* row : context_)
      for (int d = 0; d < rows_.stride; d += kLanes)
        store(row + d, load(row + d) + load(change + d));
  }

 private:
  // Averages the context rows' next kVectors vectors, which stay in registers over all rows.
  template <int kVectors>
  void average(int d, float share) {
    Floats totals[kVectors] = {};
    for (const float* row : context_)
      for (int v = 0; v < kVectors; v++) totals[v] += load(row + d + v * kLanes);
    for (int v = 0; v < kVectors; v++) {
      store(mean_.data() + d + v * kLanes, totals[v] * share);
      store(before_.data() + d + v * kLanes, totals[v] * share);
    }
  }

  Rows rows_;
  bool corrected_;
  AlignedRow mean_, before_;
  std::vector<float*> context_;
};

}  // namespace huffvec
