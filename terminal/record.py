"""One finished item as JSON: the record that replay prints and that automation reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def closing_record(row: Mapping[str, Any], events: Sequence[str]) -> dict[str, Any]:
    """The record of a closed or held item from its row of the station file and the ids of its events.

    Money is text with two places, the score a number with one; what was never decided is null or empty.
    """
    decision: dict[str, Any] = json.loads(row["decision"]) if row["decision"] else {}
    score = decision.get("score")
    return {
        "lpn": row["lpn"],
        "rma": row["rma"],
        "sku": row["sku"],
        "gtin": row["gtin"],
        "serial": row["serial"],
        "title": row["title"],
        "category": row["category"],
        "arrival": row["arrival"],
        "grade": row["grade"],
        "grade_reasons": decision.get("grade_reasons", []),
        "score": float(score) if score is not None else None,
        "disposition": row["disposition"],
        "forbidden": decision.get("forbidden", {}),
        "rules": decision.get("rules", []),
        "values": decision.get("values", {}),
        "runner_up": decision.get("runner_up"),
        "margin": decision.get("margin"),
        "currency": decision.get("currency"),
        "confidence": decision.get("confidence"),
        "explanation": decision.get("explanation"),
        "policy": decision.get("policy"),
        "tote": row["tote"],
        "operator": row["operator"],
        "status": row["status"],
        "hold_reason": row["hold_reason"],
        "received_at": row["received_at"],
        "closed_at": row["closed_at"],
        "actions": row["actions"],
        "events": list(events),
    }
