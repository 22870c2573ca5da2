# The portal as one image: web, worker and beat differ only in the command that docker-compose.yml gives.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH
WORKDIR /srv/yhdyspinta

COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv "$VIRTUAL_ENV" \
    && pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
    && uv pip sync --no-cache --require-hashes --compile-bytecode requirements/uv.txt requirements/base.txt

COPY . .
# Collecting static files needs settings, not a database; this key is never used again.
RUN SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build python manage.py collectstatic --noinput \
    && useradd --system --no-create-home portal \
    && install -d -o portal var/mail
USER portal
EXPOSE 8000
