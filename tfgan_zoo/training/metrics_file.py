"""`metrics.csv`: what a run wrote down, one row a logged step."""

import csv
import errno
import io
import os
import pathlib
from collections.abc import Iterable

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.common.files import write_whole


class MetricsFile:
    """The rows of a run. `step` is the first column.

    Args:
        path: of the file.
    """

    def __init__(self, path: pathlib.Path):
        self.path = path

    def read(self) -> list[dict]:
        """Returns the rows: `step` as int, all else as float, what is empty left out."""
        if not self.path.exists():
            return []
        with open(self.path, newline="") as file:
            return self._parse(file)

    def append(self, row: dict) -> None:
        """Adds a row, whole or not at all; the first row fixes the columns, to which a resumed run may add its own."""
        self._widen(row)
        is_new = not self.path.exists()
        columns = list(row) if is_new else self._columns()
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)
        with open(self.path, "ab", buffering=0) as file:
            size = file.tell()
            try:
                if file.write(text.getvalue().encode()) < len(text.getvalue().encode()):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise

    def cut(self, step: int) -> None:
        """Removes the rows after `step`, and a row that a crash left unfinished.

        Raises:
            UserError: the file is damaged.
        """
        if not self.path.exists():
            return
        try:
            header, *lines = self.path.read_bytes().decode().splitlines(keepends=True) or [""]
            whole = [line for line in lines if line.endswith("\n") and int(line.partition(",")[0]) <= step]
            self._parse([header, *whole])
        except (ValueError, TypeError, KeyError, csv.Error) as error:
            raise UserError(f"{self.path}: is damaged ({error}); --overwrite starts the run anew.") from None
        if whole:
            write_whole(self.path, header + "".join(whole))
        else:
            self.path.unlink()

    def _widen(self, row: dict) -> None:
        """Gives the rows that are there the new row's columns, empty."""
        if not self.path.exists() or row.keys() <= set(self._columns()):
            return
        with open(self.path, newline="") as file:
            rows = list(csv.DictReader(file))
        columns = [*self._columns(), *(name for name in row if name not in self._columns())]
        content = io.StringIO()
        writer = csv.DictWriter(content, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_whole(self.path, content.getvalue())

    @staticmethod
    def _parse(lines: Iterable[str]) -> list[dict]:
        rows = [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(lines)]
        return [{**row, "step": int(row["step"])} for row in rows]

    def _columns(self) -> list[str]:
        with open(self.path, newline="") as file:
            return next(csv.reader(file))
