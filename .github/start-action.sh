#!/usr/bin/env bash
# The step of action.yml: installs the package, starts a server, and hands its environment to the steps that follow.
set -euo pipefail
if [ -z "${PACKAGE:-}" ]; then
  (cd "$ACTION_PATH" && npm ci --no-audit --no-fund && npm pack --silent --pack-destination "$RUNNER_TEMP") >&2
  PACKAGE=$(echo "$RUNNER_TEMP"/latchkey-*.tgz)
fi
npm install --global --no-audit --no-fund "$PACKAGE" >&2
# Words of their own: they are arguments.
# shellcheck disable=SC2086
latchkey start --ephemeral --detach --port 0 --json ${ARGUMENTS:-} > "$RUNNER_TEMP/latchkey.json"
endpoint=$(node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).url' < "$RUNNER_TEMP/latchkey.json")
case "${IDENTITY:-admin}" in
  root) identity=() ;;
  admin) identity=(--admin) ;;
  *) identity=(--as "$IDENTITY") ;;
esac
latchkey env --endpoint "$endpoint" "${identity[@]}" --format dotenv | while IFS= read -r line; do
  case "$line" in AWS_SECRET_ACCESS_KEY=* | AWS_SESSION_TOKEN=*) echo "::add-mask::${line#*=}" ;; esac
  echo "$line" >> "$GITHUB_ENV"
done
echo "endpoint=$endpoint" >> "$GITHUB_OUTPUT"
