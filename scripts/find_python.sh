#!/bin/sh
# Print a Python that can build .venv: the one given, else the first that is new enough.
wanted='import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))'

for python in ${1:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$python" -c "$wanted" 2>/dev/null; then
        command -v "$python"
        exit
    fi
done

asked=${1:-python3}
found=$("$asked" --version 2>/dev/null || echo "cannot be run")
cat >&2 <<END
Python 3.11 or newer with its venv module is needed; $asked: $found.
Debian, Ubuntu: apt-get install python3 python3-venv. macOS: brew install python@3.13.
If it is installed elsewhere, say where: make setup PYTHON=/path/to/python3
END
exit 1
