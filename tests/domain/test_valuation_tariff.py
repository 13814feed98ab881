"""Channel figures from TOML: defaults, corrections, sources, and every mistake with its place."""

from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.channels import CHANNELS, QUARANTINE, RANKS, TERMINAL
from terminal.domain.donation import deduction, increment
from terminal.domain.facts import CATEGORIES
from terminal.domain.tariff import BadTariff, Limits, Tariff, load_tariff
from terminal.domain.valuation import Amount, value

D = Decimal
WORKED = (Path(__file__).parent / "data" / "worked_channels.toml").read_text("utf-8")
SHIPPED = load_tariff(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("channels").iterdir()
        if each.name.endswith(".toml")
    }
)
BASE = """
schema = 1
version = "1"
currency = "EUR"
[factors]
GBP = 0.86
[site]
rate_per_hour = 24
capital_per_year = 0.0730
storage_per_m3_month = 30
source = "own"
[limits]
tau_share = 0.03
[parts]
screen = "18 %"
source = "own"
[[channel]]
id = "outlet"
takes = ["A0", "A", "B"]
factor = 0.8
lead_days = 20
minutes = 5
source = "channel"
[[channel]]
id = "refurbish"
sells_as = "A"
repairs = "yes"
carriage = "bulk"
unsold = 3
source = "channel"
[[channel]]
id = "recycle"
m = { A0 = 0, D = 0.1 }
factor = 0.5
carriage = "none"
source = "channel"
[[family]]
id = "all"
categories = ["general", "phone"]
channels = ["outlet", "refurbish", "recycle"]
m = { A0 = 1, A = 0.8, B = 0.6, C = 0.4, D = 0.2 }
decay = 0.001
volume_m3 = 0.002
kg = 0.5
handling = 0.5
parcel = "0.90 + 10 %"
bulk = 1.10
pack = 0.35
fallback = "12 %"
source = "family"
[[row]]
family = "all"
channel = "outlet"
s = 0.7
minutes = 6
takes = ["A"]
source = "row"
"""


def load(text: str) -> Tariff:
    """The tariff of one text."""
    return load_tariff({"c.toml": text})


def refused(old: str, new: str) -> tuple[str, ...]:
    """What is said of the small file above after one change."""
    assert old in BASE
    with pytest.raises(BadTariff) as caught:
        load(BASE.replace(old, new, 1))
    return caught.value.problems


def test_family_channel_and_row_make_one_set_of_figures() -> None:
    """Family channel and row make one set of figures."""
    outlet = load(BASE).for_category("phone")["outlet"]
    assert dict(outlet.m) == {"A": D("0.64")}
    assert (outlet.lead_days, outlet.s, outlet.minutes) == (D(20), D("0.7"), D("3.0"))
    assert (outlet.ship, outlet.pack, outlet.unsold) == (
        Amount(D("0.90"), D("0.1")),
        Amount(D("0.35")),
        Amount(D(0), D("0.12")),
    )
    assert (outlet.rate_per_hour, outlet.default_kg, outlet.decay) == (D(24), D("0.5"), D("0.001"))
    assert outlet.holding_per_day == Amount(D("0.002"), D("0.0730") / 365)
    assert not outlet.repairs


def test_rework_sells_as_what_it_becomes_and_knows_its_parts() -> None:
    """Rework sells as what it becomes and knows its parts."""
    refurbish = load(BASE).for_category("phone")["refurbish"]
    assert set(refurbish.m.values()) == {D("0.8")}
    assert refurbish.repairs
    assert refurbish.part_costs["screen"] == Amount(D(0), D("0.18"))
    assert (refurbish.ship, refurbish.pack, refurbish.unsold) == (Amount(D("1.10")), Amount(), Amount(D(3)))


def test_prices_may_be_given_by_condition() -> None:
    """Prices may be given by condition."""
    recycle = load(BASE).for_category("phone")["recycle"]
    assert recycle.m == {"A0": 0, "A": D("0.40"), "B": D("0.30"), "C": D("0.20"), "D": D("0.1")}
    assert recycle.ship == Amount()


