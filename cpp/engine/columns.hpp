// The hidden vectors of a batch, or a part of their numbers, as the columns of a matrix of scores.
#pragma once

#include <algorithm>
#include <array>

#include "engine/products.hpp"
#include "engine/rows.hpp"

namespace huffvec {

class Columns {
 public:
  // width: floats of a hidden vector, at most; a multiple of 16.
  explicit Columns(int width)
      : hidden_(size_t{kMaxColumns} * width),
        changes_(size_t{kMaxColumns} * width),
        transposed_(size_t{kMaxColumns} * width),
        width_(width) {}

  int n() const { return n_; }
  int m() const { return (n_ + 15) / 16 * 16; }  // columns of the matrix of scores, whole vectors
  int width() const { return width_; }

  void resize(int n) { n_ = n; }
  // Returns the place of the hidden vector that it has made room for.
  float* add() { return hidden(n_++); }
  float* hidden(int column) { return hidden_.data() + column * width_; }
  // What training adds to the hidden vector.
  float* changes(int column) { return changes_.data() + column * width_; }
  // The numbers at k of all hidden vectors, m().
  float* transposed(int k) { return transposed_.data() + k * m(); }

  // To be called when all hidden vectors are there: makes the transposed matrix.
  void transpose() {
    std::fill(hidden(n_), hidden(m()), 0.0f);
    for (int j = 0; j < m(); j++)
      for (int k = 0; k < width_; k++) transposed(k)[j] = hidden(j)[k];
  }
  // The other way round, after resize(): makes the hidden vectors from the transposed matrix.
  void transpose_back() {
    for (int j = 0; j < m(); j++)
      for (int k = 0; k < width_; k++) hidden(j)[k] = transposed(k)[j];
  }

  // scores (n_rows × m) = rows · hidden vectors.
  void score(float* const* rows, int n_rows, float* scores) {
    const int m = this->m();
    std::fill_n(scores, size_t(n_rows) * m, 0.0f);
    multiply_add(
        n_rows, width_, m, [=](int i) { return scores + size_t(i) * m; },
        [=](int i, int k) { return load_number(rows[i] + k); },
        [this](int k) { return transposed(k); });
  }

  // Sets the changes, and changes the rows unless they are frozen, by gradients (n_rows × m) times
  // the learning rate; both from the values before. Rows in blocks that stay in the cache between
  // the two products.
  void update(float* const* all_rows, int n_rows, const float* all_gradients, bool frozen) {
    constexpr int kBlock = 64;
    const int m = this->m();
    std::fill_n(changes(0), n_ * width_, 0.0f);
    for (int first = 0; first < n_rows; first += kBlock) {
      const int n_block = std::min(kBlock, n_rows - first);
      float* const* const rows = all_rows + first;
      const float* const gradients = all_gradients + size_t(first) * m;
      multiply_add(
          n_, n_block, width_, [this](int j) { return changes(j); },
          [=](int j, int k) { return gradients[k * m + j]; }, [=](int k) { return rows[k]; });
      if (frozen) continue;
      multiply_add(
          n_block, n_, width_, [=](int i) { return rows[i]; },
          [=](int i, int k) { return gradients[i * m + k]; }, [this](int k) { return hidden(k); });
    }
  }

 private:
  AlignedRow hidden_, changes_, transposed_;
  int width_, n_ = 0;
};

}  // namespace huffvec
