#!/usr/bin/env bash
# Formats everything, then lints it: clean means nothing left to say.
set -euo pipefail
cd "$(dirname "$0")"
npm run --silent format
npm run --silent lint
