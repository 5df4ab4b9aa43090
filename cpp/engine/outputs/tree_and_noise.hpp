// Hierarchical softmax and negative sampling at once, as gensim trains with hs=1 and negative > 0:
// the losses of both add up. A tile has the output rows of both, which decide each by itself, so
// that an input row gets the gradients of both in one step.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/outputs/hierarchical_softmax.hpp"
#include "engine/outputs/noise_sampling.hpp"

namespace huffvec {

// The rows of the output table are those of the tree, then those of the words.
class TreeAndNoise final : public TileLayer {
 public:
  TreeAndNoise(std::shared_ptr<const HierarchicalSoftmax> tree,
               std::shared_ptr<const NoiseSampling> noise)
      : tree_(std::move(tree)), noise_(std::move(noise)) {}

  int32_t n_words() const override { return tree_->n_words(); }
  int32_t n_outputs() const override { return tree_->n_outputs() + noise_->n_outputs(); }
  int max_tile_outputs() const override {
    return tree_->max_tile_outputs() + noise_->max_tile_outputs();
  }
  Link link() const override { return sigmoid_link; }
  std::unique_ptr<OutputSelector> selector(Rows output_rows, bool alone) const override {
    return std::make_unique<Selector>(*this, output_rows, alone);
  }

 private:
  class Selector final : public OutputSelector {
   public:
    Selector(const TreeAndNoise& layer, Rows rows, bool alone)
        : tree_(layer.tree_->selector(rows.part(0, layer.tree_->n_outputs()), alone)),
          noise_(layer.noise_->selector(
              rows.part(layer.tree_->n_outputs(), layer.noise_->n_outputs()), alone)),
          noise_side_(layer.noise_->max_tile_outputs(), rows.stride) {}

    void begin_chunk(Rng noise) override {
      tree_->begin_chunk(noise);
      noise_->begin_chunk(noise);
    }
    void end_chunk() override {
      tree_->end_chunk();
      noise_->end_chunk();
    }
    void begin_sentence(const int32_t* sentence, int length) override {
      tree_->begin_sentence(sentence, length);
      noise_->begin_sentence(sentence, length);
    }
    void prepare(int pos) override {
      tree_->prepare(pos);
      noise_->prepare(pos);
    }

    void select(int pos, Tile& tile) override {
      tree_->select(pos, tile);
      noise_->select(pos, noise_side_);
      const int first = tile.n_outputs, n = noise_side_.n_outputs;
      std::copy_n(noise_side_.outputs.begin(), n, tile.outputs.begin() + first);
      std::copy_n(noise_side_.signs.begin(), n, tile.signs.begin() + first);
      std::copy_n(noise_side_.output_weights.begin(), n, tile.output_weights.begin() + first);
      tile.n_outputs += n;
      tile.weighted_outputs = noise_side_.weighted_outputs;
    }
    void finish(Tile& tile) override { tree_->finish(tile); }

   private:
    std::unique_ptr<OutputSelector> tree_, noise_;
    Tile noise_side_;  // only its outputs are used
  };

  std::shared_ptr<const HierarchicalSoftmax> tree_;
  std::shared_ptr<const NoiseSampling> noise_;
};

}  // namespace huffvec
