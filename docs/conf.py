"""How the documentation is built: ``tox run -e docs``."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING

import linkback_protocol

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "linkback-protocol"
author = "the linkback-protocol authors"
release = version = installed_version("linkback-protocol")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
# A name in single backticks is a link where it leads somewhere, and code where it does not: a
# parameter, a header, a value.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    ("py:obj", r".*"),
    # Names of other packages, whose documentation is elsewhere, and the short names that
    # annotations have where the import is for type checkers alone.
    ("py:.*", r"(?!linkback_(protocol|conformance)\b).*"),
]
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"linkback-protocol {release}"


def resolve_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.Element
) -> nodes.reference | None:
    """Link a name that is imported from the root to where it is defined and documented."""
    if node.get("refdomain") != "py":
        return None
    name = node["reftarget"].removeprefix("linkback_protocol.")
    public = vars(linkback_protocol).get(name)
    if public is None or not hasattr(public, "__qualname__"):
        return None
    defined = f"{public.__module__}.{public.__qualname__}"
    return env.domains.python_domain.resolve_xref(
        env, node["refdoc"], app.builder, node["reftype"], defined, node, contnode
    )


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", resolve_public_name)
