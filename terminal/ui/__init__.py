"""The bench's screen: draws a view, turns keys and bursts into inputs. Holds no rule.

Importing this package sets two variables that Textual reads once, when it is first imported. The Kitty keyboard
protocol must stay off, because in it a scanner's capital letter comes as two keys and GS without its character;
animations only delay what an operator waits for.
"""

from __future__ import annotations

import logging
import os

os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
os.environ["TEXTUAL_ANIMATIONS"] = "none"

# Without a handler of the station's, Python would print what is logged right over the screen.
logging.getLogger(__name__).addHandler(logging.NullHandler())
