"""What a product's processes look like, and how the product and its version are read off them."""

from __future__ import annotations

import re
from typing import NamedTuple


class Product(NamedTuple):
    """One product. All that is given must fit.

    `programs`: base names of the program. `main`: the main argument, whole or with one `*` for anything. `words`: base
    names among the arguments. `line`: texts in the command line. Of each, one must fit; empty fits always.
    `ports`: where it listens by default; they choose between rows with the same programs and never make a product.
    `version`: pattern whose first filled group is the version in the path or the command line. `packages`: patterns of
    the names of packages whose version is the product's, for programs that a package manager put below /usr; a group in
    one must equal the version that the path says.
    `is_runtime`: what it runs is what people call the service, not the product.
    """

    name: str
    category: str
    programs: tuple[str, ...] = ()
    main: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    version: str | None = None
    packages: tuple[str, ...] = ()
    is_runtime: bool = False

    @property
    def is_special(self) -> bool:
        """True where more than the program decides."""
        return bool(self.main or self.words or self.line)

    def fits(self, names: tuple[str, ...], main: str | None, line: str) -> bool:
        """True where a process with these names, main argument and command line is this product's."""
        if self.programs and not any(name in self.programs for name in names):
            return False
        if self.main and not any(_matches(main or "", pattern) for pattern in self.main):
            return False
        if self.words and not any(word.rpartition("/")[2].rstrip(":") in self.words for word in line.split(" ")):
            return False
        return not self.line or any(text in line for text in self.line)


def _matches(text: str, pattern: str) -> bool:
    """True where the text is the pattern, whose one `*`, if it has one, stands for anything."""
    before, star, after = pattern.partition("*")
    if not star:
        return text == pattern
    return len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after)


def version_of(product: Product, executable: str, line: str, packages: dict[str, str]) -> str | None:
    """The version of a product, as far as it can be read without running it.

    The package's where the program stands below /usr and one of its packages is installed; else what path and command
    line say. `packages`: versions by package name.
    """
    said = _said(product.version, (executable, line))
    if executable.startswith(("/usr/", "/bin/", "/sbin/")) and not executable.startswith("/usr/local/"):
        for pattern in product.packages:
            for name in sorted(packages):
                found = re.fullmatch(pattern, name)
                if found and (not found.groups() or said is None or found[1] == said):
                    return upstream(packages[name])
    return said


def _said(pattern: str | None, texts: tuple[str, ...]) -> str | None:
    for text in texts if pattern else ():
        found = re.search(pattern or "", text)
        if found:
            return next((group for group in found.groups() if group), None)
    return None


def upstream(version: str) -> str:
    """The upstream part of a Debian version: without epoch, revision and repacking suffix (deb-version(7))."""
    without_epoch = version.split(":", 1)[-1]
    release = without_epoch.rpartition("-")[0] or without_epoch
    return re.sub(r"[+~](?:dfsg|ds|really|git|deb|ubuntu|repack).*$", "", release)
