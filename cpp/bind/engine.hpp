// What the bindings of the training engine share.
#pragma once

#include "bind/arrays.hpp"

namespace huffvec {

using Table = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

void bind_output_layers(nb::module_& m);
void bind_trainer(nb::module_& m);

}  // namespace huffvec
