// Counter-based random numbers (SplitMix64, Steele, Lea & Flood 2014): the n-th number of a stream
// is a hash of (key, n), so there is no state to save and a chunk's draws depend on nothing before
// it.
#pragma once

#include <cstdint>

namespace huffvec {

constexpr uint64_t kStep = 0x9E3779B97F4A7C15ull;

inline uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// What a stream's draws are for. Separate streams: the same seed gives every objective the same
// subsampling and the same windows.
enum class Draw : uint64_t {
  kSubsample = 1,
  kWindow = 2,
  kNoise = 3,
  kWeights = 4,
  kWalk = 5,
  kWalkOrder = 6
};

class Rng {
 public:
  Rng() = default;
  // The stream of one purpose in one chunk of one run; `chunk` counts on through the epochs.
  Rng(uint64_t seed, uint64_t chunk, Draw draw)
      : counter_(mix(mix(mix(seed + kStep) ^ (chunk + kStep)) ^ static_cast<uint64_t>(draw))) {}

  // A stream of its own that this one decides.
  Rng split() {
    Rng other;
    other.counter_ = mix(next());
    return other;
  }

  uint64_t next() { return mix(counter_ += kStep); }
  uint32_t next32() { return static_cast<uint32_t>(next() >> 32); }
  // Uniform over 0 … n - 1, for n below 2^32 (bias below n / 2^32).
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }

 private:
  uint64_t counter_ = 0;
};

}  // namespace huffvec
