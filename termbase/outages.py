"""By which errors it shows that the database is away, full, or had two writers in each other's way."""

import psycopg
from django.db import InterfaceError, OperationalError

DATABASE_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""It may be otherwise in a moment: what failed so is not wrong. Of Django's, and of what goes by Django."""
