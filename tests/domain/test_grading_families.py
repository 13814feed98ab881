"""What each family of goods calls a defect, which of them want a picture, and what they have of their own."""

from collections.abc import Mapping
from importlib.resources import files

import pytest

from terminal.domain.checklist import observe
from terminal.domain.facts import parse
from terminal.domain.grading import Scheme, grade, load_schemes

SCHEMES: Mapping[str, Scheme] = load_schemes(
    {
        each.name: each.read_text("utf-8")
        for each in files("terminal.data").joinpath("schemes").iterdir()
        if each.name.endswith(".toml")
    }
)


def test_a_shoe_without_a_sound_box_is_a_b_and_a_clean_one_an_a() -> None:
    """A shoe without a sound box is a B and a clean one an A."""
    scheme = SCHEMES["footwear"]
    shoe = {"unused": True, "missing_other": 0}
    assert grade(scheme, parse({"packaging": "opened_complete", **shoe})).grade == "A"
    damaged = grade(scheme, parse({"packaging": "opened_damaged", **shoe}))
    assert (damaged.grade, damaged.reasons) == ("B", ("shoe box damaged or missing",))


@pytest.mark.parametrize("category", sorted(SCHEMES))
def test_what_will_be_disputed_wants_a_picture(category: str) -> None:
    """Everything critical, a wrong, faked, empty or dangerous parcel; a scratch does not."""
    defects = SCHEMES[category].defects
    assert all(each.photo for each in defects.values() if each.severity == "critical")
    assert all(defects[code].photo for code in ("BAT-SW", "CNF", "WRG", "EMP", "SER-MM", "HAZ", "GLS-CR"))
    assert not any(defects[code].photo for code in ("SCR-LT", "SCR-DP", "PKG-OP", "ACC-N", "TAG-NO"))


def test_destroyed_clothes_and_claims_on_vendors_want_a_picture() -> None:
    """Destroyed clothes and claims on vendors want a picture."""
    assert set(SCHEMES["apparel"].evidence) == {"recycle", "energy_recovery", "landfill"}
    assert set(SCHEMES["phone"].evidence) == {"return_to_vendor"}
    assert SCHEMES["home"].evidence == {}


@pytest.mark.parametrize(
    ("category", "code", "letter"),
    [
        # electronics
        *[("phone", code, "D") for code in ("GLS-CR", "LDI-TR", "BAT-SW", "LCK", "FUN-FL")],
        *[("laptop", code, "C") for code in ("SCR-DP", "LCD-DP", "BTN-ST", "BAT-WK", "ACC-E")],
        ("phone", "SCR-LT", "A"),
        ("small_appliance", "SOI-FD", "D"),
        ("small_appliance", "HAZ", "D"),
        ("earphones", "HYG-BR", "D"),
        # clothes and shoes
        *[("apparel", code, "B") for code in ("TAG-NO", "MKP", "ODR-LT")],
        *[("apparel", code, "C") for code in ("PIL", "THR", "STN-RM", "SEW", "ZIP")],
        *[("apparel", code, "D") for code in ("HOL", "STN-PM", "ODR-HV", "BIO", "ALT", "LBL-CT", "MLD")],
        ("apparel", "WAR", "A"),
        ("swimwear", "HYG-BR", "D"),
        ("footwear", "SOL-WR", "C"),
        ("footwear", "PKG-DM", "B"),
        # home, furniture, toys
        *[("home", code, "C") for code in ("SCR-DP", "DNT-LG", "CHP-SM", "PRT-MS")],
        *[("furniture", code, "D") for code in ("BRK-ST", "GLS-CR", "SOI-FD", "FUN-FL", "MLD")],
        ("toys", "SML-PT", "D"),
        # what is perfect or nothing
        *[("fmcg", code, "D") for code in ("EXP", "HYG-BR", "LBL-NO", "DNT-LG", "MLD")],
        ("cosmetics", "HYG-BR", "D"),
        # media and books
        *[("media", code, letter) for code, letter in (("DSC", "D"), ("PGE", "C"), ("SPN", "A"))],
    ],
)
def test_each_defect_leaves_the_grade_of_its_family(category: str, code: str, letter: str) -> None:
    """On an otherwise flawless opened item, at its usual place."""
    flawless: dict[str, object] = {
        "packaging": "opened_complete", "function": "pass", "battery_health": 95, "seal": "intact",
        "unused": True, "expired": False, "cold_chain": False,
    }  # fmt: skip
    scheme = SCHEMES[category]
    assert grade(scheme, parse(flawless)).grade == "A"
    assert code in scheme.offers
    assert grade(scheme, observe(scheme, parse(flawless), code)).grade == letter
