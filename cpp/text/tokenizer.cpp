#include "text/tokenizer.hpp"

namespace huffvec {

namespace {

// Whether a segment is a token. That texts with NUL are refused or not is decided elsewhere.
bool is_token(const Segment& segment, char first, const TokenizeOptions& options) {
  if (segment.has_letter()) return true;
  if (segment.has_digit()) return options.numbers != Numbers::kDrop;
  return first == '\0' || (options.keep_punctuation && segment.is_punctuation());
}

}  // namespace

std::string tokenize(std::string_view text, const TokenizeOptions& options) {
  std::string tokens;
  tokens.reserve(text.size() + text.size() / 8);
  const char* next = text.data();
  const char* const end = next + text.size();
  while (next < end) {
    const Segment segment =
        options.characters ? next_character(next, end) : next_segment(next, end);
    if (*next == '\n') {
      tokens.push_back('\n');
    } else if (is_token(segment, *next, options)) {
      const bool is_number = segment.has_digit() && !segment.has_letter();
      if (is_number && options.numbers == Numbers::kZero) {
        tokens.push_back('0');
      } else {
        tokens.append(next, segment.end);
      }
      tokens.push_back(' ');
    }
    next = segment.end;
  }
  return tokens;
}

}  // namespace huffvec
