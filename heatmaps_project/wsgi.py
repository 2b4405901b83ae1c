"""The web application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from heatmaps_project.garbage import spare_what_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heatmaps_project.settings")
application = get_wsgi_application()

# What requests need is loaded before the first of them, and stays.
import_module(settings.ROOT_URLCONF)
spare_what_stays()
