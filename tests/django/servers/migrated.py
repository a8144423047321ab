"""The settings of a project that was written for django-cors-headers, with its dotted names changed and nothing else."""

from pathlib import Path

_SETTINGS = Path(__file__).parent / "programs" / "settings.py"
exec(_SETTINGS.read_text().replace("corsheaders", "cors_django"))
