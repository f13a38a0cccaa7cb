"""Names of files as text that any terminal, page and JSON file can hold."""

import unicodedata

# Control characters, line breaks, and the halves of characters by which Python stands for bytes that are no UTF-8.
UNFIT = ("Cc", "Cs", "Zl", "Zp")


def shown(name: str) -> str:
    """Returns a name with what cannot be shown on one line escaped, as in `caf\\xe9`."""
    return "".join(_escaped(letter) if unicodedata.category(letter) in UNFIT else letter for letter in name)


def _escaped(letter: str) -> str:
    byte = ord(letter) - 0xDC00
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else letter.encode("unicode_escape").decode()


def listed(names: list[str], at_most: int = 10) -> str:
    """Returns names joined by commas; of more than `at_most` the first few and how many there are besides."""
    if len(names) <= at_most:
        return ", ".join(names)
    few = at_most // 2
    return f"{', '.join(names[:few])} and {len(names) - few:,} more"
