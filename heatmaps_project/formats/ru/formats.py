"""A day's month is in the genitive."""

MONTH_DAY_FORMAT = "j E"
