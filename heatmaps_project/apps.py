from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from heatmaps_project.checks import (
    keys_are_secret,
    provider_is_trustworthy,
    second_factor_is_asked,
)


class HeatmapsProjectConfig(AppConfig):
    name = "heatmaps_project"
    verbose_name = _("Staff and access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(keys_are_secret, Tags.security, deploy=True)
        register(second_factor_is_asked, Tags.security, deploy=True)
        register(provider_is_trustworthy, Tags.security, deploy=True)
