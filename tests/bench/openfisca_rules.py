"""The same three conditions in OpenFisca-Core; imported only where it is installed (requirements-bench.in).

OpenFisca knows neither «unknown» nor a band around a line: a missing fact counts as zero, money is a
32-bit float. So its answers may differ from ours near a line and where facts are missing.
"""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from openfisca_core import entities, parameters, periods, simulations, taxbenefitsystems, variables  # type: ignore[import-not-found]

PERIOD = "2026-11"
FEN_PER_YUAN = 100


def prepare(households: pl.DataFrame, figures: Mapping[str, float]) -> Callable[[], tuple[int, ...]]:
    """A run over the frame that gives how many households meet each condition; the inputs are set beforehand."""
    household = entities.build_entity(key="household", plural="households", label="", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([household])
    dated = {name: {"values": {"2000-01-01": {"value": value}}} for name, value in figures.items()}
    system.parameters = parameters.ParameterNode("", data=dated)
    names = ("household_size", "monthly_income", "rigid_expense_12m")
    for name in names:
        system.add_variable(_variable(name, household, int if name == "household_size" else float, None))
    formulas = {"dibao_income": _dibao, "dibao_bianyuan_income": _bianyuan, "gangxing_expenses": _gangxing}
    for name, formula in formulas.items():
        system.add_variable(_variable(name, household, bool, formula))
    simulation = simulations.SimulationBuilder().build_default_simulation(system, count=households.height)
    for name in names:
        share = 1 if name == "household_size" else FEN_PER_YUAN
        simulation.set_input(name, PERIOD, (households[name].fill_null(0) / share).to_numpy())
    return lambda: tuple(int(simulation.calculate(name, PERIOD).sum()) for name in formulas)


def _variable(name: str, entity: Any, kind: type, formula: Any) -> type[Any]:
    body = {"value_type": kind, "entity": entity, "definition_period": periods.MONTH, "label": name}
    return type(name, (variables.Variable,), body | ({"formula": formula} if formula else {}))


def _dibao(household: Any, period: Any, figures: Any) -> Any:
    return household("monthly_income", period) < figures(period).dibao_monthly * household("household_size", period)


def _bianyuan(household: Any, period: Any, figures: Any) -> Any:
    line = figures(period).dibao_bianyuan_income_multiple * figures(period).dibao_monthly
    return household("monthly_income", period) < line * household("household_size", period)


def _gangxing(household: Any, period: Any, figures: Any) -> Any:
    yearly = household("monthly_income", period) * 12
    return household("rigid_expense_12m", period) > figures(period).gangxing_zhichu_expense_share / 100 * yearly
