// The interface between the trainer and objectives that score the same words for many targets.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "base/rng.hpp"
#include "engine/columns.hpp"
#include "engine/link.hpp"
#include "engine/step_bound.hpp"

namespace huffvec {

// Inputs that are trained at once, each with a target.
struct Batch {
  explicit Batch(int stride) : columns(stride) {}

  Columns columns;
  int32_t target_ids[kMaxColumns];
  std::span<const int32_t> sets[kMaxColumns];  // all targets, where a set of them is predicted
  float weights[kMaxColumns];
  bool frozen = false;  // the output rows stay as they are
};

// How the logarithm of the normaliser, L = log Σ exp(score + offset), enters the loss of a target:
//
//   loss = −(score + offset) + linear L + square L² / share + constant
//
// The softmax's is L itself. Where L is not between low and high, the square goes on as a straight
// line: steps that grow with L would overshoot and grow again.
struct Normaliser {
  double linear = 1, square = 0, offset = 0, constant = 0, low = 0, high = 0;
  // Share of the windows, drawn at random, that have an L; the others raise their target's score.
  double share = 1;

  static constexpr double kLongestStep = 0.05;
  // Steps with an L are 1 / share times as long. Where that is too far, more windows have one.
  double share_at(double lr) const { return std::min(1.0, std::max(share, lr / kLongestStep)); }

  double loss(double score) const { return constant - offset - score; }
};

// The output side at work; one per thread.
class BatchTrainer {
 public:
  virtual ~BatchTrainer() = default;
  virtual void begin_chunk(Rng noise, float lr) = 0;
  // Chooses the words that are scored for as many of the n targets as can share them; returns how
  // many, at least one.
  virtual size_t select(const int32_t*, size_t n) { return n; }
  // The rule for a target of the last select whose window is not trained in batches, since it has
  // no normaliser: its score is raised alone. Null where it is in a batch.
  virtual const Normaliser* raised_by(size_t) const { return nullptr; }
  // Changes the output rows, unless they are frozen, sets the changes of the hidden vectors, and
  // returns the loss in nats.
  virtual double train(Batch& batch, float lr) = 0;
};

// The gradients of a batch, which stand where its scores were (n_rows × m), times the learning
// rate.
struct BatchGradients {
  double loss;
  double row_step;        // how far a row moves, at most
  double column_sum;      // of a column's absolute gradients, at most
  double longest_hidden;  // norm of a hidden vector
};

// matrix = −steps · exps, column by column, in place; returns the largest sum of a row's absolute
// numbers, each times its column's norm.
inline double scale_batch(float* matrix, int n_rows, int m, const float* steps,
                          const float* norms) {
  float lengths[kMaxColumns];
  for (int j = 0; j < m; j++) lengths[j] = std::fabs(steps[j]) * norms[j];
  float most = 0;
  for (int i = 0; i < n_rows; i++) {
    Floats length = {};
    for (int j = 0; j < m; j += kLanes) {
      const Floats e = load_unaligned(matrix + size_t(i) * m + j);
      length += load_unaligned(lengths + j) * e;
      store_unaligned(matrix + size_t(i) * m + j, -load_unaligned(steps + j) * e);
    }
    most = std::max(most, sum(length));
  }
  return most;
}

// Turns a column's scores (n_rows × m) into gradients times the learning rate. places: the rows of
// the columns' targets.
inline BatchGradients softmax_gradients(float* scores, int n_rows, Columns& columns,
                                        const int32_t* places, const float* weights, float lr,
                                        const Normaliser& rule) {
  const int n = columns.n(), m = columns.m();
  float tops[kMaxColumns + kLanes], sums[kMaxColumns + kLanes];
  float steps[kMaxColumns + kLanes] = {}, own[kMaxColumns], norms[kMaxColumns] = {};
  for (int j = 0; j < n; j++) own[j] = scores[size_t(places[j]) * m + j];
  column_exps(scores, n_rows, m, scores, tops, sums);
  BatchGradients found = {};
  for (int j = 0; j < n; j++) {
    const double log_z = std::log(sums[j]) + tops[j] + rule.offset;
    const double bent = std::clamp(log_z, rule.low, rule.high);
    const double square = bent * (2 * log_z - bent);
    found.loss +=
        weights[j] * (rule.loss(own[j]) + rule.linear * log_z + rule.square / rule.share * square);
    const double slope = rule.linear + 2 * rule.square / rule.share * bent;
    steps[j] = static_cast<float>(lr * weights[j] * slope / sums[j]);
    norms[j] = static_cast<float>(row_norm(columns.hidden(j), columns.width()));
    found.column_sum = std::max(found.column_sum, lr * weights[j] * (1 + std::fabs(slope)));
    found.longest_hidden = std::max<double>(found.longest_hidden, norms[j]);
  }
  found.row_step = scale_batch(scores, n_rows, m, steps, norms);
  for (int j = 0; j < n; j++) scores[size_t(places[j]) * m + j] += lr * weights[j];
  for (int j = 0; j < n; j++) {
    double step = 0;
    for (int k = 0; k < n; k++) step += std::fabs(scores[size_t(places[j]) * m + k]) * norms[k];
    found.row_step = std::max(found.row_step, step);
  }
  return found;
}

// Shortens a batch's steps where they go too far. norm(i): that of row i; longest_row: at most,
// maybe of some time ago. Each step is looked at only where the
// longest ones might go too far together.
template <class Norm>
inline void bound_steps(float* matrix, int n_rows, const BatchGradients& found, Columns& columns,
                        const Norm& norm, double longest_row) {
  const double by_rows = found.row_step * found.longest_hidden;
  const double by_hidden = found.column_sum * longest_row * longest_row;
  if (!(by_rows + by_hidden > kFarthest)) return;
  std::vector<double> row_norms(n_rows), hidden_norms(columns.n());
  for (int i = 0; i < n_rows; i++) row_norms[i] = norm(i);
  for (int j = 0; j < columns.n(); j++)
    hidden_norms[j] = row_norm(columns.hidden(j), columns.width());
  shorten_steps(matrix, n_rows, columns.n(), columns.m(), row_norms.data(), hidden_norms.data(),
                std::max(kFarthest, found.loss / columns.n()));
}

}  // namespace huffvec
