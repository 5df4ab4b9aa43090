// Subwords: the rows of the input table that make up a word's vector.
//
// Either fastText's layout (Bojanowski et al. 2017): the word's own row and the rows of its
// character n-grams, which are hashed into buckets. Or floret's, a Bloom embedding (Serrà &
// Karatzoglou 2017): the whole word and its n-grams are hashed, several times each, into one small
// table.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace huffvec {

struct SubwordRules {
  int min_n, max_n;    // characters of an n-gram
  uint32_t n_buckets;  // rows that n-grams are hashed to
  int n_hashes;        // rows of an n-gram, 1 to 4; used if hash_words
  bool hash_words;     // words have no rows of their own
};

// FNV-1a as fastText has it: bytes of 0x80 and more are sign-extended to 32 bits. So it is no true
// FNV-1a beyond ASCII, but a model of one program must mean the same in the other.
class SignedFnv {
 public:
  void add(char byte) {
    hash_ ^= static_cast<uint32_t>(static_cast<int8_t>(byte));
    hash_ *= 16777619u;
  }
  uint32_t value() const { return hash_; }

 private:
  uint32_t hash_ = 2166136261u;
};

// MurmurHash3_x64_128 (Austin Appleby, public domain), as four words of 32 bits, with the seed that
// floret and spaCy use.
inline std::array<uint32_t, 4> murmur_hashes(std::string_view bytes) {
  constexpr uint64_t kSeed = 2166136261u, kA = 0x87c37b91114253d5u, kB = 0x4cf5ad432745937fu;
  const auto rotate = [](uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); };
  const auto scramble_a = [&](uint64_t k) { return rotate(k * kA, 31) * kB; };
  const auto scramble_b = [&](uint64_t k) { return rotate(k * kB, 33) * kA; };
  const auto finish = [](uint64_t k) {
    k = (k ^ (k >> 33)) * 0xff51afd7ed558ccdu;
    k = (k ^ (k >> 33)) * 0xc4ceb9fe1a85ec53u;
    return k ^ (k >> 33);
  };
  uint64_t a = kSeed, b = kSeed;
  size_t at = 0;
  for (; bytes.size() - at >= 16; at += 16) {
    uint64_t blocks[2];
    std::memcpy(blocks, bytes.data() + at, 16);
    a = (rotate(a ^ scramble_a(blocks[0]), 27) + b) * 5 + 0x52dce729u;
    b = (rotate(b ^ scramble_b(blocks[1]), 31) + a) * 5 + 0x38495ab5u;
  }
  uint64_t tail[2] = {};
  std::memcpy(tail, bytes.data() + at, bytes.size() - at);
  a ^= scramble_a(tail[0]) ^ bytes.size();
  b ^= scramble_b(tail[1]) ^ bytes.size();
  a += b;
  b += a;
  a = finish(a);
  b = finish(b);
  a += b;
  b += a;
  return {static_cast<uint32_t>(a), static_cast<uint32_t>(a >> 32), static_cast<uint32_t>(b),
          static_cast<uint32_t>(b >> 32)};
}

// Calls visit(begin, end, fnv) for every n-gram of a word that stands between its boundary marks,
// "<word>", in fastText's order: bytes begin … end - 1. Characters are those of UTF-8 (a byte
// followed by continuation bytes); a boundary mark alone is no n-gram.
template <class Visit>
void for_each_ngram(std::string_view marked, const SubwordRules& rules, Visit visit) {
  const auto continues = [&](size_t at) {
    return at < marked.size() && (static_cast<uint8_t>(marked[at]) & 0xC0) == 0x80;
  };
  for (size_t begin = 0; begin < marked.size(); begin++) {
    if (continues(begin)) continue;
    SignedFnv fnv;
    size_t end = begin;
    for (int n = 1; n <= rules.max_n && end < marked.size(); n++) {
      do fnv.add(marked[end++]);
      while (continues(end));
      if (n < rules.min_n || (n == 1 && (begin == 0 || end == marked.size()))) continue;
      visit(begin, end, fnv.value());
    }
  }
}

// Calls add(row) for every row of a word, one that occurs twice twice. own_row is the row of the
// word itself, -1 if it has none; the buckets are the rows from first_bucket on.
template <class Add>
void for_each_row(std::string_view word, int32_t own_row, int32_t first_bucket,
                  const SubwordRules& rules, std::string& marked, Add add) {
  marked.clear();
  marked.push_back('<');
  marked.append(word);
  marked.push_back('>');
  const auto add_hashes = [&](std::string_view gram) {
    const auto hashes = murmur_hashes(gram);
    for (int k = 0; k < rules.n_hashes; k++)
      add(first_bucket + static_cast<int32_t>(hashes[k] % rules.n_buckets));
  };
  if (rules.hash_words) {
    add_hashes(marked);
    for_each_ngram(marked, rules, [&](size_t begin, size_t end, uint32_t) {
      add_hashes(std::string_view(marked).substr(begin, end - begin));
    });
    return;
  }
  if (own_row >= 0) add(own_row);
  if (word == "</s>") return;  // fastText's end of a sentence is no word with parts
  for_each_ngram(marked, rules, [&](size_t, size_t, uint32_t fnv) {
    add(first_bucket + static_cast<int32_t>(fnv % rules.n_buckets));
  });
}

// The rows of many words, one word's after the other's; those of word w are
// row_ids[offsets[w] … offsets[w + 1] - 1].
struct Bags {
  std::vector<int64_t> offsets;
  std::vector<int32_t> row_ids;
};

// words: joined by line feeds. own_rows: one a word.
inline Bags make_bags(std::string_view words, const std::vector<int32_t>& own_rows,
                      int32_t first_bucket, const SubwordRules& rules) {
  Bags bags;
  std::string marked;
  bags.offsets.reserve(own_rows.size() + 1);
  bags.offsets.push_back(0);
  size_t begin = 0;
  for (const int32_t own_row : own_rows) {
    const size_t end = std::min(words.find('\n', begin), words.size());
    for_each_row(words.substr(begin, end - begin), own_row, first_bucket, rules, marked,
                 [&](int32_t row) { bags.row_ids.push_back(row); });
    bags.offsets.push_back(static_cast<int64_t>(bags.row_ids.size()));
    begin = std::min(end + 1, words.size());
  }
  return bags;
}

// A table of n_rows rows, `stride` floats apart, that others own.
struct ConstRows {
  const float* data;
  int64_t n_rows, stride;
  int dim;

  // Begins to bring a row into the cache.
  void fetch(int32_t row_id) const {
    constexpr int kLineFloats = 16;
    const float* const row = data + row_id * stride;
    for (int d = 0; d < dim; d += kLineFloats) __builtin_prefetch(row + d);
  }
};

// means[w] = the mean of word w's rows; zeros if it has none. The row ids must be in the table.
inline void mean_rows(const ConstRows& table, const int64_t* offsets, const int32_t* row_ids,
                      size_t n_words, float* means) {
  for (size_t w = 0; w < n_words; w++, means += table.dim) {
    std::fill_n(means, table.dim, 0.0f);
    for (int64_t k = offsets[w]; k < offsets[w + 1]; k++) {
      const float* row = table.data + row_ids[k] * table.stride;
      for (int d = 0; d < table.dim; d++) means[d] += row[d];
    }
    const int64_t n = offsets[w + 1] - offsets[w];
    const float share = n > 0 ? 1.0f / static_cast<float>(n) : 0.0f;
    for (int d = 0; d < table.dim; d++) means[d] *= share;
  }
}

}  // namespace huffvec
