"""Whom to call when a life is in danger."""

from complaints.admin_theme import HistoryAdmin


class EmergencyContactAdmin(HistoryAdmin):
    list_display = ("name_ru", "name_en", "phone", "region", "order")
    list_select_related = ("region",)
    fields = ("name_ru", "name_en", "phone", "region", "order")
    ordering = ("order", "pk")
