// Numbers in 16 bits, NumPy's float16 (IEEE 754's binary16), by integer arithmetic that compilers
// turn into vectors, whatever the instruction set (after Giesen, "Float->half variants", public
// domain).
#pragma once

#include <cstdint>
#include <cstring>

#include "bind/arrays.hpp"

namespace huffvec {

struct Half {
  uint16_t bits;
};

inline uint32_t bits_of(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

inline float float_of(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

// To the nearest, ties to even; what is too large becomes the largest.
inline Half to_half(float x) {
  constexpr uint32_t kLeastNormal = 113u << 23, kTooLarge = 143u << 23, kLargest = 0x7bff;
  const uint32_t bits = bits_of(x), size = bits & 0x7fffffffu;
  // Adding 0.5 shifts what is below the least normal number into its place, and rounds it.
  const uint32_t small = bits_of(float_of(size) + 0.5f) - bits_of(0.5f);
  const uint32_t normal = (size - (112u << 23) + 0xfff + (size >> 13 & 1)) >> 13;
  const uint32_t found = size < kLeastNormal ? small : size < kTooLarge ? normal : kLargest;
  const uint32_t kept = found < kLargest ? found : kLargest;
  return {static_cast<uint16_t>((bits >> 16 & 0x8000u) | kept)};
}

inline float to_float(Half half) {
  const uint32_t size = (half.bits & 0x7fffu) << 13, sign = (half.bits & 0x8000u) << 16;
  const float normal = float_of(size + (112u << 23));
  const float small = float_of(size + (113u << 23)) - float_of(113u << 23);
  return float_of(bits_of(size < 1u << 23 ? small : normal) | sign);
}

inline float to_float(float x) { return x; }

}  // namespace huffvec

namespace nanobind::detail {

template <>
struct dtype_traits<huffvec::Half> {
  static constexpr dlpack::dtype value{static_cast<uint8_t>(dlpack::dtype_code::Float), 16, 1};
  static constexpr auto name = const_name("float16");
};

}  // namespace nanobind::detail
