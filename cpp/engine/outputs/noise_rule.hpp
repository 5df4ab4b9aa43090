// How objectives tell a target from noise words.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

#include "engine/link.hpp"

namespace huffvec {

struct NoiseRule {
  std::string_view name;
  Link link;
  bool has_offsets;     // a number by word is added to its score
  bool counts_repeats;  // a word that is drawn c times counts c times; otherwise once
  bool keeps_target;    // a draw of the target counts as noise; otherwise it is left out
  bool spares_labels;   // as are draws of the other labels of a document
};

// Negative sampling and noise-contrastive estimation decide word by word, the others choose one of
// the words. Where repeats and the target count as they are drawn, offsets are by the expected
// count of a word, K q; where words count once, by the probability that they are there at all.
// Draws of a document's other labels are noise to those that estimate a softmax, whose normaliser
// has all labels; the decisions of negative sampling would say that the label is not due.
inline constexpr NoiseRule kNoiseRules[] = {
    // name              link           offsets repeats keeps target, spares labels
    {"negative-sampling", sigmoid_link, false, true, false, true},
    {"nce", sigmoid_link, true, true, true, false},
    {"ranking-nce", softmax_link, true, true, true, false},
    {"sampled-softmax", softmax_link, true, false, false, false},
    {"blackout", blackout_link, true, false, false, false},
};

// Null if there is no such rule.
inline const NoiseRule* find_noise_rule(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kNoiseRules), std::end(kNoiseRules),
                                         [=](const NoiseRule& rule) { return rule.name == name; });
  return found == std::end(kNoiseRules) ? nullptr : found;
}

}  // namespace huffvec
