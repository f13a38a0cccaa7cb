"""`metrics.csv`: what a run wrote down, one row a logged step."""

import csv
import io
import os
import pathlib

from tfgan_zoo.files import write_whole


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
            rows = [{name: float(value) for name, value in row.items() if value} for row in csv.DictReader(file)]
        return [{**row, "step": int(row["step"])} for row in rows]

    def append(self, row: dict) -> None:
        """Adds a row; the first row fixes the columns, to which a resumed run may add its own."""
        self._widen(row)
        is_new = not self.path.exists()
        columns = list(row) if is_new else self._columns()
        with open(self.path, "a", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerow(row)
            file.flush()
            os.fsync(file.fileno())

    def cut(self, step: int) -> None:
        """Removes the rows after `step`, and a row that a crash left unfinished."""
        if not self.path.exists():
            return
        header, *lines = self.path.read_text().splitlines(keepends=True) or [""]
        whole = [line for line in lines if line.endswith("\n") and int(line.partition(",")[0]) <= step]
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

    def _columns(self) -> list[str]:
        with open(self.path, newline="") as file:
            return next(csv.reader(file))
