"""Which tests run, and what they proved.

`--tiers 1,2` chooses tests by the mark `tier` (1 where there is none: the suite; 2: long; 3: before a release).
`--record FILE` writes down what became of every test with the mark `check`, and the figures that it gave with
`record_property("figure", "...")`. Earlier records of other tests stay.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

RECORDS: Final = pytest.StashKey[dict[str, dict[str, Any]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tiers", default="1", help="tiers to run, with commas between: 1 (the suite), 2 (long), 3 (soak)"
    )
    parser.addoption("--record", type=Path, help="a JSON file for what became of the checks")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RECORDS] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tiers = {int(tier) for tier in config.getoption("--tiers").split(",")}
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("tier")
        (chosen if (mark.args[0] if mark else 1) in tiers else others).append(item)
        checks = sorted({str(check) for mark in item.iter_markers("check") for check in mark.args})
        item.user_properties.extend(("check", check) for check in checks)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report: pytest.TestReport = yield
    checks = [value for name, value in report.user_properties if name == "check"]
    is_end = report.when == "call" or (report.when == "setup" and not report.passed)
    if checks and (is_end or report.failed):
        item.config.stash[RECORDS][item.nodeid] = {
            "checks": checks,
            "outcome": report.outcome,
            "seconds": round(report.duration, 1),
            "figures": [value for name, value in report.user_properties if name == "figure"],
            "reason": report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "",
        }
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    path: Path | None = session.config.getoption("--record")
    if path is None:
        return
    earlier = json.loads(path.read_text("utf-8")) if path.exists() else {}
    records = dict(sorted({**earlier, **session.config.stash[RECORDS]}.items()))
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", "utf-8")
