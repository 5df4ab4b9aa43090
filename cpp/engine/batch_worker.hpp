// Trains batches: for objectives that score many words, the same ones for many targets.
//
// A chunk's windows are split into parts whose targets share the words that are scored, and the
// tiles of a part into batches of up to kMaxColumns inputs. A batch is one large tile, whose inputs
// have a target each: the link is a softmax, and the products are those of matrices (columns.hpp).
// Gradients are taken from the values before the batch. Inputs are copied into the batch, since a
// word may occur in it many times; afterwards every tile receives its changes. Neighbouring windows
// have nearly the same words: in one batch they would take many equal steps at once, too far
// together. So windows are taken from kApart places of a part in turn, and with a small vocabulary,
// whose words any batch holds many times, batches are smaller.
#pragma once

#include "engine/worker.hpp"

namespace huffvec {

class BatchWorker final : public WindowWorker {
 public:
  BatchWorker(const TrainingPlan& plan, std::unique_ptr<InputLayer> inputs, const BatchLayer& layer)
      : WindowWorker(plan, std::move(inputs), layer, 1),
        trainer_(layer.trainer(plan.output_rows)),
        max_columns_(plan.infers ? kDocumentColumns
                                 : std::clamp(plan.corpus.n_words / 64 * 16, 16, kMaxColumns)),
        batch_(plan.input_rows.stride) {
    batch_.frozen = plan.infers;
  }

 private:
  struct Member {  // a tile in the batch
    Window window;
    int tile, first_column;
  };
  struct Raised {  // a window that is not in a batch
    Window window;
    const Normaliser* rule;
  };

  static constexpr size_t kApart = 16;
  static constexpr int kDocumentColumns = 16;  // of one document, whose vector they all change

  void begin_chunk(Rng noise, int64_t n_tokens) override {
    trainer_->begin_chunk(noise, lr_);
    tokens_.clear();
    tokens_.reserve(n_tokens);
    windows_.clear();
    target_ids_.clear();
  }
  const int32_t* begin_sentence(const std::vector<int32_t>& sentence) override {
    const size_t begin = tokens_.size();
    tokens_.insert(tokens_.end(), sentence.begin(), sentence.end());
    return tokens_.data() + begin;
  }
  void prepare(int) override {}
  void train_window(const Window& window) override {
    if (inputs_->n_tiles(window) == 0) return;
    windows_.push_back(window);
    target_ids_.push_back(window.sentence[window.center_pos]);
  }

  void end_chunk() override {
    for (size_t first = 0; first < windows_.size();) {
      const size_t n = trainer_->select(&target_ids_[first], windows_.size() - first);
      const size_t step = (n + kApart - 1) / kApart;
      for (size_t k = 0; k < step; k++)
        for (size_t i = k; i < n; i += step) {
          if (abandoned()) return;
          if (const Normaliser* const rule = trainer_->raised_by(i)) {
            raised_.push_back({windows_[first + i], rule});
          } else {
            add_window(windows_[first + i]);
          }
        }
      train_batch();
      first += n;
    }
  }

  static int32_t target_id(const Window& window) { return window.sentence[window.center_pos]; }

  void add_window(const Window& window) {
    Columns& columns = batch_.columns;
    for (int t = 0; t < inputs_->n_tiles(window); t++) {
      inputs_->fill(window, t, tile_);
      if (columns.n() + tile_.n_inputs > max_columns_) {
        train_batch();
        inputs_->fill(window, t, tile_);
      }
      members_.push_back({window, t, columns.n()});
      for (int j = 0; j < tile_.n_inputs; j++) {
        batch_.target_ids[columns.n()] = target_id(window);
        batch_.sets[columns.n()] = {window.sentence + window.left_pos,
                                    window.sentence + window.right_pos};
        batch_.weights[columns.n()] = tile_.input_weights[j];
        copy_row(tile_.inputs[j], columns.width(), columns.add());
      }
      totals_.targets += tile_.n_targets;
    }
  }

  void train_batch() {
    if (batch_.columns.n() > 0) train_columns();
    for (const Raised& one : raised_) raise_target(one.window, *one.rule);
    raised_.clear();
  }

  void train_columns() {
    Columns& columns = batch_.columns;
    columns.transpose();
    totals_.loss += trainer_->train(batch_, lr_);
    for (const Member& member : members_)
      inputs_->add(member.window, member.tile, tile_, columns.changes(member.first_column),
                   columns.width());
    if (plan_.infers) apply_prior(members_[0].window.sentence_id, members_.size());
    members_.clear();
    columns.resize(0);
  }

  // A window without a normaliser is a tile of one output.
  void raise_target(const Window& window, const Normaliser& rule) {
    tile_.outputs[0] = plan_.output_rows[target_id(window)];
    tile_.n_outputs = 1;
    for (int t = 0; t < inputs_->n_tiles(window); t++) {
      inputs_->fill(window, t, tile_);
      compute_scores(tile_, plan_.input_rows.stride);
      for (int j = 0; j < tile_.n_inputs; j++) {
        const float weight = tile_.input_weights[j];
        totals_.loss += weight * rule.loss(tile_.matrix[j]);
        tile_.matrix[j] = lr_ * weight;
      }
      totals_.targets += tile_.n_targets;
      if (plan_.infers) {
        apply_to_inputs(tile_, plan_.input_rows.stride);
        inputs_->finish(tile_);
        apply_prior(window.sentence_id, 1);
      } else {
        apply_gradients(tile_, plan_.input_rows.stride);
        inputs_->finish(tile_);
      }
    }
  }

  std::unique_ptr<BatchTrainer> trainer_;
  int max_columns_;
  std::vector<int32_t> tokens_;  // of the chunk, after subsampling
  std::vector<Window> windows_;
  std::vector<int32_t> target_ids_;  // of the windows
  Batch batch_;
  std::vector<Member> members_;  // of the batch
  std::vector<Raised> raised_;   // trained after the batch
};

}  // namespace huffvec
