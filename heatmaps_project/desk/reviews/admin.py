"""What reviews listen for."""

from complaints.admin_theme import HistoryAdmin


class CriterionAdmin(HistoryAdmin):
    list_display = ("name_ru", "name_en", "order", "active")
    fields = ("name_ru", "name_en", "order", "active")
    ordering = ("order", "pk")
