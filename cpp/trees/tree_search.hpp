// The most probable leaves of a tree of decisions, best first, without scoring all of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "engine/simd.hpp"

namespace huffvec {

// Rows of `dim` floats, `stride` floats apart.
struct FloatRows {
  const float* data;
  int64_t n_rows, stride;
  int dim;

  const float* operator[](int64_t row) const { return data + row * stride; }
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

// The logarithm of the probability that a score is itself, smooth near 0 and 1: as log_linear of
// huffvec.objectives.one_vs_all.
inline double log_linear(double s) {
  constexpr double kMargin = 0.02;
  if (s < kMargin) return std::log(kMargin) + s / kMargin - 1;
  if (s <= 1 - kMargin) return std::log(s);
  return std::log1p(-kMargin * std::exp(std::min(0.0, (1 - kMargin - s) / kMargin)));
}

// Trees say of every inner node how many children it has, which they are (the number of an inner
// node, or ~leaf), and how probable they are beside their parent.

// That of hierarchical softmax: children[2 * node + bit], told apart by a row of the node.
struct BinaryTree {
  const int32_t* children;
  int32_t n_inner, root_node;
  FloatRows outputs;

  int32_t root() const { return root_node; }
  int n_children(int32_t node) const {
    if (node >= n_inner) throw std::invalid_argument("a child is no node of the tree");
    return 2;
  }
  int32_t child(int32_t node, int i) const { return children[2 * size_t(node) + i]; }
  void log_probs(int32_t node, const float* hidden, double* of_children) const {
    const double score = dot(hidden, outputs[node], outputs.dim);
    of_children[0] = log_sigmoid(score);
    of_children[1] = log_sigmoid(-score);
  }
};

// A label tree: the children of a node are first_child[node] … first_child[node + 1] - 1, node k
// has the row k - 1, and leaf_ids[k] is the leaf that it is, or -1.
struct MultiwayTree {
  const int32_t *first_child, *leaf_ids;
  bool is_logistic;  // or else linear
  FloatRows outputs;

  int32_t root() const { return 0; }
  int n_children(int32_t node) const { return first_child[node + 1] - first_child[node]; }
  int32_t child(int32_t node, int i) const {
    const int32_t k = first_child[node] + i;
    return leaf_ids[k] < 0 ? k : ~leaf_ids[k];
  }
  void log_probs(int32_t node, const float* hidden, double* of_children) const {
    for (int32_t k = first_child[node]; k < first_child[node + 1]; k++) {
      const double score = dot(hidden, outputs[k - 1], outputs.dim);
      *of_children++ = is_logistic ? log_sigmoid(score) : log_linear(score);
    }
  }
};

// A node's probability, the mean over the hidden vectors of the products of its path's decisions,
// never grows on the way down. So the inner node or leaf of the largest probability that is not
// yet expanded bounds all that is unseen, and leaves come off the queue in descending order.
template <class Tree>
class LeafSearch {
 public:
  explicit LeafSearch(const Tree& tree) : tree_(tree) {}

  // Calls found(leaf, log_prob) for the k best leaves, or for all, if there are fewer.
  template <class Found>
  void top(FloatRows hidden, size_t k, const Found& found) {
    hidden_ = hidden;
    log_probs_.assign(hidden.n_rows, 0.0);
    queue_.assign(1, {0.0, tree_.root(), 0});
    while (k > 0 && !queue_.empty()) {
      std::pop_heap(queue_.begin(), queue_.end());
      const Entry best = queue_.back();
      queue_.pop_back();
      if (best.node >= 0) {
        expand(best);
      } else {
        found(~best.node, best.log_prob);
        k--;
      }
    }
  }

 private:
  struct Entry {
    double log_prob;  // log of the mean
    int32_t node;
    size_t place;  // where in log_probs_ the node's values are, one for each hidden vector
    // At the end of the queue goes what is less probable. On a tie inner nodes come first, because
    // a leaf below may be as probable, then leaves by number.
    bool operator<(const Entry& other) const {
      if (log_prob != other.log_prob) return log_prob < other.log_prob;
      return (node < 0) != (other.node < 0) ? node < 0 : node < other.node;
    }
  };

  void expand(const Entry& parent) {
    const size_t m = hidden_.n_rows, first = log_probs_.size();
    const int n = tree_.n_children(parent.node);
    log_probs_.resize(first + n * m);
    of_children_.resize(n);
    for (size_t i = 0; i < m; i++) {
      tree_.log_probs(parent.node, hidden_[i], of_children_.data());
      for (int c = 0; c < n; c++)
        log_probs_[first + c * m + i] = log_probs_[parent.place + i] + of_children_[c];
    }
    for (int c = 0; c < n; c++) {
      const size_t place = first + c * m;
      // Rounding must not make the mean of a child larger than its parent's.
      const double log_prob = std::min(parent.log_prob, log_mean(&log_probs_[place]));
      queue_.push_back({log_prob, tree_.child(parent.node, c), place});
      std::push_heap(queue_.begin(), queue_.end());
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

  Tree tree_;
  FloatRows hidden_ = {};
  std::vector<double> log_probs_, of_children_;
  std::vector<Entry> queue_;  // a heap
};

}  // namespace huffvec
