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

# workers and nodes of a Ray cluster lost on purpose, in an environment of its own
cluster:
    python3 -m venv .venv-ray
    .venv-ray/bin/pip install --quiet --editable '.[ray]' pytest hypothesis
    .venv-ray/bin/python -m pytest tests/executors -m cluster

# renew both lock files
lock:
    .venv/bin/python scripts/lock.py
