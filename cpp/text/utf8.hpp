// UTF-8: where it is broken, and its repair as Python's bytes.decode("utf-8", "replace") does it;
// NUL, which no text has, is replaced as well.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace huffvec {

// One step of decoding: how many bytes belong together and whether they are a character. Broken
// bytes are taken as the longest start of a character there is ("maximal subpart", Unicode 3.9),
// which is what Python replaces by one U+FFFD.
struct Utf8Step {
  size_t length;
  bool valid;
};

inline Utf8Step utf8_step(std::string_view text) {
  const auto byte = [text](size_t pos) { return static_cast<uint8_t>(text[pos]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range excludes overlong forms, surrogates and code points over U+10FFFF.
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (text.size() < 2 || byte(1) < low || byte(1) > high) return {1, false};
  for (size_t pos = 2; pos < length; pos++) {
    if (text.size() <= pos || (byte(pos) & 0xC0) != 0x80) return {pos, false};
  }
  return {length, true};
}

// The code point at the start of the text, whose first bytes, so many, are valid.
inline uint32_t code_point(std::string_view text, size_t length) {
  const uint32_t lead = static_cast<uint8_t>(text[0]);
  if (length == 1) return lead;
  uint32_t point = lead & (0x7Fu >> length);
  for (size_t pos = 1; pos < length; pos++) {
    point = point << 6 | (static_cast<uint8_t>(text[pos]) & 0x3Fu);
  }
  return point;
}

// Appends a code point that is no surrogate.
inline void append_utf8(uint32_t point, std::string& text) {
  const auto put = [&](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3F));
  } else {
    put(0xF0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3F));
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

// The offset of the first byte that is not UTF-8, or the text's size.
inline size_t utf8_valid_prefix(std::string_view text) {
  size_t pos = 0;
  while (pos < text.size()) {
    uint64_t word;
    if (text.size() - pos >= sizeof word) {
      std::memcpy(&word, text.data() + pos, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        pos += sizeof word;
        continue;
      }
    }
    const Utf8Step step = utf8_step(text.substr(pos));
    if (!step.valid) return pos;
    pos += step.length;
  }
  return text.size();
}

// The text with each broken part, and each NUL, replaced by U+FFFD.
inline std::string utf8_replaced(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 8);
  while (!text.empty()) {
    const Utf8Step step = utf8_step(text);
    if (step.valid && text[0] != '\0') {
      result.append(text.substr(0, step.length));
    } else {
      result.append("\xEF\xBF\xBD");
    }
    text.remove_prefix(step.length);
  }
  return result;
}

}  // namespace huffvec
