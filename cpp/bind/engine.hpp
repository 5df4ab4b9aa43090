// What the bindings of the training engine share.
#pragma once

#include <string>

#include "bind/arrays.hpp"
#include "engine/rows.hpp"

namespace huffvec {

using Table = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// The rows of a table that allocate_table made.
inline Rows to_rows(const Table& table, const char* name) {
  const bool aligned = reinterpret_cast<uintptr_t>(table.data()) % 64 == 0;
  require(aligned && table.shape(1) > 0 && table.shape(1) % 16 == 0 &&
              table.shape(0) <= INT32_MAX && table.shape(1) <= 65536,
          std::string(name) + " must come from allocate_table");
  Rows rows;
  rows.data = table.data();
  rows.n_rows = static_cast<int32_t>(table.shape(0));
  rows.stride = static_cast<int>(table.shape(1));
  return rows;
}

void bind_output_layers(nb::module_& m);
void bind_trainer(nb::module_& m);
void bind_exchange(nb::module_& m);

}  // namespace huffvec
