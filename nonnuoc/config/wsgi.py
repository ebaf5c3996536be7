"""The WSGI application granian serves."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nonnuoc.config.settings")
application = get_wsgi_application()

# What is loaded now stays as long as this process: collecting garbage need not look through it. A full collection in
# the middle of a page then takes some milliseconds and not several hundred.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
