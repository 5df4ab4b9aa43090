// Converting text to lower case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace huffvec {

struct Lowered {
  std::string text;
  size_t n_bytes;  // of the original
};

// The text, which is UTF-8, with each code point replaced by that of the table, up to the line with
// a code point that has 0 there: it has no small letter of its own (it depends on the letters
// around it, say), and somebody else must do that line. Code points behind the table stay as they
// are.
Lowered lowercase(std::string_view text, std::span<const uint32_t> table);

}  // namespace huffvec
