"""Scores and their working as tables in HTML: read by people and by screen readers alike."""

import html
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ui.disentangle.score_words import PUBLISHED, WORDS, Words
from ui.disentangle.scores import METRICS, ON_REQUEST, Code, Score, Scores

Values = npt.NDArray[np.float64]
_UNKNOWN = "\N{EN DASH}"
_SOMETHING = 0.3


def overview(models: Mapping[str, Scores], made_up: Mapping[str, Scores]) -> str:
    """A row a code, a column a metric; below them what was published."""
    columns = shown([*models.values(), *made_up.values()])
    head = "".join(f'<th scope="col">{WORDS[name].title}</th>' for name in columns)
    published = {f"{name}, published": known for name, known in PUBLISHED.items()}
    return (
        f'{wide("Scores")}<table class="scores"><thead><tr><th scope="col">Code</th>{head}</tr></thead>'
        + _group({name: _numbers(known) for name, known in models.items()}, columns, "measured")
        + _group({name: _numbers(known) for name, known in made_up.items()}, columns, "known")
        + _group(published, columns, "published", "\N{ALMOST EQUAL TO} ")
        + "</table></div>"
    )


def shown(scores: Iterable[Scores]) -> list[str]:
    """The metrics that have a column: the usual ones, and others where one of the codes has them."""
    known = {name for each in scores for name in each}
    return [*METRICS, *(name for name in ON_REQUEST if name in known)]


def wide(name: str) -> str:
    """The beginning of a place that scrolls sideways on a small screen, by keyboard too."""
    return f'<div class="wide" role="region" tabindex="0" aria-label="{html.escape(name)}">'


def _numbers(scores: Scores) -> dict[str, float]:
    return {name: score.score for name, score in scores.items()}


def _group(
    rows: Mapping[str, Mapping[str, float]], columns: Sequence[str], kind: str, sign: str = ""
) -> str:
    lines = (
        f'<tr><th scope="row">{html.escape(title)}</th>'
        + "".join(
            f'<td style="--share:{values[name]:.3f}">{sign}{values[name]:.2f}</td>'
            if name in values
            else f"<td>{_UNKNOWN}</td>"
            for name in columns
        )
        + "</tr>"
        for title, values in rows.items()
    )
    return f'<tbody class="{kind}">{"".join(lines)}</tbody>'


def working(code: Code, score: Score) -> str:
    """The matrix that a score is made of: units down, factors across, what counts is framed."""
    words = WORDS[score.metric]
    matrix = np.array(score.matrices[words.matrix])
    classes, shares = marks(score, words, matrix), _shares(matrix)
    beside = score.vectors.get(words.beside)
    aside = f'<th scope="col">{words.beside}</th>' if beside else ""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in score.factors)
    lines = []
    for unit, row in enumerate(matrix):
        cells = "".join(
            f'<td class="{classes[unit][at]}" style="--share:{shares[unit, at]:.3f}">'
            f"{value:.{words.digits}f}</td>"
            for at, value in enumerate(row)
        )
        last = f'<td class="of-unit">{beside[unit]:.2f}</td>' if beside else ""
        lines.append(f'<tr><th scope="row">unit {unit}</th>{cells}{last}</tr>')
    return (
        f'{wide(f"Working of {code.title}")}<table class="working"><caption>{html.escape(code.title)}: '
        f"<b>{score.score:.2f}</b>{_also(score.also)}</caption><thead><tr><th></th>{head}{aside}</tr>"
        f"</thead><tbody>{''.join(lines)}</tbody>{_foot(score, words, bool(beside))}</table></div>"
    )


def _also(also: Mapping[str, float]) -> str:
    return "".join(f", {html.escape(name)} {value:.2f}" for name, value in also.items())


def _foot(score: Score, words: Words, wider: bool) -> str:
    below = score.vectors.get(words.below)
    if not below:
        return ""
    cells = "".join(f'<td style="--share:{value:.3f}">{value:.2f}</td>' for value in below)
    rest = "<td></td>" if wider else ""
    return f'<tfoot><tr><th scope="row">{words.below}</th>{cells}{rest}</tr></tfoot>'


def marks(score: Score, words: Words, matrix: Values) -> list[list[str]]:
    """Which cells make the score: `best` and `second`, by cell; empty for the others."""
    classes = [[""] * matrix.shape[1] for _ in matrix]
    match words.mark:
        case "two best of a column":
            for column, order in enumerate(np.argsort(-matrix, axis=0).T):
                classes[order[0]][column], classes[order[1]][column] = "best", "second"
        case "least of a column":
            for column, unit in enumerate(matrix.argmin(0)):
                classes[unit][column] = "best"
        case "best of a row":
            for unit, column in enumerate(matrix.argmax(1)):
                classes[unit][column] = "best"
        case "voted":
            learned = np.array(score.matrices["training_votes"])
            for unit in np.flatnonzero(learned.sum(1)):
                classes[unit][learned[unit].argmax()] = "best"
    return classes


def most_telling(score: Score) -> list[int]:
    """The unit that tells most of each factor, by mutual information."""
    units: list[int] = np.array(score.matrices["mutual_information"]).argmax(0).tolist()
    return units


def _shares(matrix: Values) -> Values:
    """How strongly each cell is coloured, from 0 to 1; a matrix of next to nothing stays pale."""
    return np.asarray(np.clip(matrix / max(matrix.max(), _SOMETHING), 0, 1))


def chosen_rows(
    codes: Sequence[Code], scores: Mapping[str, Scores]
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """Models and made-up codes apart, by title."""
    models = {code.title: scores[code.key] for code in codes if code.digest}
    made_up = {code.title: scores[code.key] for code in codes if not code.digest}
    return models, made_up
