# Build: the environment from the lock file. Run: that and the code, as an ordinary user.
FROM python:3.13-slim AS build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 termbase && install -d -o termbase /data
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY config config
COPY termbase termbase
COPY fixtures fixtures
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 TERMBASE_DATA=/data MALLOC_ARENA_MAX=2
# Static files are gathered once, at build; the settings want an address and a secret, which this step does not use.
RUN DATABASE_URL=postgresql://build/build SECRET_KEY=build ALLOWED_HOSTS=build python manage.py collectstatic --no-input \
    && chown -R termbase /data
USER termbase
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "128", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "30", "config.wsgi:application"]
