// Units of text, which are words or phrases, pairs of them as keys, and what is known of both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Two word ids, one after the other, as one number.
inline uint64_t pair_key(uint32_t left, uint32_t right) { return uint64_t{left} << 32 | right; }

// Which connector words stand between two units ("of the"), as one number: 0 for none. Up to two;
// with more, the units are no pair.
class Gap {
 public:
  static constexpr int kMostWords = 2;

  // One more, by its number among so many connector words, from 1 on.
  void add(uint32_t number, uint32_t n_connectors) {
    if (n_words_ < kMostWords) run_ += n_words_ == 0 ? number : number * (n_connectors + 1);
    ++n_words_;
  }
  bool is_short() const { return n_words_ <= kMostWords; }
  uint32_t run() const { return run_; }

 private:
  uint32_t run_ = 0;
  int n_words_ = 0;
};

// Two units and what is between them as one number, in which ids have so many bits.
struct PairKeys {
  int id_bits = 31;

  uint64_t key(uint32_t left, uint32_t run, uint32_t right) const {
    return uint64_t{run} << (2 * id_bits) | uint64_t{left} << id_bits | right;
  }
  uint32_t left(uint64_t key) const { return low(key >> id_bits); }
  uint32_t right(uint64_t key) const { return low(key); }
  uint32_t run(uint64_t key) const { return static_cast<uint32_t>(key >> (2 * id_bits)); }

 private:
  uint32_t low(uint64_t bits) const {
    return static_cast<uint32_t>(bits & ((uint64_t{1} << id_bits) - 1));
  }
};

// From pairs to numbers; made once, then only asked.
class PairMap {
 public:
  static constexpr uint32_t kMissing = 0xFFFFFFFFu;

  explicit PairMap(size_t n_pairs) {
    size_t size = 16;
    while (size < 2 * n_pairs) size *= 2;
    slots_.resize(size, {kNoKey, kMissing});
  }

  void insert(uint64_t key, uint32_t value) { slots_[find_slot(key)] = {key, value}; }
  uint32_t find(uint64_t key) const { return slots_[find_slot(key)].value; }

 private:
  struct Slot {
    uint64_t key;
    uint32_t value;
  };
  static constexpr uint64_t kNoKey = ~uint64_t{0};

  size_t find_slot(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = mix(key) & mask;
    while (slots_[slot].key != key && slots_[slot].key != kNoKey) slot = (slot + 1) & mask;
    return slot;
  }

  std::vector<Slot> slots_;
};

// A word or a phrase in the text: the bytes from its first to its last word.
struct Unit {
  static constexpr uint32_t kUnknown = 0xFFFFFFFFu;  // the id of a word not in the vocabulary
  uint32_t id;
  bool joined;
  const char* begin;
  const char* end;
};

// What is known so far: the words, and for each pass the pairs of units that are phrases.
struct PhraseTables {
  PhraseTables() = default;
  PhraseTables(const PhraseTables&) = delete;  // words point into text
  PhraseTables& operator=(const PhraseTables&) = delete;

  std::string text;  // the words, each followed by "\n" but the last
  WordTable words;
  std::vector<PairMap> levels;
  // The pairs of words (last of the left unit, first of the right one) at which some phrase of any
  // pass is joined. Between all others the text can be cut: what is joined on one side does not
  // depend on the other, so that threads can start anywhere.
  PairMap seams{0};
  size_t n_units = 0;
  PairKeys keys;
  std::vector<uint32_t> connectors;  // by word id: the number of a connector word, or 0
  uint32_t n_connectors = 0;

  // The number of a unit that is a connector word, or 0.
  uint32_t connector(uint32_t id) const { return id < connectors.size() ? connectors[id] : 0; }
};

}  // namespace huffvec
