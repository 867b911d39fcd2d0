"""What can go wrong, named by what the caller should do about it.

    ClausierError
    ├── InvalidInput      the request or file must be changed        (exit 1, HTTP 422)
    │   ├── Unreadable    this file cannot be read, and why
    │   │   └── Scanned   it holds pictures of pages, no text
    │   └── TooLarge      the input exceeds a limit                  (HTTP 413)
    ├── NotFound          no such thing                              (HTTP 404)
    ├── Misconfigured     a setting must be changed
    ├── Busy              another process owns the data directory    (HTTP 503)
    ├── Damaged           the database must be restored
    ├── Unwritable        the disk is full or closed to writing      (HTTP 507)
    └── ModelUnavailable  the embedding model must be installed or rebuilt

Every message says what happened and what to do, in one line.
"""


class ClausierError(Exception):
    """Anything that is shown to a person as one line, never as a traceback."""


class InvalidInput(ClausierError):
    """The request or the file must be changed."""


class Unreadable(InvalidInput):
    """A file that cannot be read as text; the message gives the reason and the remedy."""


class Scanned(Unreadable):
    """A file that holds pictures of pages and no text."""


class TooLarge(InvalidInput):
    """The input exceeds a limit, which the message names."""


class NotFound(ClausierError):
    """There is no such thing."""


class Misconfigured(ClausierError):
    """A setting must be changed; the message names it."""


class Busy(ClausierError):
    """Another process owns the data directory; the message names it."""


class Damaged(ClausierError):
    """The database is missing or broken; the message says how to restore it."""


class Unwritable(ClausierError):
    """Nothing can be written down now: the disk is full, or may only be read. What was written before is there."""


class ModelUnavailable(ClausierError):
    """The embedding model is missing or not the one that the index was made with."""
