// One versus all: every label decides by a sigmoid of its own whether it is one of a document's.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/outputs/output_layer.hpp"

namespace huffvec {

// Turns the scores of a batch (n_rows × m) into gradients times the learning rate: label − σ(score)
// with labels 1 for the rows of a column's set and 0 for all others.
inline BatchGradients logistic_gradients(float* scores, int n_rows, Batch& batch, float lr) {
  Columns& columns = batch.columns;
  const int n = columns.n(), m = columns.m();
  float steps[kMaxColumns] = {}, norms[kMaxColumns] = {}, sums[kMaxColumns] = {};
  BatchGradients found = {};
  for (int j = 0; j < n; j++) {
    steps[j] = lr * batch.weights[j];
    norms[j] = static_cast<float>(row_norm(columns.hidden(j), columns.width()));
    found.longest_hidden = std::max<double>(found.longest_hidden, norms[j]);
    for (const int32_t id : batch.sets[j])
      found.loss -= batch.weights[j] * scores[size_t(id) * m + j];
  }
  for (int i = 0; i < n_rows; i++) {
    Floats losses = {}, length = {};
    float* const row = scores + size_t(i) * m;
    for (int j = 0; j < m; j += kLanes) {
      const Floats score = load_unaligned(row + j), step = load_unaligned(steps + j);
      const Floats magnitude = score < 0 ? -score : score;
      const Floats e = exp_in_range(magnitude > 86.0f ? broadcast(-86.0f) : -magnitude);
      const Floats inverse = 1.0f / (1.0f + e);
      const Floats size = step * (score < 0 ? e * inverse : inverse);
      losses += step * (log_one_plus(e) + (score < 0 ? Floats{} : score));  // keeps a NaN
      length += size * load_unaligned(norms + j);
      store_unaligned(sums + j, load_unaligned(sums + j) + size);
      store_unaligned(row + j, -size);
    }
    found.loss += sum(losses) / lr;
    found.row_step = std::max<double>(found.row_step, sum(length));
  }
  for (int j = 0; j < n; j++) {
    for (const int32_t id : batch.sets[j]) scores[size_t(id) * m + j] += steps[j];
    const double of_set = static_cast<double>(steps[j]) * static_cast<double>(batch.sets[j].size());
    found.column_sum = std::max(found.column_sum, sums[j] + of_set);
    for (const int32_t id : batch.sets[j]) {
      double step = 0;
      for (int k = 0; k < n; k++) step += std::fabs(scores[size_t(id) * m + k]) * norms[k];
      found.row_step = std::max(found.row_step, step);
    }
  }
  return found;
}

class OneVsAll final : public BatchLayer {
 public:
  explicit OneVsAll(int32_t n_words) : n_words_(n_words) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_; }
  bool takes_sets() const override { return true; }
  std::unique_ptr<BatchSoftmax> softmax(Rows output_rows) const override {
    return std::make_unique<Sigmoids>(n_words_, output_rows);
  }

 private:
  class Sigmoids final : public BatchSoftmax {
   public:
    Sigmoids(int32_t n_words, Rows rows) : stride_(rows.stride), scores_(0) {
      for (int32_t id = 0; id < n_words; id++) rows_.push_back(rows[id]);
    }

    void begin_chunk(Rng, float) override { longest_row_ = longest(rows_, stride_); }
    const Normaliser& normaliser() const override { return normaliser_; }

    double train(Batch& batch, float lr) override {
      Columns& columns = batch.columns;
      const int n_rows = static_cast<int>(rows_.size());
      scores_.grow(rows_.size() * kMaxColumns);
      columns.score(rows_.data(), n_rows, scores_.data());
      const BatchGradients found = logistic_gradients(scores_.data(), n_rows, batch, lr);
      BatchGradients of_a_label = found;
      of_a_label.loss /= n_rows;
      bound_steps(
          scores_.data(), n_rows, of_a_label, columns,
          [&](int i) { return row_norm(rows_[i], columns.width()); }, longest_row_);
      columns.update(rows_.data(), n_rows, scores_.data());
      return found.loss;
    }

   private:
    Normaliser normaliser_;  // every document is trained in batches, so that none is asked for
    int stride_;
    std::vector<float*> rows_;
    double longest_row_ = 0;
    AlignedRow scores_;
  };

  int32_t n_words_;
};

}  // namespace huffvec
