"""The matrix: every case, by its id, which is a path segment of its URLs too."""

from __future__ import annotations

from collections import Counter

from tests.engines.cases import Case
from tests.engines.matrix import cache, grants, kinds, policy, redirects, unsafe

EVERY: list[Case] = [*policy.CASES, *grants.CASES, *unsafe.CASES, *redirects.CASES, *cache.CASES, *kinds.CASES]
CASES = {case.id: case for case in EVERY}
if twice := [name for name, times in Counter(case.id for case in EVERY).items() if times > 1]:
    raise ValueError(f"two cases have one id: {twice}")
