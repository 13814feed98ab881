"""`regrade explain`: the worked tables to the cent by command line, other files and days, and every wrong input."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from terminal.console import Context
from terminal.explain_cli import explain

FIGURES = Path(__file__).parent / "domain" / "data" / "worked_channels.toml"
PHONE: dict[str, object] = {
    "category": "phone",
    "reference_price": 500,
    "packaging": "opened_complete",
    "function": "pass",
    "battery_health": 84,
    "lock": "off",
    "data_sanitised": "purge",
    "rtv_window": True,
}
SHIRT: dict[str, object] = {
    "category": "apparel",
    "reference_price": "20.00",
    "packaging": "opened_complete",
    "unused": True,
    "hygiene": False,
    "return_legal_basis": "withdrawal",
    "operator_size": "large",
    "market": "EU",
}
HEAD = 'schema = 1\nname = "open"\nversion = "12"\n'
RULE = (
    '[[rule]]\nid = "phone-renewed-ok"\nkind = "prefer"\nbecause = "Good phones are renewed."\nshort = "renewed"\n'
    'when = { category = "phone", grade = "B" }\nsuggest = "marketplace"\n'
)
BAN = (
    '[[rule]]\nid = "ban"\nkind = "stop"\nbecause = "No destruction."\nshort = "ban"\nfrom = 2026-07-19\n'
    'when = { unsold = true, category = "apparel" }\nforbid = ["recycle"]\n'
)


def run(folder: Path, *options: str) -> Result:
    """The command at a station on defaults."""
    return CliRunner().invoke(explain, list(options), obj=Context(None, folder))


def told(folder: Path, facts: dict[str, object], *options: str) -> dict[str, Any]:
    """What it says of an item, as JSON."""
    done = run(folder, "--facts", json.dumps(facts), *options)
    assert (done.exit_code, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Value and price by channel."""
    return {row["channel"]: (row["value"], row["price"]) for row in found["table"]}


def policy(folder: Path, text: str = HEAD + RULE) -> str:
    """A policy file."""
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return str(path)


E1 = {
    "marketplace": ("284.34", "354.38"),
    "refurbish": ("256.23", "399.10"),
    "outlet": ("253.08", "302.77"),
    "off_price": ("134.14", "147.66"),
    "return_to_vendor": ("129.20", "0.00"),
    "parts_harvest": ("58.58", "106.36"),
    "donate": ("-5.53", "0.00"),
}


@pytest.mark.parametrize("how", ["option", "fact", "computed"])
def test_e1_is_the_table_of_a_phone_to_the_cent(tmp_path: Path, how: str) -> None:
    """Seven channels in order of value, whoever graded it B."""
    facts = {**PHONE, "grade": "B"} if how == "fact" else PHONE
    options = ("--grade", "B") if how == "option" else ()
    found = told(tmp_path, facts, "--channels", str(FIGURES), "--policy", policy(tmp_path), *options)
    assert found["grade"] == "B"
    assert rows(found) == E1
    assert list(rows(found)) == list(E1)
    assert found["values"] == {channel: value for channel, (value, _) in E1.items()}
    assert found["explanation"] == (
        "MARKETPLACE 284.34 | next REFURBISH 256.23 (-28.11: 46 min + 38.00 parts buy +44.72 price)"
        " | rules: phone-renewed-ok v12 | price n=0 assumed, decay 0.8 %/wk | ESG rank 1"
    )


def test_e1_needs_no_more_than_category_price_and_grade(tmp_path: Path) -> None:
    """What nobody knows may block channels, it never changes their figures."""
    found = told(
        tmp_path, {"category": "phone", "reference_price": 500, "grade": "B"}, "--channels", str(FIGURES)
    )
    assert rows(found) == E1
    assert "lock" in found["asks"]


def test_the_terms_of_a_phone_on_the_marketplace_add_up(tmp_path: Path) -> None:
    """The check by hand: 293.00 from sale and fallback, less 8.66."""
    found = told(tmp_path, PHONE, "--channels", str(FIGURES), "--policy", policy(tmp_path))
    assert found["table"][0]["terms"] == {
        "sale": "281.80",
        "unsold": "11.20",
        "labour": "-5.60",
        "pack": "-1.80",
        "holding": "-1.26",
    }
    assert (found["table"][0]["m"], found["table"][0]["n"], found["table"][0]["prior"]) == (0.72, 0, 1.0)


