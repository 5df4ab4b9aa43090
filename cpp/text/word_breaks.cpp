#include "text/word_breaks.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "text/utf8.hpp"
#include "text/word_break_table.hpp"

namespace huffvec {

namespace {

using enum CharClass;

constexpr size_t kCodePoints = 0x110000;

// A byte for every code point. Of its megabyte, only what texts ask for comes into the caches.
const uint8_t* make_table() {
  static const std::vector<uint8_t> table = [] {
    std::vector<uint8_t> values(kCodePoints);
    for (size_t run = 0; run < std::size(kWordBreakRuns); run++) {
      const bool is_last = run + 1 == std::size(kWordBreakRuns);
      const size_t end = is_last ? kCodePoints : kWordBreakRuns[run + 1] >> 8;
      std::fill(values.begin() + (kWordBreakRuns[run] >> 8),
                values.begin() + static_cast<ptrdiff_t>(end),
                static_cast<uint8_t>(kWordBreakRuns[run]));
    }
    return values;
  }();
  return table.data();
}

const uint8_t* const kTable = make_table();

struct Char {
  CharInfo info;
  const char* end;
};

// The character at next, before the end of the text. Broken bytes are one character each.
Char read_char(const char* next, const char* text_end) {
  const uint8_t lead = static_cast<uint8_t>(*next);
  if (lead < 0x80) return {CharInfo(kTable[lead]), next + 1};
  const std::string_view rest(next, static_cast<size_t>(text_end - next));
  const Utf8Step step = utf8_step(rest);
  if (!step.valid) return {CharInfo(0), next + step.length};
  return {CharInfo(kTable[code_point(rest, step.length)]), next + step.length};
}

constexpr uint32_t set_of(std::initializer_list<CharClass> classes) {
  uint32_t set = 0;
  for (const CharClass value : classes) set |= 1u << static_cast<int>(value);
  return set;
}

constexpr bool has(uint32_t set, CharClass value) {
  return (set >> static_cast<int>(value) & 1) != 0;
}

constexpr uint32_t kLetters = set_of({kLetter, kHebrew});  // AHLetter
constexpr uint32_t kMidLetters = set_of({kMidLetter, kMidNumLet, kSingleQuote});
constexpr uint32_t kMidNumbers = set_of({kMidNum, kMidNumLet, kSingleQuote});

// By the class on the left of a place, those on its right for which it is no boundary.
constexpr auto kJoined = [] {
  std::array<uint32_t, 17> joined{};
  const auto at = [&](CharClass left) -> uint32_t& { return joined[static_cast<size_t>(left)]; };
  const uint32_t words = kLetters | set_of({kNumeric, kExtendNumLet});
  at(kLetter) = words;                           // WB5, WB9, WB13a
  at(kHebrew) = words | set_of({kSingleQuote});  // WB7a
  at(kNumeric) = words;                          // WB8, WB10, WB13a
  at(kKatakana) = set_of({kKatakana, kExtendNumLet});
  at(kExtendNumLet) = words | set_of({kKatakana});  // WB13a, WB13b
  at(kRegional) = set_of({kRegional});              // WB15, WB16: a segment begins with a pair
  return joined;
}();

// The classes of which one must follow, if right joins left to it (WB6, WB7, WB7b, WB7c, WB11,
// WB12); none if it does not.
uint32_t joined_by(CharClass left, CharClass right) {
  if (has(kLetters, left) && has(kMidLetters, right)) return kLetters;
  if (left == kHebrew && right == kDoubleQuote) return set_of({kHebrew});
  if (left == kNumeric && has(kMidNumbers, right)) return set_of({kNumeric});
  return 0;
}

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The first character behind next that is attached to none.
Char skip_attached(const char* next, const char* text_end) {
  while (next < text_end) {
    const Char found = read_char(next, text_end);
    if (!found.info.is_attached()) return found;
    next = found.end;
  }
  return {CharInfo(0), nullptr};
}

// A segment while it grows.
struct Growing {
  Growing(const Char& first)
      : segment{first.end, first.info, first.info.flags()},
        left(first.info.char_class()),
        after_zwj(left == kZwj) {}

  void join(const Char& next) {
    segment.end = next.end;
    segment.flags |= next.info.flags();
    after_zwj = next.info.char_class() == kZwj;
    if (next.info.is_attached()) return;
    const CharClass right = next.info.char_class();
    left = left == kRegional && right == kRegional ? kOther : right;  // a pair is complete
  }

  Segment segment;
  CharClass left;  // of the last character that is attached to none
  bool after_zwj;
};

}  // namespace

Segment next_segment(const char* next, const char* text_end) {
  Growing growing(read_char(next, text_end));
  if (growing.left == kNewline) return growing.segment;  // WB3a
  while (growing.segment.end < text_end) {
    if (growing.left == kLetter && is_ascii_word(*growing.segment.end)) {
      growing.join(
          {CharInfo(kTable[static_cast<uint8_t>(*growing.segment.end)]), growing.segment.end + 1});
      continue;
    }
    const Char right = read_char(growing.segment.end, text_end);
    const CharClass right_class = right.info.char_class();
    const bool is_joined =
        right.info.is_attached() || (growing.after_zwj && right.info.is_pictograph()) ||
        has(kJoined[static_cast<size_t>(growing.left)], right_class);  // WB4, WB3c
    if (const uint32_t wanted = joined_by(growing.left, right_class)) {
      const Char after = skip_attached(right.end, text_end);
      if (after.end != nullptr && has(wanted, after.info.char_class())) {
        growing.join(after);
        continue;
      }
    }
    if (!is_joined) break;
    growing.join(right);
  }
  return growing.segment;
}

Segment next_character(const char* next, const char* text_end) {
  Growing growing(read_char(next, text_end));
  while (growing.left != kNewline && growing.segment.end < text_end) {
    const Char right = read_char(growing.segment.end, text_end);
    if (!right.info.is_attached()) break;
    growing.join(right);
  }
  return growing.segment;
}

}  // namespace huffvec
