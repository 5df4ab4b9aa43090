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
};

// Negative sampling and noise-contrastive estimation decide word by word, the others choose one of
// the words. Where repeats and the target count as they are drawn, offsets are by the expected
// count of a word, K q; where words count once, by the probability that they are there at all.
inline constexpr NoiseRule kNoiseRules[] = {
    // name              link           offsets repeats keeps target
    {"negative-sampling", sigmoid_link, false, true, false},
    {"nce", sigmoid_link, true, true, true},
    {"ranking-nce", softmax_link, true, true, true},
    {"sampled-softmax", softmax_link, true, false, false},
    {"blackout", blackout_link, true, false, false},
};

// Null if there is no such rule.
inline const NoiseRule* find_noise_rule(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kNoiseRules), std::end(kNoiseRules),
                                         [=](const NoiseRule& rule) { return rule.name == name; });
  return found == std::end(kNoiseRules) ? nullptr : found;
}

}  // namespace huffvec
