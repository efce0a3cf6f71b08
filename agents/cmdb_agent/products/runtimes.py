"""Runtimes, where nothing more special was recognised: what they run names the service."""

from __future__ import annotations

from cmdb_agent.products.product import Product

_JAVA = ("java",)
_PYTHON = ("python", "gunicorn", "uvicorn", "hypercorn", "daphne", "granian")

RUNTIMES: tuple[Product, ...] = (
    Product("Gunicorn", "application server", _PYTHON, words=("gunicorn", "gunicorn.app.wsgiapp"), is_runtime=True),
    Product("Uvicorn", "application server", _PYTHON, words=("uvicorn",), is_runtime=True),
    Product("uWSGI", "application server", ("uwsgi", "uwsgi-core"), packages=("uwsgi-core",), is_runtime=True),
    Product("Celery", "task queue", _PYTHON, words=("celery",), is_runtime=True),
    Product("Java program", "runtime", _JAVA, version=r"/(?:jdk|jre|java|openjdk)-?(\d+(?:\.\d+)*)", is_runtime=True),
    Product(
        "Node.js program",
        "runtime",
        ("node", "next-server", "PM2"),
        version=r"/node(?:js)?[-/]v?(\d+\.\d+\.\d+)",
        packages=("nodejs",),
        is_runtime=True,
    ),
)
