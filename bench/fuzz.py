"""Changes the examples at random and judges them: nothing but a Report may come out, and none may take for ever.

    python bench/fuzz.py                      # ten minutes
    python bench/fuzz.py --seconds 60 --seed 7

Ends with 0 when every input gave a report, else 1: the first input for each place that raised is kept, and named. What is found
is printed through the same code as `lps validate` prints it.
"""

from __future__ import annotations

import argparse
import base64
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from harness.cli.validate_text import block
from harness.cli.veil import Veil
from harness.conformance.files.formats import FORMATS, judge_file
from harness.house import find_house
from harness.record.guard import Guard
from harness.suite.known_cprs import known_cprs

EXAMPLES = Path(__file__).parents[1] / "tests" / "examples"
SLOW = 30.0
"""CPU seconds for one input, after which it is taken for a hang. The largest takes a hundredth of that."""

TOKENS = (
    *(b"<", b">", b"</", b"/>", b"&", b"&lt;", b"&#0;", b"&#x10FFFF;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?x y?>"),
    *(b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b' xmlns=""', b' xmlns:p="urn:x"', b"<p:x/>", b"xsi:type='x:y'"),
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"NaN", b"-0", b"1e999", b"1" * 5000, b'{"a":1,"a":2}'),
    *(b'"\\ud800"', b"'", b"+", b"?", b"UNA:+.? '", b"UNH+1+MEDRPT'", b"UNT+0+1'", b"\r\n\r\n", b"--", b"cid:"),
    *(b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", *(each.encode() for each in ("æøå", "𝔰", "\u202e", "٣", "²"))),
    *(b"=", b"AAAA", b"9" * 30, b"-1", b"20261399", b"99999999999999", b"1.2.208.176.1.2", b"urn:uuid:", b" ", b"\t"),
    *(b"\n" * 50, b"nullFlavor='UNK'", b"Content-Type: x\r\n"),
)

Change = Callable[[random.Random, bytes], bytes]


def _insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS) + data[at:]


def _overwrite(dice: random.Random, data: bytes) -> bytes:
    at, token = dice.randrange(len(data) + 1), dice.choice(TOKENS)
    return data[:at] + token + data[at + len(token) :]


def _delete(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + data[at + dice.choice((1, 3, 20, 200)) :]


def _repeat(dice: random.Random, data: bytes) -> bytes:
    at, much = dice.randrange(len(data) + 1), dice.choice((5, 50, 500))
    return data[:at] + data[at : at + much] * dice.choice((2, 3, 40)) + data[at:]


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _flip(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.randrange(1, 5)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _swap(dice: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _value(dice: random.Random, data: bytes) -> bytes:
    """What stands between two quotes becomes something else."""
    quotes = [at for at, byte in enumerate(data) if byte in b"\"'"]
    if len(quotes) < 2:
        return data
    number = dice.randrange(len(quotes) - 1)
    return data[: quotes[number] + 1] + dice.choice(TOKENS) + data[quotes[number + 1] :]


def _other_encoding(dice: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig")), "replace")


def _enclose(_dice: random.Random, data: bytes) -> bytes:
    box = base64.b64encode(data)
    return b'<VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4"><Message><Data>' + box + b"</Data></Message></VANSEnvelope>"


CHANGES: tuple[Change, ...] = (
    _insert,
    _overwrite,
    _delete,
    _repeat,
    _cut,
    _flip,
    _swap,
    _value,
    _value,
    _other_encoding,
    _enclose,
)


def changed(dice: random.Random, examples: list[bytes]) -> bytes:
    """One of `examples`, changed once to four times."""
    data = dice.choice(examples)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(CHANGES)(dice, data) if data else dice.choice(TOKENS)
    return data


def judged(data: bytes, profile: str, guard: Guard) -> str:
    """The format `data` was judged as; empty when it was none. Raises what a defect of the harness raises."""
    report = judge_file(data, "fil", profile)
    veils = {each.file: Veil(each.data, guard) for each in report.every()}
    for finding in report.findings[:50]:
        for line, _ in block(finding, veils[finding.location.file]):
            line.encode()
    return report.format


def examples() -> list[bytes]:
    """The hand-written examples; what is packed also with the line ends it has in use."""
    found = [each.read_bytes() for each in sorted(EXAMPLES.iterdir())]
    return [*found, *(each.replace(b"\n", b"\r\n") for each in found if b"\n--uuid" in each)]


def main() -> int:
    """Fuzz for the time asked for; returns the exit code."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    dice, known, guard = random.Random(given.seed), examples(), Guard(known_cprs(find_house()))
    formats: Counter[str] = Counter()
    failed: dict[str, str] = {}
    slowest, end = 0.0, time.monotonic() + given.seconds
    while time.monotonic() < end:
        data = changed(dice, known)
        profile = dice.choice(list(FORMATS)) if dice.random() < 0.1 else ""
        began = time.process_time()
        try:
            formats[judged(data, profile, guard) or "(ukendt)"] += 1
            took = time.process_time() - began
            if took > SLOW:
                raise RuntimeError(f"{took:.0f} s CPU")
            slowest = max(slowest, took)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            file, kind = Path(frame.filename).name, type(error).__name__
            place = f"{file}:{frame.lineno} {kind}: {str(error)[:80]}"
            if place not in failed:
                failed[place] = _kept(data)
                print(f"{failed[place]}  {place}  (profile: {profile or 'none'})", file=sys.stderr)
    print(f"{sum(formats.values())} inputs gave a report, seed {given.seed}. Slowest: {slowest * 1000:.0f} ms CPU.")
    for name, times in formats.most_common():
        print(f"  {times:7}  {name}")
    print(f"{len(failed)} places raised something.")
    return 1 if failed else 0


def _kept(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(prefix="fuzz-", delete=False) as kept:
        kept.write(data)
    return kept.name


if __name__ == "__main__":
    sys.exit(main())
