# The portal as one image: web, worker, beat and migrate differ only in the command that docker-compose.yml gives.
FROM python:3.13-slim AS packages

ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH
WORKDIR /srv/yhdyspinta
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv "$VIRTUAL_ENV" \
    && pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && uv pip sync --no-cache --require-hashes --compile-bytecode requirements/uv.txt requirements/base.txt \
    && uv pip uninstall uv

FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=yhdyspinta.settings \
    VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH
WORKDIR /srv/yhdyspinta
COPY --from=packages /opt/venv /opt/venv
COPY . .
# Collecting static files needs neither a database nor a secret.
RUN SECRET_KEY=only-for-collecting-static-files-in-this-one-build-step \
    DATABASE_URL=postgresql://build@localhost/build REDIS_URL=redis://localhost/0 ALLOWED_HOSTS=localhost \
    SITE_URL=https://localhost DEFAULT_FROM_EMAIL=build@localhost \
    sh -c "python manage.py collectstatic --noinput && python manage.py lemmas" \
    && useradd --system --no-create-home --uid 10001 portal
USER portal
EXPOSE 8000
CMD ["gunicorn", "--config", "python:yhdyspinta.web", "yhdyspinta.asgi:application"]
