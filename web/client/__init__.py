"""A client of the HTTP API for other projects: typed, and nothing but httpx behind it.

    from web.client import Client

    with Client("http://127.0.0.1:8000") as clausier:
        answer = clausier.ask("When is late payment interest due?")
        print(answer["answer"], [citation["quote"] for citation in answer["citations"]])

Answers are dictionaries as the API gives them (`web.client.shapes`), failures are exceptions (`web.client.failure`). Nothing
else of ours is imported.
"""

from web.client.calls import Client as Client
from web.client.failure import Broken as Broken
from web.client.failure import Failure as Failure
from web.client.failure import Invalid as Invalid
from web.client.failure import NotAllowed as NotAllowed
from web.client.failure import NotFound as NotFound
from web.client.failure import TooMany as TooMany
from web.client.failure import Unavailable as Unavailable
