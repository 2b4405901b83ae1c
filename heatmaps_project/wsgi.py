"""The web application that gunicorn serves."""

import os
from importlib import import_module

import django
from django.conf import settings

from heatmaps_project.garbage import spare_what_stays
from heatmaps_project.requests_in import Application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heatmaps_project.settings")
django.setup(set_prefix=False)
application = Application()

# What requests need is loaded before the first of them, and stays.
import_module(settings.ROOT_URLCONF)
spare_what_stays()
