// Trains batches: for objectives that score many words, the same ones for many targets.
//
// A chunk's windows are split into parts whose targets share candidates, and the tiles of a part
// into batches of up to kMaxColumns inputs. A batch is one large tile, whose inputs have a target
// each: the link is a softmax, and the products are those of matrices (products.hpp). Gradients are
// taken from the values before the batch. Inputs are copied into the batch, since a word may occur
// in it many times; afterwards every tile is filled once more to receive its changes. Neighbouring
// windows have nearly the same words: in one batch they would take many equal steps at once, too
// far together. So windows are taken from kApart places of a part in turn.
#pragma once

#include <cmath>

#include "products.hpp"
#include "worker.hpp"

namespace huffvec {

class BatchWorker final : public Worker {
 public:
  BatchWorker(const TrainingPlan& plan, std::unique_ptr<InputLayer> inputs,
              std::unique_ptr<CandidateSelector> candidates)
      : Worker(plan, std::move(inputs), 0),
        candidates_(std::move(candidates)),
        stride_(plan.input_rows.stride),
        hidden_(size_t{kMaxColumns} * stride_),
        changes_(size_t{kMaxColumns} * stride_),
        transposed_(size_t{kMaxColumns} * stride_),
        scores_(0) {}

 private:
  struct Member {  // a tile in the batch
    Window window;
    int tile, first_column;
  };

  static constexpr size_t kApart = 16;

  void begin_chunk(Rng noise, int64_t n_tokens) override {
    candidates_->begin_chunk(noise);
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
      const size_t n = candidates_->select(&target_ids_[first], windows_.size() - first);
      rows_.clear();
      for (int32_t id : candidates_->ids()) rows_.push_back(plan_.output_rows[id]);
      scores_.grow(rows_.size() * kMaxColumns);
      const size_t step = (n + kApart - 1) / kApart;
      for (size_t k = 0; k < step; k++)
        for (size_t i = k; i < n; i += step) {
          if (abandoned()) return;
          add_window(first + i);
        }
      train_batch();
      first += n;
    }
  }

  void add_window(size_t index) {
    const Window& window = windows_[index];
    for (int t = 0; t < inputs_->n_tiles(window); t++) {
      inputs_->fill(window, t, tile_);
      if (n_columns_ + tile_.n_inputs > kMaxColumns) {
        train_batch();
        inputs_->fill(window, t, tile_);
      }
      members_.push_back({window, t, n_columns_});
      for (int j = 0; j < tile_.n_inputs; j++) {
        places_[n_columns_] = candidates_->place(target_ids_[index]);
        weights_[n_columns_] = tile_.input_weights[j];
        std::copy_n(tile_.inputs[j], stride_, hidden(n_columns_++));
      }
      totals_.targets += tile_.n_targets;
    }
  }

  void train_batch() {
    const int n = n_columns_, m = (n + 15) / 16 * 16, n_rows = static_cast<int>(rows_.size());
    std::fill(hidden(n), hidden(m), 0.0f);
    std::fill(weights_ + n, weights_ + m, 0.0f);
    for (int j = 0; j < m; j++)
      for (int d = 0; d < stride_; d++) transposed_.data()[d * m + j] = hidden(j)[d];
    float* const scores = scores_.data();
    std::fill_n(scores, size_t(n_rows) * m, 0.0f);
    multiply_add(
        n_rows, stride_, m, [=](int i) { return scores + size_t(i) * m; },
        [this](int i, int k) { return rows_[i][k]; },
        [this, m](int k) { return transposed_.data() + k * m; });
    softmax(n_rows, m);
    update(n_rows, m);
    for (const Member& member : members_) {
      inputs_->fill(member.window, member.tile, tile_);
      for (int j = 0; j < tile_.n_inputs; j++) {
        const float* change = changes_.data() + (member.first_column + j) * stride_;
        for (int d = 0; d < stride_; d += kLanes)
          store(tile_.inputs[j] + d, load(tile_.inputs[j] + d) + load(change + d));
      }
      inputs_->finish(tile_);
    }
    members_.clear();
    n_columns_ = 0;
  }

  // Scores become gradients times the learning rate.
  void softmax(int n_rows, int m) {
    float* const scores = scores_.data();
    float tops[kMaxColumns + kLanes], sums[kMaxColumns + kLanes], steps[kMaxColumns];
    float own[kMaxColumns];
    for (int j = 0; j < n_columns_; j++) own[j] = scores[size_t(places_[j]) * m + j];
    column_exps(scores, n_rows, m, scores, tops, sums);
    for (int j = 0; j < m; j++) steps[j] = lr_ * weights_[j] / sums[j];
    scale_columns(scores, n_rows, m, steps, scores);
    for (int j = 0; j < n_columns_; j++) {
      totals_.loss += weights_[j] * (std::log(sums[j]) + tops[j] - own[j]);
      scores[size_t(places_[j]) * m + j] += lr_ * weights_[j];
    }
  }

  // Output rows in blocks that stay in the cache between the two products.
  void update(int n_rows, int m) {
    constexpr int kBlock = 64;
    std::fill_n(changes_.data(), n_columns_ * stride_, 0.0f);
    for (int first = 0; first < n_rows; first += kBlock) {
      const int n_block = std::min(kBlock, n_rows - first);
      float* const* const rows = rows_.data() + first;
      const float* const gradients = scores_.data() + size_t(first) * m;
      multiply_add(
          n_columns_, n_block, stride_, [this](int j) { return changes_.data() + j * stride_; },
          [=](int j, int k) { return gradients[k * m + j]; }, [=](int k) { return rows[k]; });
      multiply_add(
          n_block, n_columns_, stride_, [=](int i) { return rows[i]; },
          [=](int i, int k) { return gradients[i * m + k]; }, [this](int k) { return hidden(k); });
    }
  }

  float* hidden(int column) { return hidden_.data() + column * stride_; }

  std::unique_ptr<CandidateSelector> candidates_;
  int stride_;
  std::vector<int32_t> tokens_;  // of the chunk, after subsampling
  std::vector<Window> windows_;
  std::vector<int32_t> target_ids_;  // of the windows
  std::vector<float*> rows_;         // of the candidates

  // The batch.
  int n_columns_ = 0;
  std::vector<Member> members_;
  int32_t places_[kMaxColumns];  // of the columns' targets among the candidates
  float weights_[kMaxColumns];
  AlignedRow hidden_, changes_, transposed_, scores_;
};

}  // namespace huffvec
