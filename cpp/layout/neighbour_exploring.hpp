// Nearer neighbours, found among neighbours of neighbours: src/huffvec/layout/nearest.py says why.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/job.hpp"

namespace huffvec {

// Vectors of length 1, one after the other.
struct Units {
  size_t n_points, dim;
  const float* numbers;

  const float* operator[](size_t i) const { return numbers + i * dim; }
};

// The k nearest of every point that are known, best first, and their cosines.
template <class Row, class Cosine>
struct Nearest {
  size_t k;
  Row* rows;
  Cosine* cosines;
};
using KnownNearest = Nearest<const int32_t, const float>;
using FoundNearest = Nearest<int32_t, float>;

// Points next to every point, so many of each; -1 stands for none.
struct Reach {
  size_t n;
  const int32_t* points;

  const int32_t* operator[](size_t i) const { return points + i * n; }
};

class NeighbourExploring {
 public:
  NeighbourExploring(const Units& units, const Reach& reach, const KnownNearest& known,
                     const FoundNearest& found)
      : units_(units), reach_(reach), known_(known), found_(found) {}

  // Every point is looked at by one thread, and by what was known of all: the result does not
  // depend on the number of threads.
  void run(size_t n_threads) const {
    const size_t n = units_.n_points;
    const auto make_seen = [&] { return std::vector<int32_t>(n, kNobody); };
    share_work((n + kBlock - 1) / kBlock, n_threads, make_seen, [&](size_t block, auto& seen) {
      const size_t end = std::min((block + 1) * kBlock, n);
      for (size_t i = block * kBlock; i < end; i++) explore(i, seen);
    });
  }

 private:
  static constexpr size_t kBlock = 256;
  static constexpr int32_t kNobody = -1;

  // `seen` has for every point the last one that it was compared with.
  void explore(size_t i, std::vector<int32_t>& seen) const {
    const auto own = static_cast<int32_t>(i);
    const int32_t* known = known_.rows + i * known_.k;
    std::copy_n(known, known_.k, found_.rows + i * known_.k);
    std::copy_n(known_.cosines + i * known_.k, known_.k, found_.cosines + i * known_.k);
    seen[i] = own;
    for (size_t place = 0; place < known_.k; place++) seen[known[place]] = own;
    const auto look_at = [&](int32_t other) {
      if (other == kNobody || seen[other] == own) return;
      seen[other] = own;
      keep(i, other);
    };
    for (size_t place = 0; place < reach_.n; place++) {
      const int32_t next = reach_[i][place];
      if (next == kNobody) continue;
      look_at(next);
      for (size_t other = 0; other < reach_.n; other++) look_at(reach_[next][other]);
    }
  }

  // Keeps a point among the nearest, in place of the last of them, if it is nearer.
  void keep(size_t i, int32_t other) const {
    int32_t* rows = found_.rows + i * found_.k;
    float* cosines = found_.cosines + i * found_.k;
    const float cosine = product(units_[i], units_[static_cast<size_t>(other)]);
    size_t place = found_.k - 1;
    if (cosine <= cosines[place]) return;
    for (; place > 0 && cosine > cosines[place - 1]; place--) {
      rows[place] = rows[place - 1];
      cosines[place] = cosines[place - 1];
    }
    rows[place] = other;
    cosines[place] = cosine;
  }

  // In lanes, which the compiler makes vectors of.
  float product(const float* a, const float* b) const {
    std::array<float, 8> sums{};
    size_t at = 0;
    for (; at + sums.size() <= units_.dim; at += sums.size()) {
      for (size_t lane = 0; lane < sums.size(); lane++) sums[lane] += a[at + lane] * b[at + lane];
    }
    float sum = 0;
    for (; at < units_.dim; at++) sum += a[at] * b[at];
    for (const float lane : sums) sum += lane;
    return sum;
  }

  Units units_;
  Reach reach_;
  KnownNearest known_;
  FoundNearest found_;
};

}  // namespace huffvec
