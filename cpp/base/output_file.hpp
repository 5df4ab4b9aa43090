// Writing the temporary files of an encoded corpus.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "base/system.hpp"

namespace huffvec {

// A result cannot be written.
struct OutputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Writes values from a position (in values) of a file on.
template <class T>
void write_values(int fd, const std::vector<T>& values, int64_t pos) {
  try {
    write_at(fd, values.data(), values.size() * sizeof(T), static_cast<uint64_t>(pos) * sizeof(T));
  } catch (const std::system_error& error) {
    throw OutputError(
        "cannot write the encoded corpus to the temporary folder: " + error.code().message() +
        ". It takes 4 bytes a token; name a folder with more room (TMPDIR).");
  }
}

}  // namespace huffvec
