// Vectors of floats on the compiler's own vector extensions: one width per build
// (HUFFVEC_VECTOR_BYTES), so that the same source serves SSE2, AVX2, AVX-512 and NEON.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#ifndef HUFFVEC_VECTOR_BYTES
#define HUFFVEC_VECTOR_BYTES 16
#endif

// Rows of weights are read and written by all threads at once, without locks (Hogwild: Niu et al.
// 2011). The functions that do it bear this name; in all else ThreadSanitizer looks for races.
#define HUFFVEC_HOGWILD __attribute__((no_sanitize("thread")))

namespace huffvec {

constexpr int kLanes = HUFFVEC_VECTOR_BYTES / 4;

// may_alias: rows are plain float arrays read and written through these types.
typedef float Floats __attribute__((vector_size(HUFFVEC_VECTOR_BYTES), may_alias));
typedef float UnalignedFloats
    __attribute__((vector_size(HUFFVEC_VECTOR_BYTES), may_alias, aligned(4)));
typedef int32_t Ints __attribute__((vector_size(HUFFVEC_VECTOR_BYTES), may_alias));
typedef float UnalignedFloats4 __attribute__((vector_size(16), may_alias, aligned(4)));

inline Floats broadcast(float x) { return Floats{} + x; }
HUFFVEC_HOGWILD inline Floats load(const float* p) { return *reinterpret_cast<const Floats*>(p); }
HUFFVEC_HOGWILD inline void store(float* p, Floats x) { *reinterpret_cast<Floats*>(p) = x; }
HUFFVEC_HOGWILD inline float load_number(const float* p) { return *p; }
inline Floats load_unaligned(const float* p) {
  return *reinterpret_cast<const UnalignedFloats*>(p);
}
inline void store_unaligned(float* p, Floats x) { *reinterpret_cast<UnalignedFloats*>(p) = x; }

inline Ints as_ints(Floats x) { return reinterpret_cast<Ints>(x); }
inline Floats as_floats(Ints x) { return reinterpret_cast<Floats>(x); }

// Lane k of the result is lane Index::at(k) of a followed by b.
template <class Index, size_t... K>
inline Floats permute(Floats a, Floats b, std::index_sequence<K...>) {
#if __has_builtin(__builtin_shufflevector)
  return __builtin_shufflevector(a, b, Index::at(K)...);
#else
  return __builtin_shuffle(a, b, Ints{Index::at(K)...});
#endif
}
template <class Index>
inline Floats permute(Floats a, Floats b) {
  return permute<Index>(a, b, std::make_index_sequence<kLanes>{});
}

// Within each 128-bit group: a0 b0 a1 b1 / a2 b2 a3 b3 / a0 a1 b0 b1 / a2 a3 b2 b3.
struct InterleaveLow {
  static constexpr int at(int k) { return k / 4 * 4 + k % 4 / 2 + (k % 2 ? kLanes : 0); }
};
struct InterleaveHigh {
  static constexpr int at(int k) { return InterleaveLow::at(k) + 2; }
};
struct PairsLow {
  static constexpr int at(int k) { return k / 4 * 4 + k % 2 + (k % 4 >= 2 ? kLanes : 0); }
};
struct PairsHigh {
  static constexpr int at(int k) { return PairsLow::at(k) + 2; }
};
template <int kShift>
struct Rotate {
  static constexpr int at(int k) { return (k + kShift) % kLanes; }
};

// The sums over the lanes of four vectors at once, in the order a, b, c, d.
inline UnalignedFloats4 sums_of_four(Floats a, Floats b, Floats c, Floats d) {
  const Floats ab = permute<InterleaveLow>(a, b) + permute<InterleaveHigh>(a, b);
  const Floats cd = permute<InterleaveLow>(c, d) + permute<InterleaveHigh>(c, d);
  Floats sums = permute<PairsLow>(ab, cd) + permute<PairsHigh>(ab, cd);
  if constexpr (kLanes == 16) sums += permute<Rotate<8>>(sums, sums);
  if constexpr (kLanes >= 8) sums += permute<Rotate<4>>(sums, sums);
  UnalignedFloats4 low;
  std::memcpy(&low, &sums, sizeof low);
  return low;
}

inline float sum(Floats x) { return sums_of_four(x, x, x, x)[0]; }

// exp(x) for x from -86 to 88, relative error under 2e-7 (Cephes' expf polynomial).
inline Floats exp_in_range(Floats x) {
  const Floats shifted = x * 1.44269504f + 12582912.0f;  // adding 1.5 * 2^23 rounds to an integer
  const Floats n = shifted - 12582912.0f;
  const Floats r = x - n * 0.693359375f + n * 2.12194440e-4f;
  Floats p = broadcast(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  return as_floats(as_ints(p) + (as_ints(shifted) << 23));  // the low bits of shifted hold n
}

// log(1 + x) for x from 0 to 1, absolute error under 1e-7 (Cephes' logf polynomial).
inline Floats log_one_plus(Floats x) {
  const Floats y = x + 1.0f;
  const Ints over = y > 1.41421356f;  // all ones where y is to be halved
  const Floats mantissa = over ? y * 0.5f : y;
  const Floats f = mantissa - 1.0f, f2 = f * f;
  Floats p = broadcast(7.0376836292e-2f);
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const Floats log_mantissa = f + (p * f * f2 - 0.5f * f2);
  return log_mantissa + (over ? broadcast(0.69314718f) : Floats{});
}

}  // namespace huffvec
