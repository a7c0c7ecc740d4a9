"""The two verbs: `score` turns a plan and what happened into scores, `settle` turns scores into money.

`score` never sees a salary. `settle` is the only place where points become money.
"""

from jointpay.pipeline.score import ENGINE_VERSION, score
from jointpay.pipeline.settle import settle

__all__ = ["ENGINE_VERSION", "score", "settle"]
