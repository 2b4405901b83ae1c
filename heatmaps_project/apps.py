from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from heatmaps_project import charsets
from heatmaps_project.checks import (
    keys_are_secret,
    keys_are_secret_in_public,
    letters_are_sealed,
    other_machines_are_sealed,
    peppers_can_be_used,
    provider_is_trustworthy,
    redis_asks_who_comes,
    second_factor_is_asked,
    texts_are_not_printed,
)

_INDEX_CHECKS = "heatmaps_project.operations.index_checks"


class AdminConfig(admin_apps.AdminConfig):
    default = False  # of this package
    default_site = "heatmaps_project.admin_site.AdminSite"


class HeatmapsProjectConfig(AppConfig):
    name = "heatmaps_project"
    verbose_name = _("Staff and access")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        charsets.know_no_others()
        signed_in = import_string("heatmaps_project.accounts.sessions.note_sign_in")
        user_logged_in.connect(signed_in, dispatch_uid="note_sign_in")
        register(keys_are_secret, Tags.security, deploy=True)
        register(keys_are_secret_in_public, Tags.security)
        register(peppers_can_be_used, Tags.security)
        # It reads models, which there are none of when this module is read.
        register(import_string(f"{_INDEX_CHECKS}.indexes_are_of_known_peppers"), Tags.database)
        register(import_string("heatmaps_project.demo.check.nobody_of_the_demo"), Tags.database)
        register(second_factor_is_asked, Tags.security, deploy=True)
        register(texts_are_not_printed, Tags.security, deploy=True)
        register(letters_are_sealed, Tags.security, deploy=True)
        register(other_machines_are_sealed, Tags.security, deploy=True)
        register(redis_asks_who_comes, Tags.security, deploy=True)
        register(provider_is_trustworthy, Tags.security, deploy=True)
