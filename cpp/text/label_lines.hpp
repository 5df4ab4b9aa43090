// Lines of text with labels among their tokens, as fastText has them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace huffvec {

struct LabelLines {
  std::string labels;       // for each line its labels, each once, with spaces between them
  std::string texts;        // the lines without them
  ptrdiff_t nameless = -1;  // the first line with a label that is nothing but the prefix
};

// Takes the labels out of lines: the tokens that begin with the prefix, which is not empty and has
// no white space. The mark stands in its place. The last line need not end with a line feed.
LabelLines separate_labels(std::string_view lines, std::string_view prefix, std::string_view mark);

}  // namespace huffvec
