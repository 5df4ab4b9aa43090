"""An answer to a question, as recommendations give it."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.comparison.report.sentences import listed

FIRST_CHOICE = "First choice"


@dataclass(frozen=True)
class Advice:
    """An answer to a question.

    Attributes
    ----------
    question
        What the user may want.
    choices
        The labels of what to take, several if they are a tie; none if nothing can be recommended,
        and for remarks.
    reason
        The numbers that say so, as a sentence.
    """

    question: str
    choices: tuple[str, ...]
    reason: str

    @property
    def choice(self) -> str:
        """The choices as text."""
        return listed(self.choices, "or") if self.choices else ""
