// Words by UAX #29 ("Unicode Text Segmentation", section 4): where the next segment of a text ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace huffvec {

// The values of Word_Break, and white space, which is of no word and joins nothing.
enum class CharClass : uint8_t {
  kOther,
  kSpace,
  kNewline,
  kExtend,
  kFormat,
  kZwj,
  kKatakana,
  kHebrew,
  kLetter,
  kSingleQuote,
  kDoubleQuote,
  kMidNumLet,
  kMidLetter,
  kMidNum,
  kNumeric,
  kExtendNumLet,
  kRegional,
};

// What is known of a code point: its class, and whether it is a letter, a digit (of any kind) or a
// pictograph, which emoji are joined of.
class CharInfo {
 public:
  static constexpr uint8_t kClassBits = 0x1F;
  static constexpr uint8_t kLetterFlag = 0x20;
  static constexpr uint8_t kDigitFlag = 0x40;
  static constexpr uint8_t kPictographFlag = 0x80;

  explicit CharInfo(uint8_t value) : value_(value) {}

  CharClass char_class() const { return static_cast<CharClass>(value_ & kClassBits); }
  uint8_t flags() const { return value_ & ~kClassBits; }
  bool is_pictograph() const { return (value_ & kPictographFlag) != 0; }
  bool is_white_space() const {
    return char_class() == CharClass::kSpace || char_class() == CharClass::kNewline;
  }
  // Whether it belongs to the character before it, as accents do (rule WB4).
  bool is_attached() const {
    return char_class() >= CharClass::kExtend && char_class() <= CharClass::kZwj;
  }

 private:
  uint8_t value_;
};

// A part of a text between two word boundaries.
struct Segment {
  const char* end;
  CharInfo first;
  uint8_t flags;  // of all its characters

  bool has_letter() const { return (flags & CharInfo::kLetterFlag) != 0; }
  bool has_digit() const { return (flags & CharInfo::kDigitFlag) != 0; }
  // Neither word nor number nor white space, but something to be seen.
  bool is_punctuation() const {
    return !has_letter() && !has_digit() && !first.is_white_space() && !first.is_attached();
  }
};

// The segment that begins at next, which is a word boundary. The text is UTF-8.
Segment next_segment(const char* next, const char* text_end);

// A code point with the combining marks that follow it.
Segment next_character(const char* next, const char* text_end);

}  // namespace huffvec
