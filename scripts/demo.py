"""README command 1: set everything up and answer the H200 question.

``python3 scripts/demo.py [any narrows arguments]``; without arguments: ``run h200``.
"""

import sys

from environment import ensure, run

if __name__ == "__main__":
    sys.exit(run(ensure("requirements.lock"), "-m", "narrows", *(sys.argv[1:] or ["run", "h200"])))
