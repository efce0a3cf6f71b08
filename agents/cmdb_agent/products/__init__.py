"""The products that are recognised. The first row that fits wins: special programs stand before the runtimes.

To add one: a row in the table of its field, and a recorded process line in tests/agents/data/product_lines.json.
"""

from __future__ import annotations

from cmdb_agent.products.applications import APPLICATIONS
from cmdb_agent.products.data_stores import DATA_STORES
from cmdb_agent.products.operations import OPERATIONS
from cmdb_agent.products.product import Product, version_of
from cmdb_agent.products.runtimes import RUNTIMES

__all__ = ["PRODUCTS", "Product", "recognise", "version_of"]

PRODUCTS: tuple[Product, ...] = (*DATA_STORES, *APPLICATIONS, *OPERATIONS, *RUNTIMES)


def recognise(names: tuple[str, ...], main: str | None, line: str, ports: frozenset[int]) -> Product | None:
    """The product of a process. `names` are base names it goes by, best first; `main` is its main argument."""
    fitting = [product for product in PRODUCTS if product.fits(names, main, line)]
    first = next(iter(fitting), None)
    if first is None or first.is_special:
        return first
    rivals = (product for product in fitting if product.programs == first.programs)
    return next((product for product in rivals if ports.intersection(product.ports)), first)
