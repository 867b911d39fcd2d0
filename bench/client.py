"""One client: asks one question after the other, each as soon as the answer before has come. Loads nothing heavy.

`python -m bench.client ADDRESS` reads `{"questions": [...], "begin": ..., "end": ...}` (seconds since 1970) from standard input,
asks the questions again and again, or once with `"once": true`, and prints `{"seconds": [...], "errors": [...]}` of the answers
that came before the end.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

WAIT_SECONDS = 60.0
HEADERS = {"Content-Type": "application/json"}


def ask_on(address: str, questions: list[str], begin: float, end: float, once: bool = False) -> dict[str, Any]:
    seen: dict[str, Any] = {"seconds": [], "errors": []}
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=WAIT_SECONDS)
    time.sleep(max(0.0, begin - time.time()))
    for question in questions if once else cycle(questions):
        if time.time() >= end:
            break
        began = time.perf_counter()
        try:
            connection.request("POST", "/api/v1/ask", json.dumps({"question": question}), HEADERS)
            response = connection.getresponse()
            told = response.read()
            if response.status != 200 or "answer" not in json.loads(told):
                raise ValueError(f"status {response.status}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            seen["errors"].append(f"{type(error).__name__}: {error}")
            connection.close()
            continue
        if time.time() <= end:
            seen["seconds"].append(time.perf_counter() - began)
    connection.close()
    return seen


if __name__ == "__main__":
    print(json.dumps(ask_on(sys.argv[1], **json.load(sys.stdin))))
