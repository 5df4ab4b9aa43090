// The encoded corpus as the trainer walks it: chunks of whole sentences, subsampled.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/rng.hpp"

namespace huffvec {

struct Corpus {
  const int32_t* ids;
  const int64_t* sentence_offsets;  // n_sentences + 1, from 0 to n_tokens
  int64_t n_sentences, n_tokens;
  int64_t chunk_tokens;  // about so many tokens make a chunk
  int32_t n_words;       // ids are below this

  int64_t length(int64_t sentence) const {
    return sentence_offsets[sentence + 1] - sentence_offsets[sentence];
  }

  int64_t n_chunks() const { return (n_tokens + chunk_tokens - 1) / chunk_tokens; }

  // Where a chunk begins: at the first sentence that starts in its share of the tokens; in the
  // middle of a sentence only if that sentence is longer than a chunk.
  int64_t chunk_begin(int64_t chunk) const {
    if (chunk >= n_chunks()) return n_tokens;
    const int64_t share = chunk * chunk_tokens;
    const int64_t* end = sentence_offsets + n_sentences;
    const int64_t* start = std::lower_bound(sentence_offsets, end, share);
    if (start < end && *start < share + chunk_tokens) return *start;
    return *start - start[-1] > chunk_tokens ? share : *start;
  }
};

// Copies the tokens that survive subsampling. Dropped before windowing, so that windows reach
// further, as in word2vec.c.
class Subsampler {
 public:
  // keep_thresholds: by word id; a token stays when 32 random bits do not exceed its threshold.
  Subsampler(const uint32_t* keep_thresholds, int32_t n_words)
      : keep_thresholds_(keep_thresholds), n_words_(static_cast<uint32_t>(n_words)) {}

  // Throws std::out_of_range at an id that is no word's: the rows behind it are not ours.
  const std::vector<int32_t>& keep(const int32_t* begin, const int32_t* end, Rng& rng) {
    kept_.resize(end - begin);
    int32_t* out = kept_.data();
    for (const int32_t* id = begin; id < end; id++) {
      if (static_cast<uint32_t>(*id) >= n_words_)
        throw std::out_of_range("the encoded corpus has the id " + std::to_string(*id) +
                                ", but the vocabulary has " + std::to_string(n_words_) + " words");
      *out = *id;
      out += rng.next32() <= keep_thresholds_[*id];
    }
    kept_.resize(out - kept_.data());
    return kept_;
  }

 private:
  const uint32_t* keep_thresholds_;
  uint32_t n_words_;
  std::vector<int32_t> kept_;
};

}  // namespace huffvec
