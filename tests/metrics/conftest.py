import pytest

from tfgan_zoo.metrics import features


@pytest.fixture
def counted(monkeypatch):
    """Has a metric take so many rows at once; returns its `watch`, and the list of (done, of all) that it fills."""

    def count(rows_at_once):
        monkeypatch.setattr(features, "ROWS_AT_ONCE", rows_at_once)
        done = []

        def watch(blocks):
            for block in blocks:
                yield block
                done.append((len(done) + 1, len(blocks)))

        return watch, done

    return count
