// The most probable leaves of a hierarchical softmax, best first, without scoring all of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>
#include <stdexcept>
#include <vector>

#include "engine/simd.hpp"

namespace huffvec {

// Children of the inner nodes: children[2 * node + bit] is an inner node, or ~word for a leaf.
struct TreeChildren {
  const int32_t* children;
  int32_t n_inner, root;
};

// Rows of `dim` floats, `stride` floats apart.
struct FloatRows {
  const float* data;
  int64_t n_rows, stride;
  int dim;
};

struct TopLeaves {
  std::vector<int32_t> words;
  std::vector<double> log_probs;
};

inline double dot(const float* a, const float* b, int dim) {
  Floats sums[4] = {};
  int d = 0;
  for (; d + 4 * kLanes <= dim; d += 4 * kLanes)
    for (int v = 0; v < 4; v++)
      sums[v] += load_unaligned(a + d + v * kLanes) * load_unaligned(b + d + v * kLanes);
  const Floats sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float total = 0;
  for (int k = 0; k < kLanes; k++) total += sum[k];
  for (; d < dim; d++) total += a[d] * b[d];
  return total;
}

inline double log_sigmoid(double s) {
  return std::min(s, 0.0) - std::log1p(std::exp(-std::abs(s)));
}

// A node's probability, the mean over the hidden vectors of the products of its path's sigmoids,
// never grows on the way down. So the inner node or leaf of the largest probability that is not
// yet expanded bounds all that is unseen, and leaves come off the queue in descending order.
class LeafSearch {
 public:
  LeafSearch(TreeChildren tree, FloatRows outputs, FloatRows hidden)
      : tree_(tree), outputs_(outputs), hidden_(hidden) {}

  TopLeaves top(size_t k) {
    TopLeaves found;
    log_probs_.assign(hidden_.n_rows, 0.0);
    queue_.push({0.0, tree_.root, 0});
    while (found.words.size() < k && !queue_.empty()) {
      const Entry best = queue_.top();
      queue_.pop();
      if (best.node >= 0) {
        expand(best);
      } else {
        found.words.push_back(~best.node);
        found.log_probs.push_back(best.log_prob);
      }
    }
    return found;
  }

 private:
  struct Entry {
    double log_prob;  // log of the mean
    int32_t node;
    size_t place;  // where in log_probs_ the node's values are, one for each hidden vector
    // At the end of the queue goes what is less probable. On a tie inner nodes come first, because
    // a leaf below may be as probable, then leaves by word.
    bool operator<(const Entry& other) const {
      if (log_prob != other.log_prob) return log_prob < other.log_prob;
      return (node < 0) != (other.node < 0) ? node < 0 : node < other.node;
    }
  };

  void expand(const Entry& parent) {
    if (parent.node >= tree_.n_inner) throw std::invalid_argument("a child is no node of the tree");
    const size_t m = hidden_.n_rows, places[2] = {log_probs_.size(), log_probs_.size() + m};
    log_probs_.resize(places[1] + m);
    for (size_t i = 0; i < m; i++) {
      const double score = dot(hidden_.data + i * hidden_.stride,
                               outputs_.data + parent.node * outputs_.stride, outputs_.dim);
      const double log_prob = log_probs_[parent.place + i];
      log_probs_[places[0] + i] = log_prob + log_sigmoid(score);
      log_probs_[places[1] + i] = log_prob + log_sigmoid(-score);
    }
    for (int bit = 0; bit < 2; bit++) {
      // Rounding must not make the mean of a child larger than its parent's.
      const double log_prob = std::min(parent.log_prob, log_mean(&log_probs_[places[bit]]));
      queue_.push(
          {log_prob, tree_.children[2 * static_cast<size_t>(parent.node) + bit], places[bit]});
    }
  }

  double log_mean(const double* log_probs) const {
    const int64_t m = hidden_.n_rows;
    if (m == 1) return log_probs[0];
    double top = log_probs[0], sum = 0;
    for (int64_t i = 1; i < m; i++) top = std::max(top, log_probs[i]);
    for (int64_t i = 0; i < m; i++) sum += std::exp(log_probs[i] - top);
    return top + std::log(sum / static_cast<double>(m));
  }

  TreeChildren tree_;
  FloatRows outputs_, hidden_;
  std::vector<double> log_probs_;
  std::priority_queue<Entry> queue_;
};

}  // namespace huffvec
