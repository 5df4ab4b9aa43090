// Cutting text into tokens: ASCII white space separates them, a line feed ends a sentence.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "text/word_table.hpp"

namespace huffvec {

inline bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Eight bytes of text as a number, the first byte lowest. Behind the end of the text: spaces.
inline uint64_t load_text(const char* text, const char* text_end) {
  uint64_t bytes = 0x2020202020202020u;
  if (text_end - text >= 8) {
    std::memcpy(&bytes, text, 8);
  } else {
    std::memcpy(&bytes, text, static_cast<size_t>(text_end - text));
  }
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

// The top bit of each byte that is white space. The sums stay within their bytes because the top
// bits were taken away first.
inline uint64_t space_bits(uint64_t bytes) {
  constexpr uint64_t ones = 0x0101010101010101u;
  const uint64_t low = bytes & (ones * 0x7F);
  const uint64_t tab_to_return = (low + ones * (0x80 - '\t')) & ~(low + ones * (0x7F - '\r'));
  const uint64_t not_blank = (low ^ (ones * ' ')) + ones * 0x7F;
  return (tab_to_return | ~not_blank) & ~bytes & (ones * 0x80);
}

// Reads the token at the start of the text, which is not white space.
inline Token read_token(const char* text, const char* text_end) {
  const char* next = text;
  uint64_t hash = 0;
  for (;;) {
    const uint64_t bytes = load_text(next, text_end);
    const uint64_t spaces = space_bits(bytes);
    if (spaces == 0) {
      hash = hash_step(hash, bytes);
      next += 8;
      continue;
    }
    const int n_bits = std::countr_zero(spaces) & ~7;  // of the bytes before the white space
    if (n_bits > 0) {
      hash = hash_step(hash, bytes & ((uint64_t{1} << n_bits) - 1));
      next += n_bits / 8;
    }
    return {{text, static_cast<size_t>(next - text)}, hash};
  }
}

// A part of a text. What starts in [begin, end) belongs to it: tokens whose first byte is there
// (they may reach over the end) and line feeds. So the parts of a text have together exactly its
// tokens and lines, wherever it is cut.
struct Block {
  const char* begin;
  const char* end;
  const char* text_begin;
  const char* text_end;
};

// The token that stands for the end of a line: no other is empty.
inline constexpr Token kLineEnd{{}, 0};
inline bool is_line_end(const Token& token) { return token.word.empty(); }

// Calls use(std::span<const Token>) with the tokens and line ends that start in [next, end), in the
// order of the text, many at a time; the last ones may reach up to text_end. With ends_line a line
// end comes last.
template <class Use>
void scan_text(const char* next, const char* end, const char* text_end, bool ends_line,
               const Use& use) {
  std::array<Token, 64> tokens;
  size_t n_tokens = 0;
  const auto put = [&](const Token& token) {
    if (n_tokens == tokens.size()) {
      use(std::span<const Token>(tokens));
      n_tokens = 0;
    }
    tokens[n_tokens++] = token;
  };
  while (next < end) {
    if (is_space(*next)) {
      if (*next == '\n') put(kLineEnd);
      ++next;
      continue;
    }
    const Token token = read_token(next, text_end);
    put(token);
    next += token.word.size();
  }
  if (ends_line) put(kLineEnd);
  use(std::span<const Token>(tokens.data(), n_tokens));
}

// The same for the tokens and line ends of a block. The end of the text ends its last line.
template <class Use>
void scan_block(const Block& block, const Use& use) {
  const char* next = block.begin;
  if (next != block.text_begin && !is_space(next[-1])) {  // in a token of the block before
    while (next < block.end && !is_space(*next)) ++next;
  }
  scan_text(next, block.end, block.text_end, block.end == block.text_end, use);
}

}  // namespace huffvec
