"""docs/when-something-goes-wrong.md: each message that it quotes is one that the code prints."""

import ast
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "when-something-goes-wrong.md"
QUOTED = [line.removeprefix("> ") for line in PAGE.read_text().splitlines() if line.startswith("> ")]


def texts_of(path):
    """Returns the texts in a file's source, with … in the place of what is filled in."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


SOURCE = [
    text for folder in ("tfgan_zoo", "models") for path in (ROOT / folder).rglob("*.py") for text in texts_of(path)
]


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_exists_in_the_source(message):
    pattern = ".*".join(re.escape(part) for part in message.split("…"))
    assert any(re.search(pattern, " ".join(text.split())) for text in SOURCE)


def test_the_page_quotes_many_messages_each_once():
    assert len(QUOTED) == len(set(QUOTED)) >= 25


def test_the_readme_links_every_page():
    readme = (ROOT / "README.md").read_text()
    assert "docs/when-something-goes-wrong.md" in readme
    assert "docs/serving.md" in readme
