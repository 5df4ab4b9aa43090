// Which features documents have, and which rows of the input table are theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/subwords.hpp"

namespace huffvec {

struct FeatureRules {
  int word_ngrams;  // words in a row, at most
  SubwordRules
      chars;  // n-grams of characters, and how many buckets all n-grams have; max_n 0: none
};

// How many bits are set. Processors count them at once, but not those of the oldest kind.
inline int count_bits(uint64_t bits) {
  bits -= bits >> 1 & 0x5555555555555555u;
  bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
  bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
  return static_cast<int>(bits * 0x0101010101010101u >> 56);
}

// The rows of words, by id, come first; then those of buckets.
struct FeatureRows {
  int32_t n_words;                       // words with higher ids have no row
  const int32_t* bucket_rows = nullptr;  // -1 for none; null: bucket b has the row n_words + b
  // Of the same, tables that stay in the cache: which buckets have rows, a bit each; and, where
  // rows are in the order of buckets, the row of the first one that has any, of 64 at a time. Or
  // null.
  const uint64_t* has_row = nullptr;
  const int32_t* first_rows = nullptr;

  // Replaces buckets by their rows; those without one are left out.
  void to_rows(std::vector<int32_t>& buckets) const {
    if (bucket_rows == nullptr) {
      for (int32_t& bucket : buckets) bucket += n_words;
      return;
    }
    size_t n = 0;
    for (const int32_t bucket : buckets) {
      buckets[n] = bucket;
      n += has_row[bucket >> 6] >> (bucket & 63) & 1;
    }
    buckets.resize(n);
    if (first_rows == nullptr) {
      for (int32_t& bucket : buckets) bucket = bucket_rows[bucket];
      return;
    }
    for (int32_t& bucket : buckets) {
      const uint64_t before = (uint64_t{1} << (bucket & 63)) - 1;
      bucket = first_rows[bucket >> 6] + count_bits(has_row[bucket >> 6] & before);
    }
  }
};

// fastText's hash of a word, as it takes part in word n-grams.
inline int32_t word_hash(std::string_view word) {
  SignedFnv fnv;
  for (const char byte : word) fnv.add(byte);
  return static_cast<int32_t>(fnv.value());
}

// The remainder of division by one divisor, without dividing: a product with the reciprocal, which
// is too small by less than 2^-64, makes the quotient or one less.
class Remainder {
 public:
  explicit Remainder(uint32_t divisor) : divisor_(divisor), reciprocal_(~uint64_t{0} / divisor) {}

  uint32_t of(uint64_t value) const {
    const uint64_t quotient =
        static_cast<uint64_t>(static_cast<unsigned __int128>(value) * reciprocal_ >> 64);
    const uint64_t rest = value - quotient * divisor_;
    return static_cast<uint32_t>(rest >= divisor_ ? rest - divisor_ : rest);
  }

 private:
  uint64_t divisor_;
  uint64_t reciprocal_;
};

// What distinct tokens are made of, by id, so that each is hashed only once.
class TokenFeatures {
 public:
  TokenFeatures(const FeatureRules& rules, const FeatureRows& rows) : rules_(rules), map_(rows) {}

  // The next id's word.
  void add(std::string_view word) {
    buckets_.clear();
    for_each_row(word, -1, 0, rules_.chars, marked_,
                 [this](int32_t bucket) { buckets_.push_back(bucket); });
    map_.to_rows(buckets_);
    const auto id = static_cast<int32_t>(tokens_.size());
    const size_t first = rows_.size();
    if (id < map_.n_words) rows_.push_back(id);
    rows_.insert(rows_.end(), buckets_.begin(), buckets_.end());
    tokens_.push_back({first, static_cast<uint32_t>(rows_.size() - first), word_hash(word)});
  }

  // Bring into the cache, one after the other, what the functions below will touch.
  void prefetch(uint32_t id) const { __builtin_prefetch(&tokens_[id]); }
  void prefetch_rows(uint32_t id) const { __builtin_prefetch(rows_.data() + tokens_[id].first); }

  int32_t hash(uint32_t id) const { return tokens_[id].hash; }
  // Its own row and those of its n-grams of characters, one that occurs twice twice.
  std::span<const int32_t> rows(uint32_t id) const {
    return {rows_.data() + tokens_[id].first, tokens_[id].n_rows};
  }

 private:
  struct TokenRows {
    size_t first;
    uint32_t n_rows;
    int32_t hash;
  };
  const FeatureRules rules_;
  const FeatureRows map_;
  std::vector<TokenRows> tokens_;
  std::vector<int32_t> rows_, buckets_;
  std::string marked_;
};

}  // namespace huffvec
