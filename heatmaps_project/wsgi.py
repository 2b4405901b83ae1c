"""The web application that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heatmaps_project.settings")
application = get_wsgi_application()

# All that a request may need is loaded by now, and stays. Looking through it for garbage, again
# and again, took a fifth of the time of a batch of complaints.
import_module(settings.ROOT_URLCONF)
gc.freeze()
