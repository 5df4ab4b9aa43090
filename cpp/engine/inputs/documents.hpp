// Documents: the input is a weighted sum of the rows of a document's features (words, n-grams …),
// which predicts each of its labels. The labels of a document are a sentence of the corpus.
//
// The gradient of a row is that of the sum times the feature's value, as the chain rule says.
#pragma once

#include <cstdint>

#include "engine/inputs/input_layer.hpp"
#include "engine/rows.hpp"

namespace huffvec {

// The features of document i are offsets[i] … offsets[i + 1] - 1: rows, no two of a document the
// same, and what they are multiplied by.
struct DocumentTable {
  const int64_t* offsets = nullptr;
  const int32_t* row_ids = nullptr;
  const float* values = nullptr;
  const float* weights = nullptr;  // of a document in the loss; null: 1
};

class Documents final : public InputLayer {
 public:
  Documents(Rows rows, DocumentTable documents)
      : rows_(rows), documents_(documents), sum_(rows.stride), before_(rows.stride) {}

  void prefetch(int32_t) const override {}
  int n_tiles(const Window&) const override { return 1; }

  void fill(const Window& window, int, Tile& tile) override {
    const int64_t document = window.sentence_id;
    begin_ = documents_.offsets[document];
    end_ = documents_.offsets[document + 1];
    std::fill_n(sum_.data(), rows_.stride, 0.0f);
    int64_t k = begin_;
    for (; k + 4 <= end_; k += 4) add_rows<4>(k);
    for (; k < end_; k++) add_rows<1>(k);
    copy_row(sum_.data(), rows_.stride, before_.data());
    tile.n_inputs = 1;
    tile.inputs[0] = sum_.data();
    tile.input_weights[0] = documents_.weights ? documents_.weights[document] : 1.0f;
    tile.weighted_inputs = documents_.weights != nullptr;
    tile.n_targets = tile.input_weights[0];
  }

  void finish(Tile&) override {
    for (int d = 0; d < rows_.stride; d += kLanes)
      store(before_.data() + d, load(sum_.data() + d) - load(before_.data() + d));
    scatter(before_.data());
  }

 private:
  static constexpr int kRowsAhead = 8;

  void prefetch_row(int64_t k) const {
    if (k < end_) rows_.prefetch(documents_.row_ids[k]);
  }

  template <int kRows>
  void add_rows(int64_t k) {
    const float* rows[kRows];
    float values[kRows];
    for (int r = 0; r < kRows; r++) {
      prefetch_row(k + r + kRowsAhead);
      rows[r] = rows_[documents_.row_ids[k + r]];
      values[r] = documents_.values[k + r];
    }
    for (int d = 0; d < rows_.stride; d += kLanes) {
      Floats total = load(sum_.data() + d);
      for (int r = 0; r < kRows; r++) total += values[r] * load(rows[r] + d);
      store(sum_.data() + d, total);
    }
  }

  void scatter(const float* change) {
    for (int64_t k = begin_; k < end_; k++) {
      float* const row = rows_[documents_.row_ids[k]];
      const float value = documents_.values[k];
      for (int d = 0; d < rows_.stride; d += kLanes)
        store(row + d, load(row + d) + value * load(change + d));
    }
  }

  Rows rows_;
  DocumentTable documents_;
  AlignedRow sum_, before_;
  int64_t begin_ = 0, end_ = 0;  // the features of the document at hand
};

}  // namespace huffvec
