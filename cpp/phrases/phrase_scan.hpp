// Reading text as units: words, and the phrases that earlier passes found, joined again on the way.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/block_reader.hpp"
#include "text/token_check.hpp"
#include "text/word_table.hpp"

namespace huffvec {

// Two word ids, one after the other, as one number.
inline std::uint64_t pair_key(std::uint32_t left, std::uint32_t right) {
  return std::uint64_t{left} << 32 | right;
}

// Which connector words stand between two units ("of the"), as one number: 0 for none. Up to two;
// with more, the units are no pair.
class Gap {
 public:
  static constexpr int kMostWords = 2;

  // One more, by its number among so many connector words, from 1 on.
  void add(std::uint32_t number, std::uint32_t n_connectors) {
    if (n_words_ < kMostWords) run_ += n_words_ == 0 ? number : number * (n_connectors + 1);
    ++n_words_;
  }
  bool is_short() const { return n_words_ <= kMostWords; }
  std::uint32_t run() const { return run_; }

 private:
  std::uint32_t run_ = 0;
  int n_words_ = 0;
};

// Two units and what is between them as one number, in which ids have so many bits.
struct PairKeys {
  int id_bits = 31;

  std::uint64_t key(std::uint32_t left, std::uint32_t run, std::uint32_t right) const {
    return std::uint64_t{run} << (2 * id_bits) | std::uint64_t{left} << id_bits | right;
  }
  std::uint32_t left(std::uint64_t key) const { return low(key >> id_bits); }
  std::uint32_t right(std::uint64_t key) const { return low(key); }
  std::uint32_t run(std::uint64_t key) const {
    return static_cast<std::uint32_t>(key >> (2 * id_bits));
  }

 private:
  std::uint32_t low(std::uint64_t bits) const {
    return static_cast<std::uint32_t>(bits & ((std::uint64_t{1} << id_bits) - 1));
  }
};

// Mixes a key so that all bits of the result depend on all of it (the finaliser of SplitMix64).
inline std::uint64_t hash_pair(std::uint64_t key) {
  key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
  key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
  return key ^ (key >> 31);
}

// From pairs to numbers; made once, then only asked.
class PairMap {
 public:
  static constexpr std::uint32_t kMissing = 0xFFFFFFFFu;

  explicit PairMap(std::size_t n_pairs) {
    std::size_t size = 16;
    while (size < 2 * n_pairs) size *= 2;
    slots_.resize(size, {kNoKey, kMissing});
  }

  void insert(std::uint64_t key, std::uint32_t value) { slots_[find_slot(key)] = {key, value}; }
  std::uint32_t find(std::uint64_t key) const { return slots_[find_slot(key)].value; }

 private:
  struct Slot {
    std::uint64_t key;
    std::uint32_t value;
  };
  static constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

  std::size_t find_slot(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash_pair(key) & mask;
    while (slots_[slot].key != key && slots_[slot].key != kNoKey) slot = (slot + 1) & mask;
    return slot;
  }

  std::vector<Slot> slots_;
};

// A word or a phrase in the text: the bytes from its first to its last word.
struct Unit {
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFFu;  // the id of a word not in the vocabulary
  std::uint32_t id;
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
  std::size_t n_units = 0;
  PairKeys keys;
  std::vector<std::uint32_t> connectors;  // by word id: the number of a connector word, or 0
  std::uint32_t n_connectors = 0;

  // The number of a unit that is a connector word, or 0.
  std::uint32_t connector(std::uint32_t id) const {
    return id < connectors.size() ? connectors[id] : 0;
  }
};

// Joins units by one pass after the other, from left to right, as they come.
class Cascade {
 public:
  explicit Cascade(const PhraseTables& tables) : tables_(tables), pending_(tables.levels.size()) {}

  template <class Use>
  void push(const Unit& unit, const Use& use, std::size_t level = 0) {
    if (level == pending_.size()) return use(unit);
    Pending& pending = pending_[level];
    if (const std::uint32_t connector = tables_.connector(unit.id)) {
      if (!pending.unit) return push(unit, use, level + 1);
      pending.connectors.push_back(unit);
      pending.gap.add(connector, tables_.n_connectors);
      return;
    }
    const std::uint32_t phrase = find(pending, unit, level);
    if (phrase == PairMap::kMissing) {
      pass_on(use, level);
      pending.unit = unit;
    } else {
      const Unit left = *pending.unit;
      pending = {};
      push({phrase, true, left.begin, unit.end}, use, level + 1);
    }
  }

  // What came so far is followed by nothing that could be joined to it.
  template <class Use>
  void flush(const Use& use) {
    for (std::size_t level = 0; level < pending_.size(); ++level) pass_on(use, level);
  }

 private:
  // A unit that may still be joined to the next, and the connector words behind it.
  struct Pending {
    std::optional<Unit> unit;
    std::vector<Unit> connectors;
    Gap gap;
  };

  std::uint32_t find(const Pending& pending, const Unit& right, std::size_t level) const {
    if (!pending.unit || !pending.gap.is_short()) return PairMap::kMissing;
    if (pending.unit->id == Unit::kUnknown || right.id == Unit::kUnknown) return PairMap::kMissing;
    return tables_.levels[level].find(
        tables_.keys.key(pending.unit->id, pending.gap.run(), right.id));
  }

