"""Tests of an extra: they are collected only where PySpark is installed.

    python3 -m venv /tmp/spark
    /tmp/spark/bin/pip install --require-hashes -r requirements-spark.txt pytest pytest-socket …

See docs/matching.md for the whole command.
"""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
