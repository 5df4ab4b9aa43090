// The interface between the trainer and objectives that score the same words for many targets.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/rng.hpp"
#include "engine/columns.hpp"
#include "engine/link.hpp"

namespace huffvec {

// Inputs that are trained at once, each with a target.
struct Batch {
  explicit Batch(int stride) : columns(stride) {}

  Columns columns;
  int32_t target_ids[kMaxColumns];
  float weights[kMaxColumns];
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
class BatchSoftmax {
 public:
  virtual ~BatchSoftmax() = default;
  virtual void begin_chunk(Rng noise, float lr) = 0;
  // Chooses the words that are scored for as many of the n targets as can share them; returns how
  // many, at least one.
  virtual size_t select(const int32_t*, size_t n) { return n; }
  // Whether the window of a target of the last select is trained in batches.
  virtual bool is_normalised(size_t) const { return true; }
  virtual const Normaliser& normaliser() const = 0;
  // Changes the output rows, sets the changes of the hidden vectors, and returns the loss in nats.
  virtual double train(Batch& batch, float lr) = 0;
};

// Turns a column's scores (n_rows × m) into gradients times the learning rate; returns the loss.
// places: the rows of the columns' targets.
inline double softmax_gradients(float* scores, int n_rows, const Columns& columns,
                                const int32_t* places, const float* weights, float lr,
                                const Normaliser& rule) {
  const int n = columns.n(), m = columns.m();
  float tops[kMaxColumns + kLanes], sums[kMaxColumns + kLanes];
  float steps[kMaxColumns + kLanes] = {}, own[kMaxColumns];
  for (int j = 0; j < n; j++) own[j] = scores[size_t(places[j]) * m + j];
  column_exps(scores, n_rows, m, scores, tops, sums);
  double total = 0;
  for (int j = 0; j < n; j++) {
    const double log_z = std::log(sums[j]) + tops[j] + rule.offset;
    const double bent = std::clamp(log_z, rule.low, rule.high);
    const double square = bent * (2 * log_z - bent);
    total +=
        weights[j] * (rule.loss(own[j]) + rule.linear * log_z + rule.square / rule.share * square);
    const double slope = rule.linear + 2 * rule.square / rule.share * bent;
    steps[j] = static_cast<float>(lr * weights[j] * slope / sums[j]);
  }
  scale_columns(scores, n_rows, m, steps, scores);
  for (int j = 0; j < n; j++) scores[size_t(places[j]) * m + j] += lr * weights[j];
  return total;
}

}  // namespace huffvec