def test_what_has_no_family_takes_general_and_money_has_its_factor() -> None:
    """What has no family takes general and money has its factor."""
    found = load(BASE)
    assert found.for_category("bikes") is found.for_category("general")
    assert found.for_category(None) is found.for_category("general")
    assert [found.factor(each) for each in ("EUR", "GBP", "JPY", None)] == [D(1), D("0.86"), None, None]
    assert found.limits == Limits(tau_share=D("0.03"))
    assert found.sources["phone", "outlet"] == "row; family"
    assert found.sources["phone", "recycle"] == "channel; family"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema = 1", "schema = 1\nscheme = 1", 'unknown key "scheme" - did you mean "schema"?'),
        (
            "rate_per_hour = 24",
            "rate_per_hour = -1",
            "c.toml:8: site: rate_per_hour must be a number from 0 to 1000 (got -1)",
        ),
        (
            "rate_per_hour = 24",
            "rate_per_huor = 24",
            'unknown key "rate_per_huor" - did you mean "rate_per_hour"?',
        ),
        ("GBP = 0.86", 'GBP = "much"', "GBP must be a number"),
        ("tau_share = 0.03", "tau_shere = 0.03", 'unknown key "tau_shere" - did you mean "tau_share"?'),
        (
            'screen = "18 %"',
            'screen = "18 percent"',
            'screen must be an amount, write 1.80, "12 %" or "0.90 + 10 %"',
        ),
        ('id = "outlet"', 'id = "outlte"', 'id cannot be "outlte" - did you mean "outlet"?'),
        ('id = "refurbish"', 'id = "outlet"', "the channel has figures already"),
        ('takes = ["A0", "A", "B"]', 'takes = ["E"]', '"E" is not a condition'),
        ("lead_days = 20", "lead_days = -2", "lead_days must be a number from 0 to 3650"),
        ("lead_days = 20", "lead_day = 20", 'unknown key "lead_day" - did you mean "lead_days"?'),
        ('carriage = "bulk"', 'carriage = "bluk"', 'carriage cannot be "bluk" - did you mean "bulk"?'),
        ("unsold = 3", "unsold = -3", "unsold must be an amount"),
        ("unsold = 3", "unsold = true", "unsold must be an amount"),
        ("D = 0.1 }", "E = 0.1 }", 'unknown key "E"'),
        (", D = 0.2 }", " }", "m says nothing of D"),
        (
            'categories = ["general", "phone"]',
            "categories = []",
            "categories and channels must each name at least one",
        ),
        (
            '"recycle"]\nm',
            '"recycel"]\nm',
            '"recycel" is not a channel with figures - did you mean "recycle"?',
        ),
        ("decay = 0.001", "decay = 2", "decay must be a number from 0 to 1"),
        ('family = "all"', 'family = "al"', '"al" is not a family - did you mean "all"?'),
        (
            'channel = "outlet"\ns',
            'channel = "outlte"\ns',
            'channel cannot be "outlte" - did you mean "outlet"?',
        ),
        ('source = "row"', "", "source is missing"),
        ('"general", "phone"]', '"general", "general"]', 'category "general" has a family already'),
        ('"general", "phone"]', '"phone"]', 'no family has the category "general"'),
        ('currency = "EUR"', "", "exactly one file of channel figures must name the currency (found 0)"),
        (
            'currency = "EUR"',
            'currency = "euro"',
            'currency is three capital letters, write "EUR" (got "euro")',
        ),
        (
            "[[row]]",
            '[[family]]\nid = "all"\ncategories = ["toys"]\nchannels = ["outlet"]\nsource = "x"\n[[row]]',
            "there is a family of that name already",
        ),
        ("GBP = 0.86", "EUR = 2", "c.toml:6: factors: the figures are in EUR already: take it out"),
        ("GBP = 0.86", "GBP = 0", "GBP must be above 0, or every cost in it would be nothing"),
        ("GBP = 0.86", "gbp = 0.86", 'a currency is three capital letters, write "GBP" (got "gbp")'),
        (
            "decay = 0.001",
            "decay = 0.001\nholding = 0.09",
            "holding is the cost itself, so volume_m3 says nothing",
        ),
        (
            "[parts]",
            "[bids]\nrefurbihs = 72\nsource = 'x'\n[parts]",
            '"refurbihs" is not a channel - did you mean',
        ),
        ("[parts]", "[bids]\nrefurbish = 72\n[parts]", "bids: source is missing"),
        (
            "[parts]",
            "[bids]\nrefurbish = -1\nsource = 'x'\n[parts]",
            "refurbish must be a number from 0 to 100000",
        ),
        (
            "[parts]",
            "[capacity]\nrefurbish = 0\nsource = 'x'\n[parts]",
            "capacity: refurbish must be a whole number from 1 to 1000000 (got 0)",
        ),
        ("[parts]", "[capacity]\nfridge = 4\nsource = 'x'\n[parts]", '"fridge" is not a channel'),
        (
            'source = "row"',
            'source = "row"\n[[row]]\nfamily = "all"\nchannel = "outlet"\nsource = "again"',
            'c.toml:59: row "outlet": family "all" has a row for outlet already',
        ),
        ("unsold = 3", 'credit = { kind = "gift" }', 'kind cannot be "gift"'),
        (
            "unsold = 3",
            'credit = { kind = "donation", basis = 1, market = 2, rate = 2 }',
            "rate must be a number",
        ),
        (
            "unsold = 3",
            'credit = { kind = "donation", basis = 12, market = "40 %", rate = 0.21 }',
            'basis and market must both be shares ("40 %") or both fixed sums (12.00)',
        ),
        (
            "unsold = 3",
            'credit = { kind = "donation", bases = 12 }',
            'unknown key "bases" - did you mean "basis"?',
        ),
    ],
)
def test_each_mistake_is_refused_with_what_would_do(old: str, new: str, said: str) -> None:
    """Each mistake is refused with what would do."""
    found = refused(old, new)
    assert any(said in each for each in found), found


