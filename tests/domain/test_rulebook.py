"""The rulebook: shipped files together, whole assessments, and what `explain` gives."""

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest

from terminal.domain.checklist import clean
from terminal.domain.facts import (
    BadFacts,
    parse,
    with_facts,
)
from terminal.domain.rates import Mean, frozen
from terminal.domain.rulebook import (
    Assessment,
    BadRulebook,
    assess,
    explain,
    load_rulebook,
    revised,
)

D = Decimal
ON = date(2026, 11, 23)


def texts(folder: str) -> dict[str, str]:
    """The shipped TOML files of a folder, by name."""
    found = files("terminal.data").joinpath(folder).iterdir()
    return {each.name: each.read_text("utf-8") for each in found if each.name.endswith(".toml")}


SCHEMES, CHANNELS = texts("schemes"), texts("channels")
POLICY = ("eu.toml", texts("policies")["eu.toml"])
BOOK = load_rulebook(SCHEMES, POLICY, CHANNELS, operator_size="large")


def assessed(letter: str | None = None, /, **facts: object) -> Assessment:
    """The assessment of raw facts, with the grade a person gave or none."""
    return assess(BOOK, parse(facts), ON, letter)


PHONE: dict[str, object] = {
    "category": "phone",
    "reference_price": 500,
    "packaging": "opened_complete",
    "function": "pass",
    "battery_health": 84,
    "lock": "off",
}


def test_the_hash_covers_every_file_and_the_site() -> None:
    """The hash covers every file and the site."""
    assert len(BOOK.hash) == 64
    assert load_rulebook(SCHEMES, POLICY, CHANNELS, operator_size="large").hash == BOOK.hash
    changed = {
        load_rulebook(SCHEMES, POLICY, CHANNELS).hash,
        load_rulebook(SCHEMES, POLICY, CHANNELS, operator_size="large", market="UK").hash,
        load_rulebook(
            SCHEMES, POLICY, {n: t.replace("= 24.00", "= 25.00") for n, t in CHANNELS.items()}
        ).hash,
        load_rulebook(
            SCHEMES, (POLICY[0], POLICY[1].replace("Only grade A goes", "Grade A goes")), CHANNELS
        ).hash,
        load_rulebook(
            {n: t.replace("minutes = 30", "minutes = 31") for n, t in SCHEMES.items()}, POLICY, CHANNELS
        ).hash,
    }
    assert len(changed | {BOOK.hash}) == 6


RATES = frozen(
    date(2026, 11, 22),
    {
        ("phone", "B", "marketplace"): Mean(41, D("0.90")),
        ("phone", "B", "refurbish"): Mean(3, D("0.99")),
        ("home", "A", "repackage"): Mean(2, D("0.10")),
    },
    {"phone": Mean(20, D("0.002"))},
)


def test_a_rulebook_under_other_parts_is_the_one_that_is_loaded_with_them() -> None:
    """Same content, same hash; the one it came from stays as it was."""
    other = ("eu.toml", POLICY[1].replace("Only grade A goes", "Grade A goes"))
    dearer = {name: text.replace("= 24.00", "= 25.00") for name, text in CHANNELS.items()}
    whole = load_rulebook(SCHEMES, other, dearer, operator_size="large", rates=RATES)
    found = revised(BOOK, policy=other, channels=dearer, rates=RATES)
    assert (found.hash, found.contents) == (whole.hash, whole.contents)
    assert (found.tariff, found.rates) == (whole.tariff, whole.rates)
    assert (
        len({found.hash, revised(BOOK, policy=other).hash, revised(BOOK, rates=RATES).hash, BOOK.hash}) == 4
    )
    assert revised(BOOK).hash == BOOK.hash


def test_mistakes_in_parts_come_together() -> None:
    """A policy is checked against the categories of the rulebook."""
    with pytest.raises(BadRulebook) as caught:
        revised(BOOK, policy=("p.toml", "= 1"), channels={"c.toml": "= 1"})
    assert [each.split(":")[0] for each in caught.value.problems] == ["p.toml", "c.toml"]


