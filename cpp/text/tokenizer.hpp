// Cutting text as people write it into tokens.
#pragma once

#include <string>
#include <string_view>

#include "text/word_breaks.hpp"

namespace huffvec {

enum class Numbers { kKeep, kZero, kDrop };

struct TokenizeOptions {
  bool characters;  // instead of words
  bool keep_punctuation;
  Numbers numbers;  // tokens of digits without letters: as they are, as "0", or left out
};

// The tokens of a text in UTF-8, with a space behind each and all of its line feeds.
std::string tokenize(std::string_view text, const TokenizeOptions& options);

}  // namespace huffvec
