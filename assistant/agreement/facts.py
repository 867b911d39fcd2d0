"""What the names in the frame of an agreement stand for: answers, variables of the clauses, what is worked out from them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from assistant.agreement.intake import Intake
from assistant.agreement.plan import Plan
from assistant.sla.availability import allowed_downtime
from knowledge.agreement import Pattern
from knowledge.clause import Texts
from knowledge.models import Language
from knowledge.typography import day, number

NAME: Final = re.compile(r"\{([\w.:-]+)\}")
_GAP: Final[Texts] = {"en": "[to be completed: {}]", "fr": "[à compléter : {}]"}
PERIODS: Final[Mapping[str, dt.timedelta]] = {
    "month": dt.timedelta(days=30),
    "quarter": dt.timedelta(days=91),
    "year": dt.timedelta(days=365),
}
"""How long the period of a commitment is taken to be for a figure that is stated for information."""


@dataclass(slots=True)
class Facts:
    """Fills texts of the frame in one language, and keeps a list of the gaps."""

    plan: Plan
    pattern: Pattern
    lang: Language
    gaps: dict[str, None] = field(default_factory=dict)

    def fill(self, text: str, row: object = None) -> str:
        """`text` with its names replaced; those of `row`, an item of a list, come first."""
        return NAME.sub(lambda found: self._said(found[1], row), text)

    def _said(self, name: str, row: object) -> str:
        if row is not None and name in getattr(type(row), "model_fields", {}):
            return self._answer(name, getattr(row, name))
        if name == "downtime":
            return self._downtime()
        if "." in name or name in Intake.model_fields:
            return self._answer(name, self.plan.intake.answer(name))
        kind, _, variable = name.rpartition(":")
        for one in self.plan.chosen:
            if variable in one.clause.variables and kind in ("", one.type):
                return one.clause.variables[variable].say(one.values[variable], self.lang)
        raise KeyError(name)

    def _answer(self, path: str, said: Any) -> str:
        if said is None or said in ((), ""):
            label = self.pattern.labels[path][self.lang]
            self.gaps[label] = None
            return _GAP[self.lang].format(label)
        if isinstance(said, tuple):
            return ", ".join(self._word(path, item) for item in said)
        if isinstance(said, Mapping):
            return str(said[self.lang]) if self.lang in said else str(next(iter(said.values())))
        if isinstance(said, dt.date):
            return day(said, self.lang)
        if isinstance(said, int | float) and not isinstance(said, bool):
            return number(said, self.lang)
        return self._word(path, said)

    def _word(self, path: str, said: Any) -> str:
        known = self.pattern.words.get(path, {}).get(str(said))
        return known[self.lang] if known else str(said)

    def _downtime(self) -> str:
        """The downtime that the availability allows, in hours and minutes."""
        allowed = downtime(self.plan)
        if allowed is None:
            return "–"
        minutes = round(allowed.total_seconds() / 60)
        hours, minutes = divmod(minutes, 60)
        period = _PERIOD_NAMES[self.lang][str(self.plan.value("sla-availability:measurement_period"))]
        return _DOWNTIME[self.lang].format(hours, minutes, period)


def downtime(plan: Plan) -> dt.timedelta | None:
    """The downtime that the promised availability allows in its period, planned maintenance apart; `None` without one."""
    percent, measured = (
        plan.value("sla-availability:availability_pct"),
        plan.value("sla-availability:measurement_period"),
    )
    planned = plan.value("sla-availability:planned_maintenance_hours_month")
    if not isinstance(percent, int | float) or measured not in PERIODS:
        return None
    over = PERIODS[str(measured)]
    months = round(over / PERIODS["month"])
    hours = float(planned) if isinstance(planned, int | float) else 0.0
    return allowed_downtime(Decimal(str(percent)), over, dt.timedelta(hours=hours * months))


_DOWNTIME: Final[Texts] = {"en": "{} h {:02} min in {}", "fr": "{} h {:02} min sur {}"}
_PERIOD_NAMES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"month": "a month of 30 days", "quarter": "a quarter of 91 days", "year": "a year of 365 days"},
    "fr": {"month": "un mois de 30 jours", "quarter": "un trimestre de 91 jours", "year": "une année de 365 jours"},
}
