import pytest

from benchmarks.page import insert
from tfgan_zoo.common.errors import UserError


def test_a_table_goes_between_its_own_markers(tmp_path):
    page, other = tmp_path / "page.md", "<!-- table: other -->\nstays\n<!-- end: other -->\n"
    page.write_text(f"before\n<!-- table: test -->\nold\n<!-- end: test -->\n{other}")
    for _ in range(2):
        insert(page, "test", r"new \1")
        assert page.read_text() == f"before\n<!-- table: test -->\nnew \\1\n<!-- end: test -->\n{other}"


def test_a_page_without_the_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("text")
    with pytest.raises(UserError, match=r"page\.md: has no lines '<!-- table: test -->'"):
        insert(page, "test", "new")
    assert page.read_text() == "text"
