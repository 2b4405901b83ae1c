"""Noting who brought a file of figures of a brand."""

from hashlib import sha256
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry

from complaints.customers.in_words import without_customers
from complaints.customers.models import Brand


def note_file(*, brand: Brand, words: str, file: Any, by_id: int) -> None:
    """
    Append to the history of a brand's page which file somebody brought: its name and SHA-256.

    words  what was taken of it
    """
    name = f"{file.name}, SHA-256 {sha256(file.read()).hexdigest()}"
    LogEntry.objects.log_actions(
        user_id=by_id,
        queryset=[brand],
        action_flag=CHANGE,
        change_message=without_customers(f"{words} ({name})"),
        single_object=True,
    )
