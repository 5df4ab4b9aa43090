// The softmax over all words, each band of which reads its own part of the hidden vector.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/outputs/bands.hpp"

namespace huffvec {

class DifferentiatedSoftmax final : public BatchLayer {
 public:
  DifferentiatedSoftmax(std::vector<Band> bands, WordRanks ranks)
      : bands_(std::move(bands)), ranks_(std::move(ranks)) {}

  int32_t n_words() const override { return bands_.back().first_word + bands_.back().n_words; }
  int32_t n_outputs() const override { return bands_.back().end_row(); }
  int min_stride() const override {
    int total = 0, most = 0;
    for (const Band& band : bands_) {
      total += band.width;
      most = std::max(most, band.min_stride());
    }
    return std::max(total, most);
  }
  std::unique_ptr<BatchTrainer> trainer(Rows output_rows) const override {
    return std::make_unique<Softmax>(bands_, ranks_, output_rows);
  }

 private:
  class Softmax final : public BatchTrainer {
   public:
    Softmax(const std::vector<Band>& bands, const WordRanks& ranks, Rows table)
        : ranks_(ranks), table_(table), scores_(0) {
      int first_number = 0;
      for (const Band& band : bands) {
        parts_.push_back({band, first_number, {}, Columns(band.padded_width())});
        first_number += band.width;
        n_words_ += band.n_words;
      }
      scores_.grow(n_words_ * kMaxColumns);
    }

    void begin_chunk(Rng, float) override {
      rows_.clear();
      for (Part& part : parts_) {
        part.rows = part.band.rows(table_);
        for (const float* row : part.rows) rows_.push_back({row, part.band.padded_width()});
      }
      longest_row_ = 0;
      for (const Row& row : rows_)
        longest_row_ = std::max(longest_row_, row_norm(row.numbers, row.width));
    }

    double train(Batch& batch, float lr) override {
      to_ranks(ranks_, batch);
      Columns& whole = batch.columns;
      const int n = whole.n(), m = whole.m();
      for (Part& part : parts_) {
        part.columns.resize(0);
        for (int j = 0; j < n; j++)
          std::copy_n(whole.hidden(j) + part.first_number, part.band.width, part.columns.add());
        part.columns.transpose();
        part.columns.score(part.rows.data(), part.band.n_words, scores(part, m));
      }
      const BatchGradients found =
          softmax_gradients(scores_.data(), static_cast<int>(n_words_), whole, batch.target_ids,
                            batch.weights, lr, normaliser_);
      bound_steps(
          scores_.data(), static_cast<int>(n_words_), found, whole,
          [this](int i) { return row_norm(rows_[i].numbers, rows_[i].width); }, longest_row_);
      for (Part& part : parts_) {
        part.columns.update(part.rows.data(), part.band.n_words, scores(part, m), batch.frozen);
        for (int j = 0; j < n; j++)
          std::copy_n(part.columns.changes(j), part.band.width,
                      whole.changes(j) + part.first_number);
      }
      return found.loss;
    }

   private:
    struct Row {
      const float* numbers;
      int width;
    };
    struct Part {
      Band band;
      int first_number;  // of the hidden vector's
      std::vector<float*> rows;
      Columns columns;
    };

    float* scores(const Part& part, int m) {
      return scores_.data() + size_t(part.band.first_word) * m;
    }

    const WordRanks& ranks_;
    Rows table_;
    std::vector<Part> parts_;
    std::vector<Row> rows_;   // of all parts
    double longest_row_ = 0;  // at the chunk's begin
    size_t n_words_ = 0;
    AlignedRow scores_;
    Normaliser normaliser_;
  };

  std::vector<Band> bands_;
  WordRanks ranks_;
};

}  // namespace huffvec
