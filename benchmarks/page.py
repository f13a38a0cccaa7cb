"""Pages of docs/ that benchmarks write into."""

import pathlib
import re

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole


def insert(page: pathlib.Path, name: str, text: str) -> None:
    """Puts a table or a picture into a page, between its markers.

    Raises:
        UserError: the page has no such markers.
    """
    content = page.read_text()
    start, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
    if start not in content or end not in content:
        raise UserError(f"{page}: has no lines '{start}' and '{end}' to put something between.")
    between = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    write_whole(page, between.sub(lambda _: f"{start}\n{text}\n{end}", content))
