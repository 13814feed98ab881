"""What is on file of an item, as facts: a hit stays one, and silence says nothing."""

from __future__ import annotations

from datetime import date

from terminal.domain.deviceids import Number, Tac
from terminal.domain.papers import NO_PAPERS, Papers, device_facts, doubts, recall_facts
from terminal.domain.recalls import Goods, Notice

DAY = date(2026, 11, 23)
NOTICE = Notice("9", names=("acme",), product=("kettle",))
GOODS = Goods("Acme kettle")


def test_nothing_on_file_gives_no_fact() -> None:
    """Neither clear nor bad."""
    assert recall_facts(NO_PAPERS, GOODS, {}) == {}
    assert device_facts(NO_PAPERS, GOODS, ("SN-7",), DAY, DAY) == {}
    assert doubts({}) == ()


def test_a_hit_is_never_made_less() -> None:
    """By a later look that finds only a possible match, or none."""
    papers = Papers((NOTICE,))
    assert recall_facts(papers, GOODS, {})["recalled"] == "possible"
    assert recall_facts(papers, GOODS, {"recalled": "hit", "recall_ref": "8"}) == {}
    assert recall_facts(NO_PAPERS, GOODS, {"recalled": "hit"}) == {}
    exact = Papers((Notice("7", gtins=("4006381333931",)),))
    again = recall_facts(exact, Goods(gtin="4006381333931"), {"recalled": "hit", "recall_ref": "8"})
    assert again == {"recalled": "hit", "recall_ref": "7"}


def test_number_type_code_and_doubts_come_together() -> None:
    """Each with its own sentence, the recall first."""
    papers = Papers(number=Number("imei", "490154203237518"), tac=Tac("49015420", "Apple", "iPhone 12"))
    facts = device_facts(papers, Goods("iPhone 13", "Apple"), ("356938035643809",), DAY, DAY)
    assert facts == {"imei": "490154203237518", "serial_mismatch": True, "swap_suspect": "possible"}
    said = doubts({**facts, "recalled": "hit", "recall_ref": "9"})
    assert [sentence.split()[0] for sentence in said] == ["recall", "its", "one"]
