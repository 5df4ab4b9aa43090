// Training plans as Python makes them.
#pragma once

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <optional>

#include "bind/engine.hpp"
#include "engine/trainer.hpp"

namespace huffvec {

// Numbers, and arrays that the trainer keeps alive.
struct BoundPlan : TrainingSettings {
  std::shared_ptr<OutputLayer> output_layer;
  Array<int32_t> ids;
  Array<int64_t> sentence_offsets;
  Array<uint32_t> keep_thresholds;
  Table input_rows, output_rows;
  int64_t chunk_tokens = 0;
  std::optional<Array<int64_t>> bag_offsets;
  std::optional<Array<int32_t>> bag_row_ids;
  std::optional<Table> position_rows;
  std::optional<Array<uint8_t>> frozen;
  std::optional<Table> tag_rows;
  std::optional<Array<int64_t>> tag_offsets;
  std::optional<Array<int32_t>> tag_ids;
  std::optional<Array<int32_t>> document_epochs;
  std::optional<Array<float>> bag_sizes;
  std::optional<Array<int64_t>> feature_offsets;
  std::optional<Array<int32_t>> feature_row_ids;
  std::optional<Array<float>> feature_values;
  std::optional<Array<float>> document_weights;
};

// Checks that the arrays fit one another.
TrainingPlan to_plan(const BoundPlan& bound);

void bind_plan(nb::module_& m);

}  // namespace huffvec
