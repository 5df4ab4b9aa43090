// One epoch of a layout of points in the plane: src/huffvec/layout/layout.py says what it is.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/job.hpp"
#include "base/rng.hpp"

namespace huffvec {

struct Point {
  float x, y;
};

// Who is whose neighbour: those of point i stand at offsets[i] … offsets[i + 1] - 1, their weights
// sum to 1.
struct NeighbourGraph {
  size_t n_points;
  const int64_t* offsets;
  const int32_t* neighbours;
  const float* weights;
};

struct Epoch {
  uint64_t seed, number;
  int n_negatives;
  float step;       // how far points go along their force
  float momentum;   // which part of their last move they make again
  float repulsion;  // how strong all other points are together
};

class LayoutEpoch {
 public:
  LayoutEpoch(const NeighbourGraph& graph, const Epoch& epoch, const Point* now, Point* moved)
      : graph_(graph), epoch_(epoch), now_(now), moved_(moved) {}

  // `moved` holds where the points were an epoch ago, and gets where they go. Every point is moved
  // by one thread, by where all are now and by draws of its own: the result does not depend on the
  // number of threads.
  void run(size_t n_threads) const {
    std::atomic<size_t> cursor = 0;
    const size_t n_blocks = (graph_.n_points + kBlock - 1) / kBlock;
    run_threads(std::min(n_threads, std::max<size_t>(1, n_blocks)), [&](size_t) {
      for (size_t begin; (begin = cursor.fetch_add(kBlock)) < graph_.n_points;) {
        const size_t end = std::min(begin + kBlock, graph_.n_points);
        for (size_t i = begin; i < end; i++) move(i);
      }
    });
  }

 private:
  static constexpr size_t kBlock = 1024;

  void move(size_t i) const {
    const Point own = now_[i], last = moved_[i];
    const Point to = force(i);
    moved_[i] = {own.x + epoch_.step * to.x + epoch_.momentum * (own.x - last.x),
                 own.y + epoch_.step * to.y + epoch_.momentum * (own.y - last.y)};
  }

  Point force(size_t i) const {
    const Point own = now_[i];
    Point sum{0, 0};
    for (int64_t edge = graph_.offsets[i]; edge < graph_.offsets[i + 1]; edge++) {
      const Point way = way_to(own, graph_.neighbours[edge]);
      add(sum, way, graph_.weights[edge] * similarity(way));
    }
    Rng rng(epoch_.seed, epoch_.number * graph_.n_points + i, Draw::kNoise);
    const float scale = epoch_.repulsion / static_cast<float>(epoch_.n_negatives);
    for (int k = 0; k < epoch_.n_negatives; k++) {
      const Point way = way_to(own, rng.below(static_cast<uint32_t>(graph_.n_points)));
      const float similar = similarity(way);
      add(sum, way, -scale * similar * similar);
    }
    return sum;
  }

  Point way_to(Point own, size_t other) const {
    return {now_[other].x - own.x, now_[other].y - own.y};
  }
  static float similarity(Point way) { return 1 / (1 + way.x * way.x + way.y * way.y); }
  static void add(Point& sum, Point way, float scale) {
    sum.x += scale * way.x;
    sum.y += scale * way.y;
  }

  const NeighbourGraph& graph_;
  const Epoch& epoch_;
  const Point* now_;
  Point* moved_;
};

}  // namespace huffvec