def test_e2_is_the_table_of_a_shirt_to_the_cent_and_recycling_it_is_forbidden(tmp_path: Path) -> None:
    """Recycling would be cheaper than giving away, and the law counts it as destruction."""
    found = told(tmp_path, SHIRT, "--channels", str(FIGURES), "--policy", policy(tmp_path, HEAD + BAN))
    assert {channel: value for channel, (value, _) in rows(found).items()} == {
        "restock": "11.57",
        "repackage": "10.01",
        "outlet": "3.88",
        "off_price": "1.88",
        "recycle": "-0.42",
        "donate": "-1.12",
    }
    by_channel = {row["channel"]: row for row in found["table"]}
    assert by_channel["recycle"]["forbidden_by"] == ["ban"]
    assert (by_channel["recycle"]["open"], by_channel["donate"]["open"]) == (False, True)
    assert found["disposition"] == "restock"
    shipped = told(tmp_path, SHIRT, "--channels", str(FIGURES), "--on", "2026-11-23")
    by_channel = {row["channel"]: row for row in shipped["table"]}
    assert "espr-unsold-textiles" in by_channel["recycle"]["forbidden_by"]


def test_before_its_first_day_a_law_forbids_nothing(tmp_path: Path) -> None:
    """The ban on destruction begins on 19 July 2026."""
    before = told(tmp_path, SHIRT, "--channels", str(FIGURES), "--on", "2026-07-18")
    assert "espr-unsold-textiles" not in before["rules"]
    on = told(tmp_path, SHIRT, "--channels", str(FIGURES), "--on", "2026-07-19")
    assert "espr-unsold-textiles" in on["rules"]


def test_the_table_for_people_has_channels_terms_and_what_stands_in_the_way(tmp_path: Path) -> None:
    """On a pipe in full width; channels without a value are named with the reason."""
    done = run(tmp_path, "--facts", json.dumps(SHIRT), "--channels", str(FIGURES), "--table")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("RESTOCK 11.57")
    head = next(line for line in lines if "ENR" in line)
    for name in ("channel", "price", "sale", "unsold", "labour", "pack", "holding", "credit", "state"):
        assert name in head
    assert "chosen" in next(line for line in lines if "restock" in line and "11.57" in line)
    assert "forbidden by" in next(line for line in lines if "-0.42" in line)
    shipped = run(tmp_path, "--facts", json.dumps(PHONE), "--table")
    assert "No value for restock: takes A0, A; this is B" in shipped.stdout
    empty = run(tmp_path, "--facts", '{"category": "home"}', "--table")
    assert "No value for outlet: no current price" in empty.stdout
    assert "ENR" not in empty.stdout


