// Two levels: a softmax over the frequent words and the clusters of the others, and in a cluster
// one over its words, whose rows are as narrow as the hidden vector's projection.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/outputs/bands.hpp"

namespace huffvec {

class AdaptiveSoftmax final : public BatchLayer {
 public:
  // clusters: the rows of their projection, `width` many, precede their words' rows. The rows of
  // the frequent words and then of the clusters come first of all.
  AdaptiveSoftmax(std::vector<Band> clusters, WordRanks ranks)
      : clusters_(std::move(clusters)), ranks_(std::move(ranks)) {}

  int32_t n_words() const override {
    return clusters_.back().first_word + clusters_.back().n_words;
  }
  int32_t n_outputs() const override { return clusters_.back().end_row(); }
  int min_stride() const override {
    int most = 0;
    for (const Band& band : clusters_) most = std::max(most, band.min_stride());
    return most;
  }
  std::unique_ptr<BatchTrainer> trainer(Rows output_rows) const override {
    return std::make_unique<Softmax>(clusters_, ranks_, output_rows);
  }

 private:
  // All targets of a cluster move its projection, and it moves all its words: with steps as long as
  // the others' it overshoots.
  static constexpr float kProjectionRate = 0.01f;

  class Softmax final : public BatchTrainer {
   public:
    Softmax(const std::vector<Band>& clusters, const WordRanks& ranks, Rows table)
        : ranks_(ranks),
          n_frequent_(clusters.front().first_word),
          table_(table),
          head_rows_(n_frequent_ + clusters.size()),
          picked_(table.stride),
          scores_(0) {
      auto n_most = static_cast<int32_t>(head_rows_.size());
      for (const Band& band : clusters) {
        clusters_.push_back({band, {}, {}, Columns(band.padded_width()), 0});
        n_most = std::max(n_most, band.n_words);
      }
      scores_.grow(size_t(n_most) * kMaxColumns);
    }

    void begin_chunk(Rng, float) override {
      for (size_t i = 0; i < head_rows_.size(); i++)
        head_rows_[i] = table_[static_cast<int32_t>(i)];
      longest_head_row_ = longest(head_rows_, picked_.width());
      for (Cluster& cluster : clusters_) {
        const Band& band = cluster.band;
        cluster.rows = band.rows(table_);
        cluster.projection.clear();
        for (int e = 0; e < band.width; e++)
          cluster.projection.push_back(table_[band.first_row - band.width + e]);
        cluster.longest_row = longest(cluster.rows, cluster.columns.width());
      }
    }

    double train(Batch& batch, float lr) override {
      to_ranks(ranks_, batch);
      Columns& columns = batch.columns;
      const int n_rows = static_cast<int>(head_rows_.size());
      int32_t places[kMaxColumns];
      for (int j = 0; j < columns.n(); j++) places[j] = head_place(batch.target_ids[j]);
      columns.score(head_rows_.data(), n_rows, scores_.data());
      const BatchGradients found = softmax_gradients(scores_.data(), n_rows, columns, places,
                                                     batch.weights, lr, normaliser_);
      bound_steps(
          scores_.data(), n_rows, found, columns,
          [&](int i) { return row_norm(head_rows_[i], columns.width()); }, longest_head_row_);
      columns.update(head_rows_.data(), n_rows, scores_.data(), batch.frozen);
      double loss = found.loss;
      for (size_t c = 0; c < clusters_.size(); c++)
        loss +=
            train_cluster(clusters_[c], n_frequent_ + static_cast<int32_t>(c), places, batch, lr);
      return loss;
    }

   private:
    struct Cluster {
      Band band;
      std::vector<float*> projection, rows;
      Columns columns;
      double longest_row;  // at the chunk's begin, as that of the head
    };

    int32_t head_place(int32_t rank) const {
      if (rank < n_frequent_) return rank;
      size_t c = clusters_.size() - 1;
      while (rank < clusters_[c].band.first_word) c--;
      return n_frequent_ + static_cast<int32_t>(c);
    }

    // Trains the columns whose target is in the cluster.
    double train_cluster(Cluster& cluster, int32_t place, const int32_t* head_places, Batch& batch,
                         float lr) {
      const Band& band = cluster.band;
      int32_t places[kMaxColumns];
      float weights[kMaxColumns];
      int columns[kMaxColumns];
      picked_.resize(0);
      for (int j = 0; j < batch.columns.n(); j++) {
        if (head_places[j] != place) continue;
        const int i = picked_.n();
        places[i] = batch.target_ids[j] - band.first_word;
        weights[i] = batch.weights[j];
        columns[i] = j;
        std::copy_n(batch.columns.hidden(j), picked_.width(), picked_.add());
      }
      if (picked_.n() == 0) return 0;
      picked_.transpose();
      project(cluster);
      cluster.columns.score(cluster.rows.data(), band.n_words, scores_.data());
      const BatchGradients found = softmax_gradients(scores_.data(), band.n_words, cluster.columns,
                                                     places, weights, lr, normaliser_);
      bound_steps(
          scores_.data(), band.n_words, found, cluster.columns,
          [&](int i) { return row_norm(cluster.rows[i], cluster.columns.width()); },
          cluster.longest_row);
      cluster.columns.update(cluster.rows.data(), band.n_words, scores_.data(), batch.frozen);
      update_projection(cluster, batch.frozen);
      for (int i = 0; i < picked_.n(); i++) {
        float* const change = batch.columns.changes(columns[i]);
        for (int d = 0; d < picked_.width(); d += kLanes)
          store(change + d, load(change + d) + load(picked_.changes(i) + d));
      }
      return found.loss;
    }

    void project(Cluster& cluster) {
      Columns& narrow = cluster.columns;
      narrow.resize(picked_.n());
      std::fill_n(narrow.transposed(0), narrow.width() * narrow.m(), 0.0f);
      multiply_add(
          cluster.band.width, picked_.width(), narrow.m(),
          [&](int e) { return narrow.transposed(e); },
          [&](int e, int k) { return load_number(cluster.projection[e] + k); },
          [&](int k) { return picked_.transposed(k); });
      narrow.transpose_back();
    }

    // Sets the changes of the picked columns and, unless it is frozen, changes the projection.
    void update_projection(Cluster& cluster, bool frozen) {
      Columns& narrow = cluster.columns;
      const int n = picked_.n(), width = cluster.band.width;
      std::fill_n(picked_.changes(0), n * picked_.width(), 0.0f);
      multiply_add(
          n, width, picked_.width(), [&](int i) { return picked_.changes(i); },
          [&](int i, int e) { return narrow.changes(i)[e]; },
          [&](int e) { return cluster.projection[e]; });
      if (frozen) return;
      multiply_add(
          width, n, picked_.width(), [&](int e) { return cluster.projection[e]; },
          [&](int e, int i) { return kProjectionRate * narrow.changes(i)[e]; },
          [&](int i) { return picked_.hidden(i); });
    }

    const WordRanks& ranks_;
    int32_t n_frequent_;
    Rows table_;
    std::vector<float*> head_rows_;  // of the frequent words and the clusters
    double longest_head_row_ = 0;
    std::vector<Cluster> clusters_;
    Columns picked_;  // the columns of a cluster
    AlignedRow scores_;
    Normaliser normaliser_;
  };

  std::vector<Band> clusters_;
  WordRanks ranks_;
};

}  // namespace huffvec