def test_a_file_that_is_no_toml_is_named_with_the_mistakes_of_the_others() -> None:
    """A file that is no TOML is named with the mistakes of the others."""
    with pytest.raises(BadTariff) as caught:
        load_tariff({"a.toml": "= 1", "c.toml": BASE.replace("tau_share", "tau_shere")})
    assert [each.split(":")[0] for each in caught.value.problems] == ["a.toml", "c.toml"]


def test_every_parameter_of_a_pair_can_be_said_in_a_row() -> None:
    """Decay, holding and the rate of labour as well, which otherwise come from family and site."""
    row = 'source = "row"\ndecay = 0.002\nholding = "0.05 + 1 %"\nrate_per_hour = 30\n'
    found = load(BASE.replace('source = "row"\n', row))
    outlet = found.for_category("phone")["outlet"]
    assert (outlet.decay, outlet.rate_per_hour) == (D("0.002"), D(30))
    assert outlet.holding_per_day == Amount(D("0.05"), D("0.01"))
    assert found.for_category("phone")["refurbish"].decay == D("0.001")


def test_a_family_may_give_the_cost_of_holding_itself_and_its_own_rate() -> None:
    """In place of a volume."""
    family = load(BASE.replace("volume_m3 = 0.002", "holding = 0.09\nrate_per_hour = 20"))
    outlet = family.for_category("phone")["outlet"]
    assert (outlet.holding_per_day, outlet.rate_per_hour) == (Amount(D("0.09")), D(20))


def test_scarce_channels_have_bids_and_slots() -> None:
    """Nothing is scarce where nobody says so."""
    text = '[bids]\nrefurbish = 72.00\nsource = "x"\n[capacity]\nrefurbish = 40\nsource = "x"\n[parts]'
    found = load(BASE.replace("[parts]", text))
    assert (dict(found.bids), dict(found.capacity)) == ({"refurbish": D("72.00")}, {"refurbish": 40})
    assert (dict(SHIPPED.bids), dict(SHIPPED.capacity)) == ({}, {})


@pytest.mark.parametrize(
    ("basis", "market", "deducted", "saved"),
    [
        ("100", "200", "150", "10.50"),
        ("100", "1000", "200", "21.00"),
        ("12", "20", "16", "0.84"),
        ("12", "9", "9", "-0.63"),
    ],
)
def test_a_us_gift_saves_tax_on_what_it_deducts_beyond_cost(
    basis: str, market: str, deducted: str, saved: str
) -> None:
    """Cost and half of the gain, at most twice the cost; below cost the gift is worth less than scrapping."""
    assert deduction(D(basis), D(market)) == D(deducted)
    assert increment(D(basis), D(market)) == D(deducted) - D(basis)
    assert D("0.21") * deduction(D(basis), D(market)) == {
        "150": D("31.50"), "200": D("42.00"), "16": D("3.36"), "9": D("1.89"),
    }[deducted]  # fmt: skip
    fixed = f'credit = {{ kind = "donation", basis = {basis}, market = {market}, rate = 0.21 }}'
    assert load(BASE.replace("unsold = 3", fixed)).for_category("phone")["refurbish"].credit == Amount(
        D(saved)
    )


def test_a_us_gift_may_be_given_as_shares_of_the_price() -> None:
    """Then the credit is a share as well."""
    text = 'credit = { kind = "donation", basis = "45 %", market = "60 %", rate = 0.21 }'
    found = load(BASE.replace("unsold = 3", text)).for_category("phone")["refurbish"]
    assert found.credit == Amount(D(0), D("0.21") * D("0.075"))


def test_the_worked_tables_can_be_written_as_a_file() -> None:
    """Every parameter of both, to the last digit."""
    found = load_tariff({"worked.toml": WORKED})
    assert set(found.for_category("phone")) == {
        "marketplace", "refurbish", "outlet", "off_price", "return_to_vendor", "parts_harvest", "donate",
    }  # fmt: skip
    phone = value(found.for_category("phone")["refurbish"], "refurbish", {"reference_price": D(500)}, "B")
    shirt = value(found.for_category("apparel")["restock"], "restock", {"reference_price": D(20)}, "A")
    assert phone is not None
    assert shirt is not None
    assert (phone.amount, shirt.amount) == (D("256.23"), D("11.57"))


