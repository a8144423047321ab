"""Sphinx: `sphinx-build -W -b html docs docs/_build`."""

from cors_core import __version__

project = "cors-core"
author = "the cors-core authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"cors-core {release}"

myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
