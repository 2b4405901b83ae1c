"""The roof: settings, URLs, tasks and pages that compose the three apps."""

from heatmaps_project.celery import app as celery_app

__all__ = ("celery_app",)