  template <class Use>
  void pass_on(const Use& use, std::size_t level) {
    if (!pending_[level].unit) return;
    const Pending passed = std::exchange(pending_[level], {});
    push(*passed.unit, use, level + 1);
    for (const Unit& unit : passed.connectors) push(unit, use, level + 1);
  }

  const PhraseTables& tables_;
  std::vector<Pending> pending_;
};

// The words of a text from a place on, looked up many at a time.
class WordReader {
 public:
  struct Word {
    const char* begin;  // the end of the text when there is no word left
    const char* end;
    std::uint32_t id;
    bool first;  // in its line
  };

  WordReader(const FileBlock& block, const WordTable& words, bool replace_errors)
      : block_(block), words_(words), replace_errors_(replace_errors) {
    const Block& part = block.block;
    next_ = part.begin;
    if (next_ != part.text_begin && !is_space(next_[-1])) {  // in a word of the block before
      while (next_ < part.end && !is_space(*next_)) ++next_;
    }
    while (next_ < part.end && is_space(*next_)) ++next_;
  }

  // Whether a word starts in the block.
  bool has_word() const { return next_ < block_.block.end; }

  // The id of the word before, or Unit::kUnknown at the start of a line. Before the first read.
  std::uint32_t id_before() const {
    const char* end = next_;
    const char* const text_begin = block_.block.text_begin;
    while (end > text_begin && is_space(end[-1])) {
      if (*--end == '\n') return Unit::kUnknown;
    }
    if (end == text_begin) return Unit::kUnknown;
    const char* begin = end;
    while (begin > text_begin && !is_space(begin[-1])) --begin;
    return id_of(read_token(begin, block_.block.text_end));
  }

  Word read() {
    if (read_pos_ == n_words_) refill();
    return buffer_[read_pos_++];
  }

 private:
  void refill() {
    // Behind the block few words are needed.
    const std::size_t size = has_word() ? buffer_.size() : 1;
    std::array<Token, 64> tokens;
    std::size_t n_tokens = 0;
    bool at_end = false;
    while (n_tokens < size && !at_end) {
      bool first = next_ == block_.block.text_begin;
      while (next_ < block_.block.text_end && is_space(*next_)) {
        first = *next_++ == '\n' || first;
      }
      at_end = next_ == block_.block.text_end;
      const Token token = at_end ? Token{} : read_token(next_, block_.block.text_end);
      buffer_[n_tokens] = {next_, next_ + token.word.size(), Unit::kUnknown, first};
      tokens[n_tokens++] = token;
      next_ += token.word.size();
    }
    words_.prefetch({tokens.data(), n_tokens});
    for (std::size_t pos = 0; pos < n_tokens - at_end; ++pos) buffer_[pos].id = id_of(tokens[pos]);
    n_words_ = n_tokens;
    read_pos_ = 0;
  }

  std::uint32_t id_of(const Token& token) const {
    const std::uint32_t id = words_.find(token);
    if (id != WordTable::kMissing || check_token(block_, token.word, replace_errors_)) return id;
    const std::string word = utf8_replaced(token.word);
    return words_.find(make_token(word));
  }

  const FileBlock& block_;
  const WordTable& words_;
  const bool replace_errors_;
  const char* next_;
  std::array<Word, 64> buffer_;
  std::size_t n_words_ = 0;
  std::size_t read_pos_ = 0;
};

// Calls use(unit) for the units of a block and line_end() between those of different lines. To a
// block belongs what follows the first place in it at which the text can be cut (see `seams`), up
// to the first such place behind it, which is returned; everything, when the text has none.
//
// With `peek`, peek(unit) is called with the unit behind the block when it is on the same line, and
// with the next ones as long as it returns true.
template <class Use, class LineEnd, class Peek>
const char* scan_units(const FileBlock& block, const PhraseTables& tables, bool replace_errors,
                       const Use& use, const LineEnd& line_end, const Peek& peek) {
  const Block& part = block.block;
  WordReader reader(block, tables.words, replace_errors);
  Cascade cascade(tables);
  const auto is_cut = [&tables](std::uint32_t left_id, std::uint32_t right_id) {
    return tables.seams.find(pair_key(left_id, right_id)) == PairMap::kMissing;
  };
  bool started = part.begin == part.text_begin;
  if (part.begin == part.end || (!started && !reader.has_word())) return nullptr;
  std::uint32_t before = started ? Unit::kUnknown : reader.id_before();
  WordReader::Word word;
  for (;; before = word.id) {
    word = reader.read();
    if (word.begin == part.text_end) break;
    const bool cut = word.first || is_cut(before, word.id);
    if (cut && word.begin >= part.end) break;
    if (cut) {
      cascade.flush(use);
      if (started && word.first) line_end();
      started = true;
    }
    if (started) cascade.push({word.id, false, word.begin, word.end}, use);
  }
  if (!started) return nullptr;
  cascade.flush(use);
  const char* const end = word.begin;
  bool peeking = end != part.text_end && !word.first;
  const auto peek_more = [&](const Unit& unit) { peeking = peeking && peek(unit); };
  while (peeking) {
    cascade.push({word.id, false, word.begin, word.end}, peek_more);
    before = word.id;
    word = reader.read();
    const bool ended = word.begin == part.text_end || word.first;
    if (ended || is_cut(before, word.id)) cascade.flush(peek_more);
    if (ended) break;
  }
  return end;
}

}  // namespace huffvec