def test_learned_prices_decide_and_the_account_says_what_they_rest_on() -> None:
    """In the line and in the table, with their version."""
    book = revised(BOOK, rates=RATES)
    facts = parse({**PHONE, "data_sanitised": "purge"})
    before, after = assess(BOOK, facts, ON).decision, assess(book, facts, ON).decision
    assert after.values["marketplace"] > before.values["marketplace"]
    assert "price n=41, 20 % prior, decay 1." in after.explanation
    found = explain(book, facts, ON)
    rows = {row["channel"]: row for row in found["table"]}  # type: ignore[attr-defined]
    assert (rows["marketplace"]["n"], rows["marketplace"]["prior"]) == (41, 0.1961)
    assert (rows["refurbish"]["n"], rows["refurbish"]["prior"], rows["refurbish"]["error"]) == (3, 1.0, None)
    assert float(rows["marketplace"]["error"]) > 0
    assert found["rates"] == RATES.version
    assert explain(BOOK, facts, ON)["rates"] is None


def test_a_price_on_two_sales_is_asked_about() -> None:
    """It is not taken, and not passed over in silence."""
    facts = parse({"category": "home", "reference_price": 15, "packaging": "opened_complete", "unused": True})
    found = assess(revised(BOOK, rates=RATES), facts, ON).decision
    assert (found.disposition, found.confidence) == ("repackage", "low")
    assert "price n=2: only 2 sales in repackage, the configured price holds" in found.doubts
    assert assess(BOOK, facts, ON).decision.confidence == "ok"


def test_bids_count_in_the_money_of_the_item() -> None:
    """A bid of 100 EUR is 86 GBP."""
    slots = '[bids]\nmarketplace = 100\nsource = "x"\n[factors]'
    book = revised(BOOK, channels={n: t.replace("[factors]", slots) for n, t in CHANNELS.items()})
    facts = {**PHONE, "data_sanitised": "purge"}
    euro = assess(book, parse(facts), ON).decision
    pound = assess(book, parse({**facts, "currency": "GBP"}), ON).decision
    assert euro.disposition == "refurbish"
    assert (euro.full["marketplace"].bid, pound.full["marketplace"].bid) == (D(100), D(86))
    told = explain(book, parse(facts), ON)["full"]
    assert told == {"marketplace": {"bid": "100.00", "regret": str(euro.full["marketplace"].regret)}}


def test_a_price_of_nothing_or_less_is_asked_about() -> None:
    """Free goods may exist; prices below nothing do not."""
    facts = {"category": "home", "packaging": "sealed"}
    free = assessed(**facts, reference_price=0).decision
    assert (free.confidence, free.disposition is None) == ("low", False)
    assert any(each.startswith("reference_price is 0: ") for each in free.doubts)
    negative = assess(BOOK, with_facts(parse(facts), {"reference_price": D("-5")}), ON).decision
    assert (negative.disposition, negative.confidence) == (None, "low")
    assert negative.doubts == ("reference_price is -5.00: a price is never below 0, give the right one",)


def test_a_policy_that_forbids_everything_holds_the_item() -> None:
    """In quarantine, with the rule that did it."""
    rule = (
        'schema = 1\nname = "x"\nversion = "1"\n[[rule]]\nid = "none"\nshort = "closed"\nbecause = "X."\n'
        'when = { category = "home" }\nonly = ["quarantine"]\n'
    )
    book = revised(BOOK, policy=("p.toml", rule))
    found = assess(
        book, parse({"category": "home", "reference_price": 9, "packaging": "sealed"}), ON
    ).decision
    assert (found.disposition, dict(found.values)) == ("quarantine", {})
    assert "(closed)" in found.explanation


def test_mistakes_of_all_files_come_together() -> None:
    """Mistakes of all files come together."""
    with pytest.raises(BadRulebook) as caught:
        load_rulebook({"s.toml": "= 1"}, ("p.toml", "= 1"), {"c.toml": "= 1"}, market="Mars")
    assert [each.split(":")[0] for each in caught.value.problems] == ["s.toml", "c.toml", "p.toml", "site"]


def test_a_policy_is_checked_against_the_categories_of_the_schemes() -> None:
    """A policy is checked against the categories of the schemes."""
    own = (
        'schema = 1\n[[scheme]]\nid = "bikes"\nversion = "1"\ncategories = ["bikes"]\n'
        'questions = ["sealed", "marks", "complete", "unused"]\n'
    )
    rule = (
        'schema = 1\nname = "x"\nversion = "1"\n[[rule]]\nid = "x"\nbecause = "X."\n'
        'when = { category = "bikes" }\nforbid = ["donate"]\n'
    )
    book = load_rulebook({**SCHEMES, "own.toml": own}, ("p.toml", rule), CHANNELS)
    assert (
        assess(book, parse({"category": "bikes", "reference_price": 90, "packaging": "sealed"}), ON).scheme.id
        == "bikes"
    )
    with pytest.raises(BadRulebook, match='"bikes" is not a category'):
        load_rulebook(SCHEMES, ("p.toml", rule), CHANNELS)


