# One image for web, worker, beat and migrate; compose.yaml says which command each runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libgdal32 libgeos-c1v5 libproj25 gettext \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/heatmaps
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .
RUN for source in locale/*/LC_MESSAGES/*.po locale/*/*/LC_MESSAGES/*.po; do \
        msgfmt --check-format -o "${source%.po}.mo" "$source" || exit 1; \
    done \
    && python manage.py collectstatic --no-input -v 0 \
    && useradd --system --no-create-home heatmaps

ENV PYTHONUNBUFFERED=1
USER heatmaps
EXPOSE 8000
CMD ["gunicorn", "-c", "python:heatmaps_project.web", "-b", "0.0.0.0:8000"]
