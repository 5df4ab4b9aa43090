// Whether tokens are text.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "block_reader.hpp"
#include "utf8.hpp"

namespace huffvec {

// Throws for the first byte of a token that text cannot have. True when the token is UTF-8; false
// only with replace_errors.
inline bool check_token(const FileBlock& block, std::string_view word, bool replace_errors) {
  const auto at_offset = [&block](const char* byte) {
    return "at byte offset " + std::to_string(block.offset_of(byte));
  };
  const std::size_t valid = utf8_valid_prefix(word);
  const std::size_t nul = word.find('\0');
  if (nul != std::string_view::npos && (nul < valid || replace_errors)) {
    throw CorpusError(block.source->path + ": looks like a binary file: NUL byte " +
                      at_offset(word.data() + nul) + ", expected UTF-8 text.");
  }
  if (valid == word.size()) return true;
  if (replace_errors) return false;
  std::array<char, 8> hex;
  std::snprintf(hex.data(), hex.size(), "0x%02X", static_cast<std::uint8_t>(word[valid]));
  throw CorpusError(block.source->path + ": not UTF-8: byte " + hex.data() + " " +
                    at_offset(word.data() + valid) +
                    ". Convert the file to UTF-8, or go on with errors='replace' "
                    "(--errors replace).");
}

}  // namespace huffvec
