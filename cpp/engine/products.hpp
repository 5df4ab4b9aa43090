// Products of larger matrices with scattered rows, for training batches.
#pragma once

#include "engine/simd.hpp"

namespace huffvec {

constexpr int kMaxColumns = 64;  // inputs of a batch

namespace kernels {

// Adds Σ_k a(i, k) b(k) to rows i … i + kRows - 1 of c, in kVectors vectors from column d on.
template <int kRows, int kVectors, class C, class A, class B>
inline void multiply_block(int i, int d, int n_k, const C& c, const A& a, const B& b) {
  Floats sums[kRows][kVectors];
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++) sums[r][v] = load(c(i + r) + d + v * kLanes);
  for (int k = 0; k < n_k; k++) {
    const float* b_row = b(k) + d;
    Floats b_k[kVectors];
    for (int v = 0; v < kVectors; v++) b_k[v] = load(b_row + v * kLanes);
    for (int r = 0; r < kRows; r++) {
      const Floats a_rk = broadcast(a(i + r, k));
      for (int v = 0; v < kVectors; v++) sums[r][v] += a_rk * b_k[v];
    }
  }
  for (int r = 0; r < kRows; r++)
    for (int v = 0; v < kVectors; v++) store(c(i + r) + d + v * kLanes, sums[r][v]);
}

template <int kVectors, class C, class A, class B>
inline void multiply_columns(int n_rows, int d, int n_k, const C& c, const A& a, const B& b) {
  int i = 0;
  for (; i + 4 <= n_rows; i += 4) multiply_block<4, kVectors>(i, d, n_k, c, a, b);
  for (; i < n_rows; i++) multiply_block<1, kVectors>(i, d, n_k, c, a, b);
}

}  // namespace kernels

// C += A B. c(i) and b(k) are rows of n_columns floats (aligned, a multiple of kLanes), a(i, k) is
// a number.
template <class C, class A, class B>
inline void multiply_add(int n_rows, int n_k, int n_columns, const C& c, const A& a, const B& b) {
  constexpr int kVectors = HUFFVEC_VECTOR_BYTES == 64 ? 4 : 2;  // with 4 rows they fit registers
  int d = 0;
  for (; d + kVectors * kLanes <= n_columns; d += kVectors * kLanes)
    kernels::multiply_columns<kVectors>(n_rows, d, n_k, c, a, b);
  for (; d < n_columns; d += kLanes) kernels::multiply_columns<1>(n_rows, d, n_k, c, a, b);
}

}  // namespace huffvec