def test_a_phone_without_a_purge_record_is_refurbished_because_that_wipes_it() -> None:
    """A phone without a purge record is refurbished because that wipes it."""
    found = assessed(**PHONE)
    assert (found.grade.grade, found.decision.disposition, found.decision.confidence) == (
        "B",
        "refurbish",
        "ok",
    )
    assert "data-not-purged" in found.decision.forbidden["marketplace"]
    assert "data_sanitised=none" in found.assumed


def test_a_purged_phone_of_grade_b_goes_to_the_marketplace_and_is_not_worth_refurbishing() -> None:
    """A purged phone of grade b goes to the marketplace and is not worth refurbishing."""
    found = assessed(**PHONE, data_sanitised="purge")
    assert (found.decision.disposition, found.decision.runner_up) == ("marketplace", "refurbish")
    assert "data_sanitised=none" not in found.assumed
    assert "min + 20.00 parts buy" in found.decision.explanation


def test_a_phone_whose_lock_nobody_looked_at_is_asked_for_it() -> None:
    """A phone whose lock nobody looked at is asked for it."""
    found = assessed(**{**PHONE, "lock": "unknown"})
    assert (found.decision.confidence, found.decision.asks) == ("low", ("lock",))


def test_a_test_that_was_not_done_is_a_doubt() -> None:
    """A test that was not done is a doubt."""
    found = assessed(**{**PHONE, "battery_health": None})
    assert found.decision.confidence == "low"
    assert "battery_health is not known" in found.decision.doubts


def test_a_test_that_could_not_change_the_grade_is_no_doubt() -> None:
    """A test that could not change the grade is no doubt."""
    broken = assessed(**{**PHONE, "function": "fail", "battery_health": None})
    assert broken.grade.missing == ("battery_health",)
    assert (broken.grade.grade, broken.decision.confidence) == ("D", "ok")
    judged = assessed("C", **{**PHONE, "battery_health": None})
    assert judged.decision.confidence == "ok"


def test_facts_of_the_site_hold_for_every_item_that_says_nothing_else() -> None:
    """Facts of the site hold for every item that says nothing else."""
    book = load_rulebook(
        SCHEMES, POLICY, CHANNELS, operator_size="large", site={"return_legal_basis": "withdrawal"}
    )
    shirt: dict[str, object] = {"category": "apparel", "reference_price": 20, "packaging": "opened_complete"}
    assert "espr-unsold-textiles" in assess(book, parse(shirt), ON).decision.rules
    faulty = parse({**shirt, "return_legal_basis": "conformity"})
    assert "espr-unsold-textiles" not in assess(book, faulty, ON).decision.rules
    with pytest.raises(BadRulebook, match='site: unknown fact "markte" - did you mean "market"'):
        load_rulebook(SCHEMES, POLICY, CHANNELS, site={"markte": "EU"})


def test_sealed_goods_of_every_category_go_back_to_the_shelf_without_doubt() -> None:
    """Sealed goods of every category go back to the shelf without doubt."""
    for category in BOOK.schemes:
        found = assessed(
            category=category, reference_price=60, packaging="sealed", expired=False, cold_chain=False
        )
        assert (found.grade.grade, found.decision.disposition, found.decision.confidence) == (
            "A",
            "restock",
            "ok",
        ), category


def test_clean_opened_goods_of_every_category_find_a_use_without_doubt() -> None:
    """Clean opened goods of every category find a use without doubt."""
    for category, scheme in BOOK.schemes.items():
        facts, _ = clean(scheme, parse({"category": category, "reference_price": 60, "battery_health": 95}))
        found = assess(BOOK, facts, ON)
        assert found.grade.grade == "A", category
        assert found.decision.confidence == "ok", (category, found.decision.doubts)
        assert found.decision.disposition in ("restock", "repackage", "refurbish", "outlet"), category


