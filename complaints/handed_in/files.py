"""Files that people hand in."""


class UnusableFileError(Exception):
    """The file as a whole cannot be taken; says why, for people."""
