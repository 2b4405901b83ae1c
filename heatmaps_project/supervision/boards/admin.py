"""The targets of the wall board, as an administrator sets them."""

from spots.cases.admin_only_row import OnlyRowAdmin


class WallTargetsAdmin(OnlyRowAdmin):
    fields = ("in_a_day", "kept", "missed", "through_spots", "satisfied")
    list_display = ("__str__", *fields)
