# The habits of this project. Nothing here is needed to use it: see README.

# answer the H200 question
demo *arguments:
    python3 scripts/demo.py {{arguments}}

# every check and test
test *arguments:
    python3 scripts/test.py {{arguments}}

# format and mend what can be mended
format:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# long accuracy and fault runs
nightly:
    python3 scripts/test.py -q -m nightly

# renew both lock files
lock:
    .venv/bin/python scripts/lock.py