def test_the_order_of_files_and_blocks_never_matters() -> None:
    """Head, channels, families and rows in four files, whatever their names."""
    head, rest = BASE.split("[[channel]]", 1)
    channels, rest = rest.split("[[family]]")
    family, row = rest.split("[[row]]")
    parts = [head, "[[channel]]" + channels, "[[family]]" + family, "[[row]]" + row]
    one = load_tariff({f"{number}.toml": part for number, part in enumerate(parts)})
    other = load_tariff({f"{number}.toml": part for number, part in enumerate(reversed(parts))})
    assert one == other == load(BASE)


def test_a_category_that_no_scheme_has_is_refused_where_the_schemes_are_known() -> None:
    """Or its goods would be priced as general ones, and nobody would see it."""
    text = BASE.replace('"general", "phone"]', '"general", "phnoe"]')
    with pytest.raises(BadTariff) as caught:
        load_tariff({"c.toml": text}, CATEGORIES)
    assert caught.value.problems == (
        'c.toml:39: family "all": categories: "phnoe" is not a category of any scheme - did you mean "phone"?',
    )
    assert "phnoe" in load(text).params


def test_the_waste_hierarchy_ranks_every_way_out() -> None:
    """2008/98/EC art. 4; quarantine is no end, so it has no rank."""
    ranks: dict[int, set[str]] = {}
    for channel, rank in RANKS.items():
        ranks.setdefault(rank, set()).add(channel)
    assert ranks == {
        1: {
            "restock", "repackage", "outlet", "marketplace", "off_price", "export", "return_to_vendor", "donate",
        },
        2: {"refurbish", "remanufacture", "parts_harvest"},
        3: {"recycle"},
        4: {"energy_recovery"},
        5: {"landfill"},
    }  # fmt: skip
    assert (*TERMINAL, QUARANTINE) == CHANNELS
    assert QUARANTINE not in TERMINAL


LINES = BASE.strip().splitlines()
WORDS = st.sampled_from(
    ["", "x = 1", "[[row]]", "[[family]]", "[bids]", 'm = "x"', "m = { A = 2 }", "credit = {}", "= ="]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), WORDS), max_size=4))
def test_a_damaged_file_is_figures_or_sentences_and_nothing_else(changes: list[tuple[int, str]]) -> None:
    """Lines lost or replaced: every sentence names the file or what is missing in all of them."""
    lines = list(LINES)
    for number, text in changes:
        lines[number] = text
    problems: tuple[str, ...] = ()
    offered: object = None
    try:
        offered = load("\n".join(lines)).for_category("general")
    except BadTariff as error:
        problems = error.problems
    assert bool(offered) is not bool(problems)
    assert all(each.startswith(("c.toml", "family", "no family", "exactly one")) for each in problems)


def test_figures_may_be_spread_over_files_but_one_names_the_currency() -> None:
    """Figures may be spread over files but one names the currency."""
    head, rows = BASE.split("[[row]]")
    both = load_tariff({"a.toml": head, "b.toml": "[[row]]" + rows})
    assert both.for_category("phone")["outlet"].s == D("0.7")
    with pytest.raises(BadTariff, match=r"found 2"):
        load_tariff({"a.toml": head, "b.toml": head})


def test_without_any_channel_every_row_and_family_is_wrong() -> None:
    """Without any channel every row and family is wrong."""
    text = BASE[: BASE.index("[[channel]]")] + '[[row]]\nchannel = "outlet"\nsource = "x"\n'
    with pytest.raises(BadTariff, match='no family has the category "general"'):
        load(text)


def test_the_shipped_figures_cover_every_category_with_sources_and_an_end_for_each_grade() -> None:
    """The shipped figures cover every category with sources and an end for each grade."""
    assert set(SHIPPED.params) == set(CATEGORIES)
    for category, offered in SHIPPED.params.items():
        assert set(offered) <= set(TERMINAL)
        assert {"restock", "donate", "recycle"} <= set(offered)
        for channel, params in offered.items():
            assert SHIPPED.sources[category, channel]
            assert 0 < params.s <= 1
            assert 0 < params.y <= 1
            conditions = [params.m[each] for each in ("A0", "A", "B", "C", "D") if each in params.m]
            assert conditions == sorted(conditions, reverse=True), (category, channel)
        for grade in ("A", "B", "C", "D"):
            assert any(grade in params.m for params in offered.values())
