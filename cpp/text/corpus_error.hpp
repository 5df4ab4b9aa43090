// What is wrong with a corpus, and where.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

#include "text/utf8.hpp"

namespace huffvec {

// The value of an option that a message advises, and how the message goes on.
struct Advice {
  const char* option = "";
  const char* value = "";
  const char* rest = "";
};

// The corpus cannot be used; the message names the file. What is advised stands apart, since the
// command line calls options by other names.
struct CorpusError : std::runtime_error {
  explicit CorpusError(const std::string& message, Advice advice = {})
      : std::runtime_error(message), advice(advice) {}
  Advice advice;
};

// Where a piece of text comes from, for messages.
struct TextPlace {
  const std::string& name;  // of the file
  const char* begin;        // of the piece
  uint64_t offset;          // of the piece in the file, in bytes

  std::string of(const char* byte) const {
    return "at byte offset " + std::to_string(offset + static_cast<uint64_t>(byte - begin));
  }
};

// Whether a token is text: UTF-8 without NUL.
inline bool is_text(std::string_view word) {
  return word.find('\0') == std::string_view::npos && utf8_valid_prefix(word) == word.size();
}

// Throws for the first byte of a token that text cannot have. True when the token is text; false
// only with replace_errors.
inline bool check_token(const TextPlace& place, std::string_view word, bool replace_errors) {
  const size_t valid = utf8_valid_prefix(word);
  const size_t nul = word.find('\0');
  if (valid == word.size() && nul == std::string_view::npos) return true;
  if (replace_errors) return false;
  constexpr Advice kGoOn{"errors", "replace", "."};
  if (nul < valid) {
    throw CorpusError(
        place.name + ": NUL byte " + place.of(word.data() + nul) +
            ", expected UTF-8 text. Is it a binary file? If not, leave the byte out, or "
            "go on with ",
        kGoOn);
  }
  std::array<char, 8> hex;
  std::snprintf(hex.data(), hex.size(), "0x%02X", static_cast<uint8_t>(word[valid]));
  throw CorpusError(place.name + ": not UTF-8: byte " + hex.data() + " " +
                        place.of(word.data() + valid) +
                        ". Convert the file to UTF-8, or go on with ",
                    kGoOn);
}

}  // namespace huffvec
