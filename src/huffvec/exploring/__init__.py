"""Pages to look at vectors, trees and probabilities: `huffvec.explore`."""
