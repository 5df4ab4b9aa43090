#include "text/lowercase.hpp"

#include <utility>

#include "text/utf8.hpp"

namespace huffvec {

Lowered lowercase(std::string_view text, std::span<const uint32_t> table) {
  std::string lowered;
  lowered.reserve(text.size() + text.size() / 16);
  size_t pos = 0;
  size_t line = 0;  // where the last line begins
  size_t lowered_line = 0;
  while (pos < text.size()) {
    const char c = text[pos];
    if (static_cast<uint8_t>(c) < 0x80) {
      lowered.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
      ++pos;
      if (c == '\n') {
        line = pos;
        lowered_line = lowered.size();
      }
      continue;
    }
    const std::string_view rest = text.substr(pos);
    const Utf8Step step = utf8_step(rest);
    pos += step.length;
    const uint32_t point = step.valid ? code_point(rest, step.length) : 0xFFFFFFFFu;
    if (point >= table.size() || table[point] == point) {
      lowered.append(rest.substr(0, step.length));
    } else if (table[point] == 0) {
      lowered.resize(lowered_line);
      return {std::move(lowered), line};
    } else {
      append_utf8(table[point], lowered);
    }
  }
  return {std::move(lowered), pos};
}

}  // namespace huffvec
