// Checks that a token is text: UTF-8 without a NUL.
#pragma once

#include <string_view>

#include "text/block_reader.hpp"
#include "text/corpus_error.hpp"

namespace huffvec {

// Throws for the first byte of a token that text cannot have. True when the token is UTF-8; false
// only with replace_errors.
inline bool check_token(const FileBlock& block, std::string_view word, bool replace_errors) {
  return check_token({block.source->path, block.file->text().data(), 0}, word, replace_errors);
}

}  // namespace huffvec
