// The hash table of words: counting, merging counts, and looking up ids all use this one class.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace huffvec {

// Folds the next eight bytes of a word (its last ones padded with zeros) into its hash. Each of the
// operations can be undone, so that different bytes make different hashes: words of up to eight
// bytes are the same when their hashes and sizes are.
inline uint64_t hash_step(uint64_t hash, uint64_t bytes) {
  const uint64_t product = (hash ^ bytes) * 0x9E3779B97F4A7C15u;
  return product ^ (product >> 32);
}

// A word as found in a text: the bytes and their hash.
struct Token {
  std::string_view word;
  uint64_t hash;
};

// The same token from its bytes alone.
inline Token make_token(std::string_view word) {
  uint64_t hash = 0;
  for (size_t pos = 0; pos < word.size(); pos += 8) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, word.data() + pos, word.size() - pos < 8 ? word.size() - pos : 8);
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    hash = hash_step(hash, bytes);
  }
  return {word, hash};
}

// Keeps copies of words at addresses that never move.
class WordArena {
 public:
  std::string_view copy(std::string_view word) {
    if (word.size() > room_) {
      const size_t size = word.size() > kChunk ? word.size() : kChunk;
      chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      next_ = chunks_.back().get();
      room_ = size;
      n_bytes_ += size;
    }
    char* const copied = next_;
    std::memcpy(copied, word.data(), word.size());
    next_ += word.size();
    room_ -= word.size();
    return {copied, word.size()};
  }

  size_t n_bytes() const { return n_bytes_; }

 private:
  static constexpr size_t kChunk = size_t{1} << 18;
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t room_ = 0;
  size_t n_bytes_ = 0;
};

// Open addressing with linear probing. Slots hold 32 bits of the hash and the index of the entry;
// entries lie in the order in which they were added, so that an entry's index can be a word id.
class WordTable {
 public:
  struct Entry {
    const char* data;
    size_t size;
    uint64_t hash;
    int64_t count;
    std::string_view word() const { return {data, size}; }
  };
  static constexpr uint32_t kMissing = 0xFFFFFFFFu;

  WordTable() : slots_(size_t{1} << kFirstBits, Slot{0, kMissing}), bits_(kFirstBits) {}

  const std::vector<Entry>& entries() const { return entries_; }

  // The memory that it takes, in bytes.
  size_t n_bytes() const {
    return slots_.capacity() * sizeof(Slot) + entries_.capacity() * sizeof(Entry) +
           arena_.n_bytes();
  }

  // Brings into the cache what looking up tokens will touch, a step for all of them at a time. In a
  // large vocabulary each lookup would otherwise wait for the memory twice.
  void prefetch(std::span<const Token> tokens) const {
    for (const Token& token : tokens) __builtin_prefetch(&slots_[first_slot(token.hash)]);
    for (const Token& token : tokens) {
      const uint32_t entry = slots_[first_slot(token.hash)].entry;
      if (entry != kMissing) __builtin_prefetch(&entries_[entry]);
    }
  }

  // The index of a word's entry, or kMissing.
  uint32_t find(const Token& token) const { return slots_[find_slot(token)].entry; }

  // Adds one to the count of a word that is known. Returns its entry's index, or kMissing.
  uint32_t count(const Token& token) {
    const uint32_t entry = find(token);
    if (entry != kMissing) ++entries_[entry].count;
    return entry;
  }

  // Adds to the count of the word of an entry.
  void add(uint32_t entry, int64_t count) { entries_[entry].count += count; }

  // Adds to the count of a word, which is copied when it is new. Returns its entry's index.
  uint32_t add_copy(const Token& token, int64_t count) {
    const size_t slot = find_slot(token);
    const uint32_t found = slots_[slot].entry;
    if (found == kMissing) return insert(slot, {arena_.copy(token.word), token.hash}, count);
    entries_[found].count += count;
    return found;
  }

  // Adds to the count of a word whose bytes outlive this table. Returns its entry's index.
  uint32_t add_reference(const Token& token, int64_t count) {
    const size_t slot = find_slot(token);
    const uint32_t found = slots_[slot].entry;
    if (found == kMissing) return insert(slot, token, count);
    entries_[found].count += count;
    return found;
  }

 private:
  struct Slot {
    uint32_t tag;
    uint32_t entry;
  };
  static constexpr int kFirstBits = 12;
  static constexpr size_t kMaxWords = 0x7FFFFFFF;  // so that indices can be ids

  // The high bits choose the slot, the low ones are the tag: together the whole hash.
  size_t first_slot(uint64_t hash) const { return hash >> (64 - bits_); }

  size_t find_slot(const Token& token) const {
    const uint32_t tag = static_cast<uint32_t>(token.hash);
    const size_t mask = slots_.size() - 1;
    for (size_t slot = first_slot(token.hash);; slot = (slot + 1) & mask) {
      const Slot& candidate = slots_[slot];
      if (candidate.entry == kMissing) return slot;
      if (candidate.tag != tag) continue;
      const Entry& entry = entries_[candidate.entry];
      if (entry.hash != token.hash || entry.size != token.word.size()) continue;
      if (entry.size <= 8 || entry.word() == token.word) return slot;
    }
  }

  uint32_t insert(size_t slot, const Token& token, int64_t count) {
    if (entries_.size() == kMaxWords) throw std::length_error("more than 2^31 different words");
    const uint32_t index = static_cast<uint32_t>(entries_.size());
    entries_.push_back({token.word.data(), token.word.size(), token.hash, count});
    slots_[slot] = {static_cast<uint32_t>(token.hash), index};
    if (entries_.size() * 2 > slots_.size()) grow();
    return index;
  }

  void grow() {
    ++bits_;
    std::vector<Slot>(slots_.size() * 2, Slot{0, kMissing}).swap(slots_);
    const size_t mask = slots_.size() - 1;
    for (size_t index = 0; index < entries_.size(); index++) {
      const uint64_t hash = entries_[index].hash;
      size_t slot = first_slot(hash);
      while (slots_[slot].entry != kMissing) slot = (slot + 1) & mask;
      slots_[slot] = {static_cast<uint32_t>(hash), static_cast<uint32_t>(index)};
    }
  }

  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  WordArena arena_;
  int bits_;
};

}  // namespace huffvec
