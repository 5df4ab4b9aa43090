// Trains tile after tile: for objectives with a few output rows a target.
#pragma once

#include "engine/step_bound.hpp"
#include "engine/worker.hpp"

namespace huffvec {

class TileWorker final : public WindowWorker {
 public:
  TileWorker(const TrainingPlan& plan, std::unique_ptr<InputLayer> inputs, const TileLayer& layer,
             bool alone)
      : WindowWorker(plan, std::move(inputs), layer, layer.max_tile_outputs()),
        outputs_(layer.selector(plan.output_rows, alone)),
        link_(layer.link()) {}

 private:
  void begin_chunk(Rng noise, int64_t) override { outputs_->begin_chunk(noise); }
  void end_chunk() override {
    if (!plan_.infers) outputs_->end_chunk();
  }
  const int32_t* begin_sentence(const std::vector<int32_t>& sentence) override {
    const int length = static_cast<int>(sentence.size());
    if (plan_.architecture == Architecture::kDocuments) {
      outputs_->begin_labels(sentence.data(), length);
    } else {
      outputs_->begin_sentence(sentence.data(), length);
    }
    return sentence.data();
  }
  void prepare(int pos) override { outputs_->prepare(pos); }

  void train_window(const Window& window) override {
    const int n_tiles = inputs_->n_tiles(window);
    if (n_tiles == 0) return;
    outputs_->select(window.center_pos, tile_);
    for (int t = 0; t < n_tiles; t++) {
      inputs_->fill(window, t, tile_);
      outputs_->score(tile_, plan_.input_rows.stride);
      const double loss = link_(tile_, lr_);
      bound_steps(tile_, plan_.input_rows.stride, lr_, loss, takes_sets_);
      totals_.loss += loss;
      totals_.targets += tile_.n_targets;
      if (plan_.infers) {
        apply_to_inputs(tile_, plan_.input_rows.stride);
        inputs_->finish(tile_);
        apply_prior(window.sentence_id, 1);
      } else {
        outputs_->finish(tile_);
        apply_gradients(tile_, plan_.input_rows.stride);
        inputs_->finish(tile_);
      }
    }
  }

  std::unique_ptr<OutputSelector> outputs_;
  Link link_;
};

}  // namespace huffvec