def test_opened_home_goods_are_not_new_and_unworn_clothes_are() -> None:
    """Opened home goods are not new and unworn clothes are."""
    home = assessed(category="home", reference_price=15, packaging="opened_complete", unused=True)
    assert home.decision.disposition == "repackage"
    assert home.decision.forbidden["restock"] == ("opened-is-not-new",)
    shirt = assessed(
        category="apparel", reference_price=20, packaging="opened_complete", unused=True, seal="intact"
    )
    assert shirt.decision.disposition == "restock"


def test_broken_hygiene_goods_are_recycled() -> None:
    """Broken hygiene goods are recycled."""
    found = assessed(category="cosmetics", reference_price=20, packaging="opened_complete", seal="broken")
    assert (found.grade.grade, found.decision.disposition) == ("D", "recycle")


def test_torn_unsold_clothes_are_not_destroyed() -> None:
    """Torn unsold clothes are not destroyed."""
    found = assessed(
        category="apparel",
        reference_price=20,
        packaging="opened_complete",
        unused=True,
        hygiene=False,
        return_legal_basis="withdrawal",
        observations=[{"defect": "HOL"}],
    )
    assert found.decision.disposition == "off_price"
    assert "espr-unsold-textiles" in found.decision.forbidden["recycle"]


def test_what_must_stop_goes_to_quarantine() -> None:
    """What must stop goes to quarantine."""
    for name, bad in (
        ("empty_box", True),
        ("counterfeit", True),
        ("recalled", "possible"),
        ("hazard", "damaged_battery"),
    ):
        found = assessed(category="home", reference_price=15, packaging="opened_complete", **{name: bad})
        assert (found.decision.disposition, found.decision.confidence) == ("quarantine", "ok"), name


def test_no_price_is_no_decision() -> None:
    """No price is no decision."""
    found = assessed(category="home", packaging="opened_complete", original_price=15)
    assert (found.decision.disposition, found.decision.confidence, dict(found.decision.values)) == (
        None,
        "low",
        {},
    )


def test_prices_in_another_currency_are_kept_and_costs_follow() -> None:
    """Prices in another currency are kept and costs follow."""
    euro = assessed(category="home", reference_price=15, packaging="sealed").decision
    pound = assessed(category="home", reference_price=15, packaging="sealed", currency="GBP").decision
    assert (euro.currency, pound.currency) == ("EUR", "GBP")
    assert pound.values["restock"] > euro.values["restock"]
    yen = assessed(category="home", reference_price=15, packaging="sealed", currency="JPY").decision
    assert yen.disposition is None
    assert yen.doubts == (
        "no cost figures in JPY: give [factors] JPY beside those in EUR, or a price in EUR",
    )


def test_without_a_currency_anywhere_nothing_is_decided() -> None:
    """Without a currency anywhere nothing is decided."""
    book = load_rulebook(SCHEMES, POLICY, CHANNELS, currency=None)
    found = assess(book, parse({"category": "home", "reference_price": 15, "packaging": "sealed"}), ON)
    assert found.decision.disposition is None
    assert found.decision.doubts == ("the price has no currency: give currency (the figures are in EUR)",)
    assert not any(each.startswith("currency=") for each in found.assumed)


def test_a_currency_that_the_site_gave_is_an_assumption() -> None:
    """Of a price; without a price there is nothing to assume."""
    facts = {"category": "home", "packaging": "sealed"}
    assert "currency=EUR" in assessed(**facts, reference_price=9).assumed
    assert "currency=EUR" not in assessed(**facts, reference_price=9, currency="EUR").assumed
    assert "currency=EUR" not in assessed(**facts).assumed


def test_an_unknown_category_is_graded_as_general_and_said() -> None:
    """An unknown category is graded as general and said."""
    facts = {"reference_price": 15, "packaging": "sealed"}
    found = assessed(category="phnoe", **facts)
    assert found.scheme.id == "general"
    assert found.decision.confidence == "low"
    assert (
        'category "phnoe" has no scheme, graded as general - did you mean "phone"?' in found.decision.doubts
    )
    assert "no category: graded as general goods" in assessed(**facts).decision.doubts
    assert assessed(category="general", **facts).decision.confidence == "ok"


def test_a_grade_given_by_a_person_decides_and_the_computed_one_stays() -> None:
    """A grade given by a person decides and the computed one stays."""
    found = assessed("C", category="home", reference_price=80, packaging="sealed")
    assert (found.grade.grade, found.letter) == ("A", "C")
    assert "grade-below-b" in found.decision.rules
    with pytest.raises(BadFacts, match='"E" is not a grade'):
        assessed("E", category="home")


