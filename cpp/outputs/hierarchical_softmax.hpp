// Hierarchical softmax: the inner nodes on the target's path, label 1 - bit.
#pragma once

#include <algorithm>
#include <utility>

#include "huffman.hpp"
#include "outputs/output_layer.hpp"

namespace huffvec {

class HierarchicalSoftmax final : public OutputLayer {
 public:
  explicit HierarchicalSoftmax(TreePaths paths) : paths_(std::move(paths)) {
    for (size_t w = 1; w < paths_.offsets.size(); w++)
      max_depth_ = std::max(max_depth_, static_cast<int>(paths_.offsets[w] - paths_.offsets[w - 1]));
  }

  int32_t n_words() const override { return static_cast<int32_t>(paths_.offsets.size()) - 1; }
  int32_t n_outputs() const override { return n_words() - 1; }
  int max_tile_outputs() const override { return max_depth_; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows) const override {
    return std::make_unique<Selector>(paths_, output_rows);
  }

 private:
  class Selector final : public OutputSelector {
   public:
    Selector(const TreePaths& paths, Rows rows) : paths_(paths), rows_(rows) {}

    void begin_chunk(Rng) override {}
    void begin_sentence(const int32_t* sentence) override { sentence_ = sentence; }
    void prepare(int) override {}  // the hot nodes are in cache: prefetching gains nothing

    void select(int pos, Tile& tile) override {
      const int64_t begin = paths_.offsets[sentence_[pos]];
      const int depth = static_cast<int>(paths_.offsets[sentence_[pos] + 1] - begin);
      for (int i = 0; i < depth; i++) {
        tile.outputs[i] = rows_[paths_.node_ids[begin + i]];
        tile.signs[i] = paths_.codes[begin + i] ? -1.0f : 1.0f;
        tile.output_weights[i] = 1;
      }
      tile.n_outputs = depth;
      tile.weighted_outputs = false;
    }

   private:
    const TreePaths& paths_;
    Rows rows_;
    const int32_t* sentence_ = nullptr;
  };

  TreePaths paths_;
  int max_depth_ = 0;
};

}  // namespace huffvec
