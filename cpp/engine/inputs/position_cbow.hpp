// Position-weighted CBOW (Mikolov et al. 2018, "Advances in pre-training distributed word
// representations"): before context words are averaged, each is multiplied, number by number, by a
// vector of its position in the window, which is learned along.
#pragma once

#include <numeric>
#include <vector>

#include "engine/hot_rows.hpp"
#include "engine/inputs/input_layer.hpp"

namespace huffvec {

template <class Source>
class PositionCbow final : public SourcedLayer<Source> {
 public:
  // positions: 2·window rows, those left of the center first, the farthest first.
  PositionCbow(Source source, Rows positions, int window, RowShare row_share)
      : SourcedLayer<Source>(std::move(source)),
        window_(window),
        row_share_(row_share),
        stride_(this->source_.stride()),
        mean_(stride_),
        before_(stride_),
        used_(2 * window * kLanes),
        positions_(positions, all_rows(2 * window)) {}

  void begin_chunk() override { positions_.begin_chunk(); }
  void end_chunk() override { positions_.end_chunk(); }
  int n_tiles(const Window& window) const override { return window.n_contexts() > 0; }

  void fill(const Window& window, int, Tile& tile) override {
    context_.clear();
    n_rows_ = 0;
    this->source_.begin_tile();
    for (int pos = window.left_pos; pos < window.right_pos; pos++) {
      if (pos == window.center_pos) continue;
      const int place = pos - window.center_pos + window_ - (pos > window.center_pos);
      const float weight = Source::kWeighted ? this->source_.weight(window.sentence[pos]) : 1.0f;
      context_.push_back({this->source_.vector(window, pos), positions_[place], weight});
      n_rows_ += weight;
    }
    const float share = 1.0f / n_rows_;
    for (int d = 0; d < stride_; d += kLanes) {
      Floats total = {};
      for (const Context& c : context_)
        total += c.weight * load(c.position + d) * load(c.vector + d);
      store(mean_.data() + d, total * share);
      store(before_.data() + d, total * share);
    }
    tile.n_inputs = 1;
    tile.inputs[0] = mean_.data();
    tile.input_weights[0] = 1;
    tile.weighted_inputs = false;
    tile.n_targets = 1;
  }

  void finish(Tile&) override {
    const float to_row = row_share_.of(n_rows_), share = 1.0f / n_rows_;
    for (int d = 0; d < stride_; d += kLanes) {
      const Floats change = load(mean_.data() + d) - load(before_.data() + d);
      float* used = used_.data();  // the positions' numbers before the update
      for (const Context& c : context_) {
        const Floats old = load(c.position + d);
        store(used, old);
        used += kLanes;
        store(c.position + d, old + bounded(share * c.weight * change * load(c.vector + d)));
      }
      used = used_.data();
      for (const Context& c : context_) {  // a word may stand in the window twice
        store(c.vector + d, load(c.vector + d) + to_row * change * load(used));
        used += kLanes;
      }
    }
    this->source_.end_tile();
    positions_.end_tile();
  }

 private:
  struct Context {
    float *vector, *position;
    float weight;
  };

  // A position's vector begins at ones and is part of every window: at a high rate it would lead
  // all of them astray at once, in a batch many times over. No number takes a longer step than
  // this.
  static Floats bounded(Floats step) {
    const Floats most = broadcast(1.0f / 64);
    step = step > most ? most : step;
    return step < -most ? -most : step;
  }

  static std::vector<int32_t> all_rows(int n) {
    std::vector<int32_t> ids(n);
    std::iota(ids.begin(), ids.end(), 0);
    return ids;
  }

  int window_;
  RowShare row_share_;
  int stride_;
  AlignedRow mean_, before_, used_;
  std::vector<Context> context_;
  float n_rows_ = 0;
  HotRows positions_;  // all threads write them at every tile
};

}  // namespace huffvec
