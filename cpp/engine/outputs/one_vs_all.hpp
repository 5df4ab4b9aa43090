// One versus all: every label decides by itself whether it is one of a document's.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/outputs/output_layer.hpp"

namespace huffvec {

// How a score becomes a probability. The loss of a label that is not due is that function's
// integral, of one that is due the same less score - due_less: gradients are probability - label.
struct LogisticLink {
  static constexpr float due_less = 0;

  static void apply(Floats score, Floats& prob, Floats& loss) {
    const Floats magnitude = score < 0 ? -score : score;
    const Floats e = exp_in_range(magnitude > 86.0f ? broadcast(-86.0f) : -magnitude);
    const Floats inverse = 1.0f / (1.0f + e);
    prob = score < 0 ? e * inverse : inverse;
    loss = log_one_plus(e) + (score < 0 ? Floats{} : score);  // keeps a NaN
  }
};

// The score itself, from 0 to 1: the modified Huber loss (Zhang 2004).
struct LinearLink {
  static constexpr float due_less = 0.5f;

  static void apply(Floats score, Floats& prob, Floats& loss) {
    prob = score < 0 ? Floats{} : score > 1.0f ? broadcast(1.0f) : score;  // keeps a NaN
    loss = prob * (score - 0.5f * prob);
  }
};

// Turns the scores of a batch (n_rows × m) into gradients times the learning rate: label -
// probability with labels 1 for the rows of a column's set and 0 for all others.
template <class Link>
inline BatchGradients set_gradients(float* scores, int n_rows, Batch& batch, float lr) {
  Columns& columns = batch.columns;
  const int n = columns.n(), m = columns.m();
  float steps[kMaxColumns] = {}, norms[kMaxColumns] = {}, sums[kMaxColumns] = {};
  BatchGradients found = {};
  for (int j = 0; j < n; j++) {
    steps[j] = lr * batch.weights[j];
    norms[j] = static_cast<float>(row_norm(columns.hidden(j), columns.width()));
    found.longest_hidden = std::max<double>(found.longest_hidden, norms[j]);
    for (const int32_t id : batch.sets[j])
      found.loss -= batch.weights[j] * (scores[size_t(id) * m + j] - Link::due_less);
  }
  for (int i = 0; i < n_rows; i++) {
    Floats losses = {}, length = {};
    float* const row = scores + size_t(i) * m;
    for (int j = 0; j < m; j += kLanes) {
      const Floats step = load_unaligned(steps + j);
      Floats prob, loss;
      Link::apply(load_unaligned(row + j), prob, loss);
      const Floats size = step * prob;
      losses += step * loss;
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
  OneVsAll(int32_t n_words, bool is_logistic) : n_words_(n_words), is_logistic_(is_logistic) {}

  int32_t n_words() const override { return n_words_; }
  int32_t n_outputs() const override { return n_words_; }
  bool takes_sets() const override { return true; }
  std::unique_ptr<BatchTrainer> trainer(Rows output_rows) const override {
    if (is_logistic_) return std::make_unique<Decisions<LogisticLink>>(n_words_, output_rows);
    return std::make_unique<Decisions<LinearLink>>(n_words_, output_rows);
  }

 private:
  template <class Link>
  class Decisions final : public BatchTrainer {
   public:
    Decisions(int32_t n_words, Rows rows) : table_(rows), rows_(n_words), scores_(0) {}

    void begin_chunk(Rng, float) override {
      for (size_t id = 0; id < rows_.size(); id++) rows_[id] = table_[static_cast<int32_t>(id)];
      longest_row_ = longest(rows_, table_.stride);
    }

    double train(Batch& batch, float lr) override {
      Columns& columns = batch.columns;
      const int n_rows = static_cast<int>(rows_.size());
      scores_.grow(rows_.size() * kMaxColumns);
      columns.score(rows_.data(), n_rows, scores_.data());
      const BatchGradients found = set_gradients<Link>(scores_.data(), n_rows, batch, lr);
      BatchGradients of_a_label = found;
      of_a_label.loss /= n_rows;
      bound_steps(
          scores_.data(), n_rows, of_a_label, columns,
          [&](int i) { return row_norm(rows_[i], columns.width()); }, longest_row_);
      columns.update(rows_.data(), n_rows, scores_.data(), batch.frozen);
      return found.loss;
    }

   private:
    Rows table_;
    std::vector<float*> rows_;
    double longest_row_ = 0;
    AlignedRow scores_;
  };

  int32_t n_words_;
  bool is_logistic_;
};

}  // namespace huffvec
