"""Who may use the pages of the desk."""

from django.contrib.auth.decorators import permission_required

may_look_up = permission_required("heatmaps_project.use_lookup", raise_exception=True)
