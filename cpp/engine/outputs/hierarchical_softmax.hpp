// Hierarchical softmax: the inner nodes on the target's path, label 1 - bit.
#pragma once

#include <algorithm>
#include <utility>

#include "engine/hot_rows.hpp"
#include "engine/outputs/output_layer.hpp"
#include "trees/huffman.hpp"

namespace huffvec {

class HierarchicalSoftmax final : public TileLayer {
 public:
  explicit HierarchicalSoftmax(TreePaths paths)
      : paths_(std::move(paths)), slots_(n_outputs(), -1) {
    for (size_t w = 1; w < paths_.offsets.size(); w++) {
      const int64_t begin = paths_.offsets[w - 1], end = paths_.offsets[w];
      max_depth_ = std::max(max_depth_, static_cast<int>(end - begin));
      for (int64_t i = begin; i < std::min(end, begin + kSharedDepth); i++) {
        int32_t& slot = slots_[paths_.node_ids[i]];
        if (slot >= 0) continue;
        slot = static_cast<int32_t>(hot_ids_.size());
        hot_ids_.push_back(paths_.node_ids[i]);
      }
    }
  }

  int32_t n_words() const override { return static_cast<int32_t>(paths_.offsets.size()) - 1; }
  int32_t n_outputs() const override { return n_words() - 1; }
  int max_tile_outputs() const override { return max_depth_; }
  Link link() const override { return sigmoid_link; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool alone) const override {
    return by_kind(output_rows, [=, this](auto rows) -> std::unique_ptr<OutputSelector> {
      return std::make_unique<Selector<decltype(rows)>>(*this, rows, alone);
    });
  }

 private:
  // A node at depth k is on the path of one target in 2^k: below this depth two threads rarely
  // meet.
  static constexpr int kSharedDepth = 5;
  // The nodes above this depth are in cache anyway.
  static constexpr int kCachedDepth = 9;

  template <class AnyRows>
  class Selector final : public OutputSelector {
   public:
    Selector(const HierarchicalSoftmax& layer, AnyRows rows, bool alone)
        : layer_(layer),
          rows_(rows),
          hot_depth_(alone ? 0 : kSharedDepth),
          hot_(rows, alone ? std::vector<int32_t>{} : layer.hot_ids_) {}

    void begin_chunk(Rng) override { hot_.begin_chunk(); }
    void end_chunk() override { hot_.end_chunk(); }
    void begin_sentence(const int32_t* sentence, int) override { sentence_ = sentence; }

    void prepare(int pos) override {
      const TreePaths& paths = layer_.paths_;
      const int64_t begin = paths.offsets[sentence_[pos]], end = paths.offsets[sentence_[pos] + 1];
      for (int64_t i = begin + kCachedDepth; i < end; i++) rows_.prefetch(paths.node_ids[i]);
    }

    void select(int pos, Tile& tile) override {
      const TreePaths& paths = layer_.paths_;
      const int64_t begin = paths.offsets[sentence_[pos]];
      const int depth = static_cast<int>(paths.offsets[sentence_[pos] + 1] - begin);
      for (int i = 0; i < depth; i++) {
        const int32_t node_id = paths.node_ids[begin + i];
        tile.outputs[i] = i < hot_depth_ ? hot_[layer_.slots_[node_id]] : rows_[node_id];
        tile.signs[i] = paths.codes[begin + i] ? -1.0f : 1.0f;
        tile.output_weights[i] = 1;
      }
      tile.n_outputs = depth;
      tile.weighted_outputs = false;
    }
    void finish(Tile&) override { hot_.end_tile(); }

   private:
    const HierarchicalSoftmax& layer_;
    AnyRows rows_;
    int hot_depth_;
    HotRows hot_;
    const int32_t* sentence_ = nullptr;
  };

  TreePaths paths_;
  std::vector<int32_t> slots_;    // by node: its place among the hot rows, or -1
  std::vector<int32_t> hot_ids_;  // the nodes at depths below kSharedDepth
  int max_depth_ = 0;
};

}  // namespace huffvec