def test_a_printed_date_is_held_against_the_day() -> None:
    """A printed date is held against the day."""
    facts = {
        "category": "fmcg",
        "reference_price": 9,
        "packaging": "sealed",
        "expiry": "2026-11-22",
        "date_kind": "best_before",
    }
    found = assessed(**facts)
    assert "date-past" in found.decision.rules
    assert found.grade.grade == "D"
    assert assess(BOOK, parse(facts), date(2026, 11, 22)).grade.grade == "A"


def test_a_bonus_of_the_policy_counts_in_the_money_of_the_item() -> None:
    """A bonus of the policy counts in the money of the item."""
    facts = {"category": "home", "reference_price": 15, "packaging": "opened_complete", "function": "fail"}
    for currency, extra in (("EUR", D("2.00")), ("GBP", D("1.72"))):
        found = assessed(**facts, currency=currency, rtv_window=True).decision
        assert dict(found.enrs["return_to_vendor"].terms)["bonus"] == extra
        assert found.suggested == ("return_to_vendor",)


def test_explain_is_json_with_money_as_text() -> None:
    """Explain is JSON with money as text."""
    found = explain(BOOK, parse({**PHONE, "data_sanitised": "purge", "missing_other": 1}), ON)
    again = json.loads(json.dumps(found))
    assert again == found
    assert (found["score"], found["grade_by_score"], found["cap"], found["grade"]) == (85.0, "B", "A", "B")
    assert found["grade_reasons"] == ["battery 84 % -8", "1 extra missing -4", "opened -3"]
    assert (found["disposition"], found["currency"], found["confidence"]) == ("marketplace", "EUR", "ok")
    values = found["values"]
    assert isinstance(values, dict)
    assert list(values)[:2] == ["marketplace", "refurbish"]
    assert all(isinstance(each, str) and each[-3] == "." for each in values.values())
    assert found["margin"] == str(D(values["marketplace"]) - D(values["refurbish"]))
    assert found["policy"] == BOOK.hash
    assert {"recalled=none", "hazard=none", "counterfeit=no"} <= set(found["assumed"])  # type: ignore[call-overload]


def test_the_table_of_explain_has_every_channel_with_terms_that_add_up() -> None:
    """The table of explain has every channel with terms that add up."""
    found = explain(BOOK, parse(PHONE), ON)
    table = found["table"]
    assert isinstance(table, list)
    by_channel = {row["channel"]: row for row in table}
    assert by_channel["marketplace"]["open"] is False
    assert by_channel["refurbish"]["open"] is True
    for row in table:
        assert abs(sum(D(each) for each in row["terms"].values()) - D(row["value"])) <= D("0.06")
        assert row["source"]


def test_explain_says_what_is_missing() -> None:
    """Explain says what is missing."""
    found = explain(BOOK, parse({"category": "garden", "packaging": "opened_complete"}), ON)
    assert found["disposition"] is None
    assert found["margin"] is None
    assert found["table"] == []
    no_price = "no current price: give reference_price, then the channels can be compared"
    assert found["not_valued"]["recycle"] == no_price  # type: ignore[index]
    assert found["missing"] == ["function"]
    priced = explain(BOOK, parse({"category": "garden", "packaging": "sealed", "reference_price": 5}), ON)
    assert isinstance(priced["table"], list)
    assert all(row["source"] for row in priced["table"])
    book = load_rulebook(SCHEMES, POLICY, CHANNELS, currency=None)
    assert explain(book, parse({"category": "home"}), ON)["currency"] is None


def test_explain_names_the_channels_without_a_value_and_why() -> None:
    """The state of the goods, work that cannot be done, or the money."""
    phone = {**PHONE, "observations": [{"defect": "LDI-TR"}]}
    wet = explain(BOOK, parse(phone), ON)["not_valued"]
    assert wet["restock"] == "takes A0, A; this is D"  # type: ignore[index]
    assert wet["refurbish"] == "something on it cannot be mended"  # type: ignore[index]
    yen = explain(BOOK, parse({**PHONE, "currency": "JPY"}), ON)["not_valued"]
    assert yen["outlet"].startswith("no cost figures in JPY")  # type: ignore[index]
