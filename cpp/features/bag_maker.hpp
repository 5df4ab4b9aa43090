// From the tokens of a document to its bag of features.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "features/feature_rows.hpp"
#include "features/row_sort.hpp"

namespace huffvec {

// The features of documents: those of document i are offsets[i] … offsets[i + 1] - 1. Row ids are
// ascending within a document, and no two the same; values are counts, or weights.
struct DocumentBags {
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> row_ids;
  std::vector<float> values;
};

// Makes one bag after the other. One per thread.
class BagMaker {
 public:
  BagMaker(const FeatureRules& rules, const FeatureRows& rows)
      : rules_(rules), map_(rows), to_bucket_(rules.chars.n_buckets) {}

  // A token of the document: its hash and its rows.
  void add(int32_t hash, std::span<const int32_t> rows) {
    hashes_.push_back(hash);
    rows_.insert(rows_.end(), rows.begin(), rows.end());
  }

  // A token that is none of the words.
  void add_unknown(std::string_view word) {
    hashes_.push_back(word_hash(word));
    for_each_row(word, -1, 0, rules_.chars, marked_,
                 [this](int32_t bucket) { buckets_.push_back(bucket); });
  }

  // Ends the document and calls use(row, count) for each of its rows, ascending.
  template <class Use>
  void finish(const Use& use) {
    add_word_ngrams();
    add_buckets();
    sort_rows(rows_, spare_);
    for (size_t i = 0; i < rows_.size();) {
      const size_t first = i;
      while (++i < rows_.size() && rows_[i] == rows_[first]) continue;
      use(rows_[first], i - first);
    }
    rows_.clear();
    buckets_.clear();
    hashes_.clear();
  }

 private:
  // fastText's hash of words in a row: those of the words as numbers with a sign, chained.
  void add_word_ngrams() {
    constexpr uint64_t kFactor = 116049371;
    const size_t n_more = static_cast<size_t>(rules_.word_ngrams) - 1;
    const auto bits = [this](size_t i) { return static_cast<uint64_t>(int64_t{hashes_[i]}); };
    for (size_t first = 0; first < hashes_.size(); first++) {
      const size_t end = std::min(hashes_.size(), first + 1 + n_more);
      uint64_t hash = bits(first);
      for (size_t i = first + 1; i < end; i++) {
        hash = hash * kFactor + bits(i);
        buckets_.push_back(static_cast<int32_t>(to_bucket_.of(hash)));
      }
    }
  }

  // Apart from hashing, so that the processor looks many buckets up at a time.
  void add_buckets() {
    size_t n = rows_.size();
    rows_.resize(n + buckets_.size());
    for (const int32_t bucket : buckets_) {
      const int32_t row = map_.of_bucket(bucket);
      rows_[n] = row;
      n += row >= 0;
    }
    rows_.resize(n);
  }

  const FeatureRules rules_;
  const FeatureRows map_;
  const Remainder to_bucket_;
  std::vector<int32_t> hashes_, rows_, buckets_, spare_;
  std::string marked_;
};

// Turns the counts of a document into weights, of the bag's norm 1: 1 + log(count), times the row's
// weight. Without weights of rows, into their shares, so that the bag is a mean.
inline void weigh(std::span<const int32_t> row_ids, std::span<float> values, const float* idf) {
  const auto weight = [&](size_t k) -> double {
    if (idf == nullptr) return values[k];
    return (values[k] == 1 ? 1.0 : 1 + std::log(double{values[k]})) * double{idf[row_ids[k]]};
  };
  double total = 0;
  for (size_t k = 0; k < values.size(); k++)
    total += idf == nullptr ? weight(k) : weight(k) * weight(k);
  if (total == 0) return;
  const double divisor = idf == nullptr ? total : std::sqrt(total);
  for (size_t k = 0; k < values.size(); k++) values[k] = static_cast<float>(weight(k) / divisor);
}

}  // namespace huffvec