def test_a_narrow_terminal_folds_the_terms_into_one_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut off at 80 columns."""
    monkeypatch.setattr("terminal.explain_cli.WIDE", 80)
    done = run(tmp_path, "--facts", json.dumps(PHONE), "--channels", str(FIGURES), "--table")
    assert done.exit_code == 0
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    flat = " ".join(done.stdout.replace("│", " ").split())
    for part in ("281.80", "284.34", "354.38", "-1.26"):
        assert part in flat


def test_text_of_others_never_reaches_the_terminal_as_orders(tmp_path: Path) -> None:
    """Escape sequences and markup in a category are shown, not obeyed."""
    facts = {"category": "\x1b[31mred[bold]", "reference_price": 5, "packaging": "sealed"}
    done = run(tmp_path, "--facts", json.dumps(facts), "--table")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "[bold]" in done.stdout


def test_figures_may_stand_in_a_folder_and_a_full_channel_says_its_bid(tmp_path: Path) -> None:
    """The explanation names bid and regret, and the next best that has room."""
    folder = tmp_path / "figures"
    folder.mkdir()
    text = FIGURES.read_text("utf-8").replace(
        "[[channel]]",
        '[bids]\nmarketplace = 40.00\nsource = "last week"\n[capacity]\nmarketplace = 40\nsource = "shelf"\n'
        "[[channel]]",
        1,
    )
    (folder / "figures.toml").write_text(text, "utf-8")
    own = policy(tmp_path)
    found = told(tmp_path, PHONE, "--channels", str(folder), "--policy", own)
    assert (found["disposition"], found["runner_up"]) == ("outlet", "refurbish")
    assert found["full"] == {"marketplace": {"bid": "40.00", "regret": "28.11"}}
    assert found["explanation"].startswith(
        "OUTLET 253.08 | marketplace full: bid 40.00 > regret 28.11 | equal within 10.00: best use first | next REF"
    )
    table = run(tmp_path, "--facts", json.dumps(PHONE), "--channels", str(folder), "--policy", own, "--table")
    assert "full: bid 40.00 > regret 28.11" in table.stdout


@pytest.mark.parametrize(
    ("facts", "options", "said"),
    [
        ('{"hygeine": true}', (), 'unknown fact "hygeine" - did you mean "hygiene"?'),
        ('{"grade": "E"}', (), '--facts: grade: "E" is not a grade (known: A, B, C, D)'),
        ('{"grade": 4}', (), '--facts: grade: "4" is not a grade'),
        ("{}", ("--grade", "b"), '--grade: "b" is not a grade - did you mean "B"?'),
        ('{"grade": "A"}', ("--grade", "B"), "--grade says B and grade in the facts says A"),
        ('{"reference_price": -5}', (), "reference_price is an amount from 0 to"),
        ('{"reference_price": "12 EUR"}', (), "reference_price is an amount of money"),
        ('{"reference_price": NaN}', (), "reference_price is an amount of money"),
        ('{"currency": "EUR", "currency": "USD"}', (), "--facts: currency is given 2 times"),
        ('{"currency": "euro"}', (), "currency is three capital letters"),
        ("{", (), "no JSON"),
        ("[]", (), "neither a JSON object nor a file"),
        ("{}", ("--policy", "nowhere.toml"), "nowhere.toml: No such file"),
        ("{}", ("--channels", "nowhere.toml"), "nowhere.toml: No such file"),
    ],
)
def test_wrong_input_is_a_sentence_and_exit_1(
    tmp_path: Path, facts: str, options: tuple[str, ...], said: str
) -> None:
    """Never a traceback, nothing on stdout."""
    done = run(tmp_path, "--facts", facts, *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


def test_wrong_files_are_sentences_with_every_mistake(tmp_path: Path) -> None:
    """A policy and figures are read together; binary files and empty folders are named."""
    broken = policy(tmp_path, HEAD + RULE.replace("category", "categry"))
    figures = tmp_path / "figures.toml"
    figures.write_text(FIGURES.read_text("utf-8").replace("minutes = 46", "minutse = 46"), "utf-8")
    done = run(tmp_path, "--facts", "{}", "--policy", broken, "--channels", str(figures))
    assert done.exit_code == 1
    assert 'did you mean "category"' in done.stderr
    assert 'unknown key "minutse" - did you mean "minutes"?' in done.stderr
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "binary.toml: no UTF-8 text" in run(tmp_path, "--facts", "{}", "--policy", str(binary)).stderr
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    assert "no file of channel figures" in run(tmp_path, "--facts", "{}", "--channels", str(nothing)).stderr


@pytest.mark.parametrize(
    ("facts", "doubt"),
    [
        ({"reference_price": 10, "currency": "JPY"}, "no cost figures in JPY: give [factors] JPY"),
        ({"reference_price": 0}, "reference_price is 0"),
        ({}, "no current price: give reference_price"),
    ],
)
def test_money_that_cannot_be_right_is_asked_about(
    tmp_path: Path, facts: dict[str, object], doubt: str
) -> None:
    """Held or asked with a sentence, never decided in silence."""
    found = told(tmp_path, {"category": "home", "packaging": "sealed", **facts})
    assert found["confidence"] == "low"
    assert any(each.startswith(doubt) for each in found["doubts"])


def test_the_currency_of_the_site_is_named_where_the_facts_leave_it_out(tmp_path: Path) -> None:
    """An assumption is said."""
    facts: dict[str, object] = {"category": "home", "packaging": "sealed", "reference_price": 5}
    assert "currency=EUR" in told(tmp_path, facts)["assumed"]
    assert "currency=EUR" not in told(tmp_path, {**facts, "currency": "EUR"})["assumed"]
