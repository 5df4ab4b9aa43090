// One epoch of a layout of points in the plane: src/huffvec/layout/layout.py says what it is.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

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
  int n_negatives;  // of points nearby, and of all
  float step;       // how far points go along their force
  float momentum;   // which part of their last move they make again
  float repulsion;  // how strong all other points are together
};

// Points by the cells of a square grid that they are in.
class Grid {
 public:
  // The points of a cell, or of some in a row.
  struct Cells {
    const Point* begin;
    size_t n;
  };

  Grid(const Point* points, size_t n) {
    Point high = low_ = n > 0 ? points[0] : Point{0, 0};
    for (size_t i = 1; i < n; i++) {
      low_ = {std::min(low_.x, points[i].x), std::min(low_.y, points[i].y)};
      high = {std::max(high.x, points[i].x), std::max(high.y, points[i].y)};
    }
    const float width = std::max(high.x - low_.x, high.y - low_.y);
    scale_ = 1 / std::max(kLeastSize, width / (kMostInARow - 1));
    n_columns_ = place(high.x - low_.x, kMostInARow) + 1;
    n_rows_ = place(high.y - low_.y, kMostInARow) + 1;
    ends_.assign(n_columns_ * n_rows_ + 2, 0);
    for (size_t i = 0; i < n; i++) ends_[cell(points[i]) + 2]++;
    for (size_t i = 2; i < ends_.size(); i++) ends_[i] += ends_[i - 1];
    points_.resize(n);
    for (size_t i = 0; i < n; i++) points_[ends_[cell(points[i]) + 1]++] = points[i];
  }

  size_t column(Point point) const { return place(point.x - low_.x, n_columns_); }
  size_t row(Point point) const { return place(point.y - low_.y, n_rows_); }

  // The points of a point's cell and of the eight around it, by rows.
  std::array<Cells, 3> around(Point point) const {
    const size_t at = column(point), left = at - std::min<size_t>(at, 1);
    const size_t right = std::min(at + 1, n_columns_ - 1);
    std::array<Cells, 3> found{};
    for (size_t i = 0; i < 3; i++) {
      const size_t row_after = row(point) + i;  // the row below comes first
      if (row_after < 1 || row_after > n_rows_) continue;
      const size_t first = (row_after - 1) * n_columns_;
      const size_t begin = ends_[first + left], end = ends_[first + right + 1];
      found[i] = {points_.data() + begin, end - begin};
    }
    return found;
  }

 private:
  static constexpr size_t kMostInARow = 1024;
  static constexpr float kLeastSize = 2;  // so far off q² is 1 / 25

  // NaN is in the first of n, infinity in the last.
  size_t place(float distance, size_t n) const {
    const float at = distance * scale_;
    return at > 0 ? (at < static_cast<float>(n) ? static_cast<size_t>(at) : n - 1) : 0;
  }
  size_t cell(Point point) const { return row(point) * n_columns_ + column(point); }

  Point low_;
  float scale_;
  size_t n_columns_, n_rows_;
  std::vector<size_t> ends_;  // a cell's points begin at its number, and end at the next
  std::vector<Point> points_;
};

class LayoutEpoch {
 public:
  LayoutEpoch(const NeighbourGraph& graph, const Epoch& epoch, const Point* now, Point* moved)
      : graph_(graph), epoch_(epoch), now_(now), moved_(moved), grid_(now, graph.n_points) {}

  // `moved` holds where the points were an epoch ago, and gets where they go. Every point is moved
  // by one thread, by where all are now and by draws of its own: the result does not depend on the
  // number of threads.
  void run(size_t n_threads) const {
    share_work((graph_.n_points + kBlock - 1) / kBlock, n_threads, [&](size_t block) {
      const size_t end = std::min((block + 1) * kBlock, graph_.n_points);
      for (size_t i = block * kBlock; i < end; i++) move(i);
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
      const Point way = way_to(own, now_[graph_.neighbours[edge]]);
      add(sum, way, graph_.weights[edge] * similarity(way));
    }
    const float each = epoch_.repulsion / static_cast<float>(graph_.n_points);
    Rng rng(epoch_.seed, epoch_.number * graph_.n_points + i, Draw::kNoise);
    push_off_near(own, each, rng, sum);
    push_off_far(own, each, rng, sum);
    return sum;
  }

  // All that are in the cells around, or as many of them as are drawn.
  void push_off_near(Point own, float each, Rng& rng, Point& sum) const {
    const auto rows = grid_.around(own);
    const size_t n = rows[0].n + rows[1].n + rows[2].n;
    const auto n_drawn = static_cast<size_t>(epoch_.n_negatives);
    if (n <= n_drawn) {
      for (const auto& row : rows)
        for (size_t k = 0; k < row.n; k++) push_off(own, row.begin[k], each, sum);
      return;
    }
    const float scale = each * static_cast<float>(n) / static_cast<float>(n_drawn);
    for (size_t k = 0; k < n_drawn; k++) {
      size_t at = rng.below(static_cast<uint32_t>(n));
      const Grid::Cells* row = rows.data();
      while (at >= row->n) at -= (row++)->n;
      push_off(own, row->begin[at], scale, sum);
    }
  }

  // Of as many as are drawn, those that are farther.
  void push_off_far(Point own, float each, Rng& rng, Point& sum) const {
    const size_t n = graph_.n_points, column = grid_.column(own), row = grid_.row(own);
    const float scale = each * static_cast<float>(n) / static_cast<float>(epoch_.n_negatives);
    for (int k = 0; k < epoch_.n_negatives; k++) {
      const Point other = now_[rng.below(static_cast<uint32_t>(n))];
      // Unsigned: 0, 1 and 2 stand for the cell before, the same, and the one behind.
      const bool is_near = grid_.column(other) + 1 - column <= 2 && grid_.row(other) + 1 - row <= 2;
      if (!is_near) push_off(own, other, scale, sum);
    }
  }

  static void push_off(Point own, Point other, float scale, Point& sum) {
    const Point way = way_to(own, other);
    const float similar = similarity(way);
    add(sum, way, -scale * similar * similar);
  }

  static Point way_to(Point own, Point other) { return {other.x - own.x, other.y - own.y}; }
  static float similarity(Point way) { return 1 / (1 + way.x * way.x + way.y * way.y); }
  static void add(Point& sum, Point way, float scale) {
    sum.x += scale * way.x;
    sum.y += scale * way.y;
  }

  const NeighbourGraph& graph_;
  const Epoch& epoch_;
  const Point* now_;
  Point* moved_;
  Grid grid_;
};

}  // namespace huffvec
