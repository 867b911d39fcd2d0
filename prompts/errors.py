"""What can be wrong with a template."""


class BrokenTemplate(ValueError):
    """A template of a firm that cannot be used. The message names file, line and remedy."""
