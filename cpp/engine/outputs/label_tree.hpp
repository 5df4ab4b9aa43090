// The probabilistic label tree (Jasinska et al. 2016; Wydmuch et al. 2018): every node below the
// root decides by itself whether one of the labels below it is due, given that one below its parent
// is. Children decide independently, so that several labels may be due at once.
//
// A document trains the children of all nodes on the ways to its labels: label 1 for those on a
// way, 0 for the others.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/hot_rows.hpp"
#include "engine/outputs/output_layer.hpp"

namespace huffvec {

// Nodes have numbers from 0 on, parents before their children; node 0 is the root, and node k has
// the output row k - 1. The children of a node follow one another.
struct LabelTreeTable {
  std::vector<int32_t> parents;      // by node; of the root -1
  std::vector<int32_t> first_child;  // by node, and one more: where its children begin
  std::vector<int32_t> leaves;       // by label: its node

  int32_t n_nodes() const { return static_cast<int32_t>(parents.size()); }
};

// Decisions whose probability is the score itself, from 0 to 1: the modified Huber loss of
// one_vs_all.hpp, tile by tile.
inline double linear_link(Tile& tile, float lr) {
  float* gradient = tile.matrix.data();
  double total = 0;
  for (int i = 0; i < tile.n_outputs; i++)
    for (int j = 0; j < tile.n_inputs; j++, gradient++) {
      const float weight = tile.output_weights[i] * tile.input_weights[j];
      const float over = tile.signs[i] > 0 ? 1 - *gradient : *gradient;  // how far it is off
      const float step = over < 0 ? 0.0f : over > 1 ? 1.0f : over;       // keeps a NaN
      total += static_cast<double>(weight * step * (over - 0.5f * step));
      *gradient = tile.signs[i] * lr * weight * step;
    }
  return total;
}

class LabelTree final : public TileLayer {
 public:
  LabelTree(LabelTreeTable tree, bool is_logistic)
      : tree_(std::move(tree)), is_logistic_(is_logistic) {}

  int32_t n_words() const override { return static_cast<int32_t>(tree_.leaves.size()); }
  int32_t n_outputs() const override { return tree_.n_nodes() - 1; }
  bool takes_sets() const override { return true; }
  int max_tile_outputs() const override { return 1; }  // a tile grows with its set
  Link link() const override { return is_logistic_ ? sigmoid_link : linear_link; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool alone) const override {
    return by_kind(output_rows, [=, this](auto rows) -> std::unique_ptr<OutputSelector> {
      return std::make_unique<Selector<decltype(rows)>>(*this, rows, alone);
    });
  }

 private:
  static constexpr int32_t kMaxShared = 32;  // rows of the top of the tree, which all threads write

  template <class AnyRows>
  class Selector final : public OutputSelector {
   public:
    Selector(const LabelTree& layer, AnyRows rows, bool alone)
        : tree_(layer.tree_),
          rows_(rows),
          n_hot_(alone ? 0 : std::min(kMaxShared, tree_.n_nodes() - 1)),
          hot_(rows, first_ids(n_hot_)),
          is_due_(tree_.n_nodes()) {}

    void begin_chunk(Rng) override { hot_.begin_chunk(); }
    void end_chunk() override { hot_.end_chunk(); }
    void begin_sentence(const int32_t* sentence, int length) override {
      set_ = sentence;
      n_set_ = length;
    }
    void prepare(int) override {}

    void select(int, Tile& tile) override {
      due_.clear();
      for (int i = 0; i < n_set_; i++)
        for (int32_t node = tree_.leaves[set_[i]]; node >= 0 && !is_due_[node];
             node = tree_.parents[node]) {
          is_due_[node] = true;
          due_.push_back(node);
        }
      int n = 0;
      for (const int32_t node : due_) n += tree_.first_child[node + 1] - tree_.first_child[node];
      tile.grow(n);
      tile.n_outputs = 0;
      tile.weighted_outputs = false;
      for (const int32_t node : due_)
        for (int32_t k = tree_.first_child[node]; k < tree_.first_child[node + 1]; k++) {
          const int i = tile.n_outputs++;
          tile.outputs[i] = k - 1 < n_hot_ ? hot_[k - 1] : rows_[k - 1];
          tile.signs[i] = is_due_[k] ? 1.0f : -1.0f;
          tile.output_weights[i] = 1;
        }
      for (const int32_t node : due_) is_due_[node] = false;
    }
    void finish(Tile&) override { hot_.end_tile(); }

   private:
    static std::vector<int32_t> first_ids(int32_t n) {
      std::vector<int32_t> ids(n);
      for (int32_t k = 0; k < n; k++) ids[k] = k;
      return ids;
    }

    const LabelTreeTable& tree_;
    AnyRows rows_;
    int32_t n_hot_;
    HotRows hot_;
    const int32_t* set_ = nullptr;
    int n_set_ = 0;
    std::vector<char> is_due_;  // by node: whether a label of the set lies below it
    std::vector<int32_t> due_;
  };

  LabelTreeTable tree_;
  bool is_logistic_;
};

}  // namespace huffvec
