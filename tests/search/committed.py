"""Where a text search sees what its own transaction wrote, and where it doesn't."""

import pytest
from django.db import connection


# A test's transaction is never committed. What these prove is proved on MariaDB by
# test_mariadb.py, whose rows are.
searches_uncommitted = pytest.mark.skipif(
    connection.vendor == "mysql",
    reason="InnoDB's text index shows committed rows only",
)
