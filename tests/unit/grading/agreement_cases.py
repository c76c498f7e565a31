"""Reference cases of agreement: published tables and what others computed from them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grading.agreement import coefficients, standard_errors
from grading.agreement.bootstrap import (
    blocks_of,
    percentile_interval,
    resampled_values,
    resamples_for,
)
from grading.agreement.coefficients import Totals
from grading.agreement.confusion import confusion
from grading.agreement.dawid_skene import LatentClasses, Votes, dawid_skene, votes_of, votes_of_list
from grading.agreement.kappa import fleiss_z, kappa_by_category, kappa_of_table, light_kappa, pairs
from grading.agreement.marginals import marginal_test
from grading.agreement.matrix import Matrix, Real, matrix_of_codes, matrix_of_texts
from grading.agreement.scale import Level, declared_scale
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, weights

HERE = Path(__file__).parents[2] / "vectors" / "agreement"
SHARED = Path(__file__).parents[4] / "shared" / "vectors" / "agreement"
WEIGHTINGS: tuple[Weighting, ...] = ("linear", "quadratic", "ordinal")
FAMILIES = {
    "percent_agreement": "percent",
    "gwet_ac1": "gwet",
    "gwet_ac2": "gwet",
    "fleiss_kappa": "fleiss",
    "conger_kappa": "conger",
    "brennan_prediger": "brennan_prediger",
}


def tables(file: Path) -> list[dict[str, Any]]:
    """The tables of one case: one, or one a question."""
    case = json.loads(file.read_text(encoding="utf-8"))
    return list(case["questions"].values()) if "questions" in case else [case]


def matrix_of(table: dict[str, Any], level: Level | None = None) -> Matrix:
    """The ratings of a table at its own level, or at another."""
    scale = declared_scale(level or table["scale"], [str(name) for name in table["categories"]])
    rows = [["" if cell is None else str(cell) for cell in row] for row in table["ratings"]]
    return matrix_of_texts(rows, scale, [f"g{column}" for column in range(len(rows[0]))])


def one(tally: Tally) -> Totals:
    """The totals of the table itself."""
    return Totals(tally, tally.times[None, :])


class Found:
    """What we compute for a table, by the name that the case gives it."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table

    def value(self, name: str, expected: dict[str, Any]) -> Any:
        """The figure of that name. A name that nobody knows fails."""
        if name.startswith("dawid_skene"):
            return self._latent(name.removeprefix("dawid_skene_"))
        if name.startswith("krippendorff_alpha_"):
            return self._alpha(name.removeprefix("krippendorff_alpha_"))
        if name.startswith("cohen_kappa_pairs_"):
            return self._pairs(name.removeprefix("cohen_kappa_pairs_"))
        if name.startswith("cohen_kappa_"):
            return self._cohen(name.removeprefix("cohen_kappa_"), expected)
        special = getattr(self, f"_{name}", None)
        return special() if special else self._coefficient(name)

    def _coefficient(self, name: str) -> float:
        base, _, error = name.partition("_se_gwet")
        del error
        weighting: Weighting = "unweighted"
        for known in WEIGHTINGS:
            if base.endswith(f"_{known}"):
                base, weighting = base.removesuffix(f"_{known}"), known
        tally = Tally(matrix_of(self.table))
        family = FAMILIES[base]
        if not name.endswith("_se_gwet"):
            return float(getattr(coefficients, family)(tally, weighting)(one(tally))[0])
        influences = standard_errors.Influences(tally)
        found = (
            influences.percent(weighting)
            if family == "percent"
            else influences.corrected(family, weighting)
        )
        return self._error(tally, found, whole=False)

    def _error(self, tally: Tally, influences: Real, *, whole: bool) -> float:
        among = np.ones(len(influences))
        blocks = blocks_of(tally.matrix)
        found = standard_errors.standard_error(influences, blocks, among=among, whole=whole)
        assert found is not None
        return found

    def _alpha(self, rest: str) -> Any:
        level, _, interval = rest.partition("_bootstrap_ci95")
        del interval
        tally = Tally(matrix_of(self.table, level))  # type: ignore[arg-type] # a level by its name
        statistic = coefficients.alpha(tally)
        if rest == level:
            return float(statistic(one(tally))[0])
        blocks = blocks_of(tally.matrix)
        drawn = resampled_values(tally, {"alpha": statistic}, blocks, resamples_for(blocks))
        return percentile_interval(drawn["alpha"])

    def _cohen(self, rest: str, expected: dict[str, Any]) -> Any:
        matrix = matrix_of(self.table)
        tally = Tally(matrix)
        if rest == "custom_weights":
            counts = confusion(matrix, 0, 1).counts.astype(float)
            if "agreement_weights" in expected:
                return kappa_of_table(counts, np.array(expected["agreement_weights"]))
            apart = np.array(expected["disagreement_weights"], dtype=float)
            return kappa_of_table(counts, 1 - apart / apart.max())
        weight = weights(rest.partition("_")[0], matrix.scale)  # type: ignore[arg-type] # as named
        value = float(coefficients.cohen(tally, (0, 1), weight)(one(tally))[0])
        if "_" not in rest:
            return value
        influences = standard_errors.Influences(tally).cohen((0, 1), weight)
        error = self._error(tally, influences, whole=True)
        return error if rest.endswith("_se") else [value - 1.96 * error, value + 1.96 * error]

    def _pairs(self, rest: str) -> dict[str, float | None]:
        weighting, _, which = rest.partition("_")
        matrix = matrix_of(self.table)
        found = {}
        for pair in pairs(matrix, weighting):  # type: ignore[arg-type] # as named
            kappa = pair.kappa
            if which == "used_categories":
                kappa = self._reduced(matrix, (pair.first, pair.second), weighting)
            found[f"{pair.first}-{pair.second}"] = kappa
        return found

    def _reduced(self, matrix: Matrix, columns: Sequence[int], weighting: str) -> float | None:
        """Kappa of a pair on the scale of the categories that the two happen to use."""
        codes = matrix.patterns[:, list(columns)]
        used = np.unique(codes[codes >= 0])
        scale = declared_scale("ordinal", [matrix.scale.categories[place] for place in used])
        smaller = matrix_of_codes(
            np.searchsorted(used, codes), scale, ["one", "other"], rows=matrix.pattern_of
        )
        return pairs(smaller, weighting)[0].kappa  # type: ignore[arg-type] # as named

    def _light_kappa(self) -> float | None:
        return light_kappa(matrix_of(self.table))

    def _fleiss_kappa_by_category(self) -> dict[str, float | None]:
        return kappa_by_category(matrix_of(self.table))

    def _fleiss_kappa_z(self) -> float | None:
        return fleiss_z(matrix_of(self.table))

    def _confusion_matrix(self) -> Any:
        return confusion(matrix_of(self.table), 0, 1).counts

    def _stuart_maxwell_chi2(self) -> float | None:
        return marginal_test(confusion(matrix_of(self.table), 0, 1)).stuart_maxwell

    def _bhapkar_chi2(self) -> float | None:
        return marginal_test(confusion(matrix_of(self.table), 0, 1)).bhapkar

    def _marginal_test_df(self) -> int:
        return marginal_test(confusion(matrix_of(self.table), 0, 1)).degrees

    def _n_units_reached_by_2_or_more(self) -> int:
        return matrix_of(self.table).pairable_units

    def _n_units_reached_by_exactly_1(self) -> int:
        matrix = matrix_of(self.table)
        return matrix.units - matrix.pairable_units

    def _pairwise_matrix(self) -> dict[str, dict[str, float | None]]:
        return {
            f"{pair.first}-{pair.second}": {
                "n": pair.units,
                "kappa": pair.kappa,
                "percent": pair.percent,
            }
            for pair in pairs(matrix_of(self.table))
        }

    def _votes(self) -> Votes:
        if self.table["ratings"] is not None:
            return votes_of(matrix_of(self.table))
        triples = [(u - 1, g - 1, c - 1) for u, g, c in self.table["ratings_long"]]
        return votes_of_list(triples, self.table["n_raters"], len(self.table["categories"]))

    def _latent(self, what: str) -> Any:
        found: LatentClasses = dawid_skene(self._votes())
        assert found.converged
        if what == "class_marginals":
            names = self.table["categories"]
            named = dict(zip(names, found.shares, strict=True))
            return found.shares if isinstance(names[0], int) else named
        if what == "error_rates":
            return {str(grader + 1): table for grader, table in enumerate(found.errors)}
        if what == "log_likelihood":
            return found.log_likelihood
        assert what == "labels"
        return found.labels + 1
