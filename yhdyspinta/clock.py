"""Whether the clock goes: `python -m yhdyspinta.clock FILE` fails when beat has not written its schedule for a while."""

import sys
import time
from pathlib import Path

LONGEST_SILENCE = 600  # beat writes every three minutes


def goes(schedule: Path) -> bool:
    """Whether beat has written its schedule, under one of the names that dbm gives it, not long ago."""
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and abs(time.time() - max(written)) < LONGEST_SILENCE  # or clocks differ


if __name__ == "__main__":
    sys.exit(0 if goes(Path(sys.argv[1])) else "The clock stands still: beat has not written its schedule.")
