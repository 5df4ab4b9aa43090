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

template <class AnyRows>
class Documents final : public InputLayer {
 public:
  Documents(AnyRows rows, DocumentTable documents)
      : rows_(rows),
        documents_(documents),
        sum_(rows.stride),
        before_(rows.stride),
        change_(rows.stride) {}

  void prefetch(int32_t) const override {}
  int n_tiles(const Window&) const override { return 1; }

  void begin_sentence(const int32_t*, int) override {
    in_order_ = true;
    is_filled_ = false;
  }
  void end_sentence() override {
    if (is_filled_) scatter(change_.data());
    in_order_ = is_filled_ = false;
  }

  void fill(const Window& window, int, Tile& tile) override {
    const int64_t document = window.sentence_id;
    if (!in_order_ || !is_filled_) gather(document);
    copy_row(sum_.data(), rows_.stride, before_.data());
    tile.n_inputs = 1;
    tile.inputs[0] = sum_.data();
    tile.input_weights[0] = documents_.weights ? documents_.weights[document] : 1.0f;
    tile.weighted_inputs = documents_.weights != nullptr;
    tile.n_targets = tile.input_weights[0];
  }

  // Where the labels of a document come one after the other, its rows are read before the first
  // and written after the last: in between, the sum is what it would be if they were written.
  void finish(Tile&) override {
    for (int d = 0; d < rows_.stride; d += kLanes) {
      const Floats change = load(sum_.data() + d) - load(before_.data() + d);
      store(change_.data() + d, load(change_.data() + d) + change);
      store(sum_.data() + d, load(before_.data() + d) + squares_ * change);
    }
    if (!in_order_) end_sentence();
  }

  void add(const Window& window, int, Tile&, const float* changes, int) override {
    find(window.sentence_id);
    scatter(changes);
  }

 private:
  static constexpr int kRowsAhead = 8;

  void find(int64_t document) {
    begin_ = documents_.offsets[document];
    end_ = documents_.offsets[document + 1];
  }

  void gather(int64_t document) {
    find(document);
    std::fill_n(sum_.data(), rows_.stride, 0.0f);
    std::fill_n(change_.data(), rows_.stride, 0.0f);
    squares_ = 0;
    int64_t k = begin_;
    for (; k + 4 <= end_; k += 4) add_rows<4>(k);
    for (; k < end_; k++) add_rows<1>(k);
    is_filled_ = true;
  }

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
      squares_ += values[r] * values[r];
    }
    for (int d = 0; d < rows_.stride; d += kLanes) {
      Floats total = load(sum_.data() + d);
      for (int r = 0; r < kRows; r++) total += values[r] * load(rows[r] + d);
      store(sum_.data() + d, total);
    }
  }

  void scatter(const float* change) {
    for (int64_t k = begin_; k < end_; k++) {
      prefetch_row(k + kRowsAhead);
      float* const row = rows_[documents_.row_ids[k]];
      const float value = documents_.values[k];
      for (int d = 0; d < rows_.stride; d += kLanes)
        store(row + d, load(row + d) + value * load(change + d));
    }
  }

  AnyRows rows_;
  DocumentTable documents_;
  AlignedRow sum_, before_, change_;
  float squares_ = 0;            // sum of the values' squares
  int64_t begin_ = 0, end_ = 0;  // the features of the document at hand
  bool in_order_ = false, is_filled_ = false;
};

}  // namespace huffvec
