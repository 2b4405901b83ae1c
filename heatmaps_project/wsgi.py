"""The web application that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heatmaps_project.settings")
application = get_wsgi_application()

# What requests need is loaded before the first of them, and stays: looking through it for
# garbage, again and again, took a fifth of the time of a batch of complaints.
import_module(settings.ROOT_URLCONF)
gc.freeze()
