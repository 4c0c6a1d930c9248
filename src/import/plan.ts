/** What an import asks for, before it asks: the calls, the least policy that allows them, and a script that makes them. */
import type { ReadRow, ReadSource } from './read-row.ts';
import { GET_CALLER_IDENTITY, LOOKUP_EVENTS, READS } from './reads.ts';

/** `iam:GetAccountAuthorizationDetails`; what is beside the reads themselves. */
export function actionsRead(): string[] {
  const all = new Set([LOOKUP_EVENTS]);
  for (const { operation, action } of READS) {
    // Whoever has credentials may ask who he is.
    if (operation !== GET_CALLER_IDENTITY) all.add(action ?? operation);
  }
  return [...all].sort();
}

export function leastPolicy(): string {
  const statement = { Sid: 'LatchkeyImport', Effect: 'Allow', Action: actionsRead(), Resource: '*' };
  return `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, undefined, 2)}\n`;
}

export function planText(): string {
  const calls = READS.map(
    ({ operation, each, gives }) => `  ${operation.padEnd(48)} ${gives}${each ? ', one call each' : ''}`,
  );
  return `An import makes these calls and no others. Each only reads; none returns a secret that is kept.

${calls.join('\n')}
  ${LOOKUP_EVENTS.padEnd(48)} who did what, for --since DAYS; 2 calls a second

In an account of an organization that is neither its management account nor a delegated administrator, the calls on
organizations are refused: its SCPs are then unknown, and said to be.

  latchkey import plan --policy   the least policy that allows them; for --accounts also: sts:AssumeRole on the role there
  latchkey import plan --script   a shell script that makes them with the AWS CLI, for "latchkey import files"
`;
}

const kebab = (name: string) =>
  name
    .replace(/OpenIDConnect/g, 'OpenIdConnect')
    .replace(/OpenIdConnect/g, 'OpenIDConnect')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** As the AWS CLI spells them. */
const CLI_NAMES: Readonly<Record<string, string>> = {
  ListOpenIDConnectProviders: 'list-open-id-connect-providers',
  GetOpenIDConnectProvider: 'get-open-id-connect-provider',
  OpenIDConnectProviderArn: 'open-id-connect-provider-arn',
};

const cliName = (name: string) => CLI_NAMES[name] ?? kebab(name);

function cliOptions(input: ReadRow['input'] = {}): string {
  return Object.entries(input)
    .map(([name, value]) => ` --${cliName(name)} ${(Array.isArray(value) ? value : [value]).join(' ')}`)
    .join('');
}

const inputJson = (input: ReadRow['input'] = {}, each?: ReadSource) =>
  JSON.stringify({ ...input, ...(each && { [each.as]: each.listed ? ['@'] : '@' }) }).replace(/"/g, '\\"');

/** One line of the script a row: `each kms ListGrants …`. */
function scriptLine(row: ReadRow): string {
  const [service, operation] = row.operation.split(':') as [string, string];
  const region = row.scope === 'region' ? '$region' : 'global';
  const call = `"${row.operation}" "${region}"`;
  const cli = `${service} ${cliName(operation)}${cliOptions(row.input)}`;
  if (!row.each) return `call ${call} "${inputJson(row.input)}" ${cli}`;
  const [source] = row.each as readonly [ReadSource];
  const sources = row.each
    .map(({ operation: of, path }) => `values "${of}" "${region}" '${path}'`)
    .join('; ');
  return [
    `each="$({ ${sources}; } | sort -u)"`,
    // Names of alarms may have blanks.
    `IFS="$newline"; for value in $each; do call ${call} "${inputJson(row.input, source).replace('@', '$value')}" ${cli} --${cliName(source.as)} "$value"; done; unset IFS`,
  ].join('\n');
}

/**
 * POSIX shell and the AWS CLI alone. Each call leaves `NUMBER.call` (what was asked), and `NUMBER.json` or `NUMBER.err`.
 * Units are gone through a level at a time, as a call for a unit gives those below it.
 */
export function importScript(): string {
  const isTree = ({ operation }: ReadRow) => operation === 'organizations:ListOrganizationalUnitsForParent';
  const linesOf = (scope: ReadRow['scope']) =>
    READS.filter((row) => row.scope === scope)
      .flatMap((row) => (isTree(row) ? [UNIT_WALK] : [scriptLine(row)]))
      .join('\n');
  return `#!/bin/sh
# Reads an account for "latchkey import files OUT --out DIR". Read-only: "latchkey import plan --policy" lists the calls.
# Usage: AWS_PROFILE=… sh latchkey-import.sh OUT [REGION…]
set -uf
newline='
'
out="\${1:?where to? Usage: sh latchkey-import.sh OUT [REGION…]}"
shift
mkdir -p "$out"
identity="$(aws sts get-caller-identity --output text --query '[Account,Arn]')" || exit 1
account="$(printf '%s' "$identity" | cut -f1)"
by="$(printf '%s' "$identity" | cut -f2)"
number=0

${CALL}

# values OPERATION REGION PATH: strings at the end of a path like Keys[].KeyId, of every answer of the operation
values() {
  member="\${3##*.}"
  grep "^$1 $2 " "$out/.calls" 2> /dev/null | cut -d' ' -f3 | while read -r answer; do
    sed -n "s/^ *\\"$member\\": \\"\\([^\\"]*\\)\\".*/\\1/p" "$answer"
  done
}

rm -f "$out/.calls"
export AWS_PAGER=""
${linesOf('account')}
${linesOf('organization')}
[ "$#" -gt 0 ] || set -- $(values "ec2:DescribeRegions" global 'Regions[].RegionName')
for region in "$@"; do
  printf '%s\\n' "$region" >&2
  export AWS_DEFAULT_REGION="$region" AWS_REGION="$region"
${linesOf('region')}
done
rm -f "$out/.calls"
# History: the CloudTrail log files of the bucket are best. Failing those, per Region:
#   aws cloudtrail lookup-events --start-time 2026-01-01 --output json > "$out/$account-$region-events.json"
printf '%s calls. Now: latchkey import files %s --out DIR\\n' "$number" "$out" >&2
`;
}

const CALL = `# call OPERATION REGION INPUT AWS-ARGUMENTS…
call() {
  operation="$1"; place="$2"; input="$3"; shift 3
  number=$((number + 1))
  file="$out/$account-$(printf '%06d' "$number")-$(printf '%s' "$operation" | tr ':' '-')"
  printf '{"operation":"%s","account":"%s","region":"%s","input":%s,"at":"%s","by":"%s"}\\n' \\
    "$operation" "$account" "$place" "$input" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$by" > "$file.call"
  aws "$@" --output json > "$file.json" 2> "$file.err" ||
    printf '  no answer: %s %s: %s\\n' "$operation" "$place" \\
      "$(sed -n 's/^An error occurred (\\([^)]*\\)).*/\\1/p' "$file.err")" >&2
  printf '%s %s %s\\n' "$operation" "$place" "$file.json" >> "$out/.calls"
  # The CLI joins the pages of most calls by itself, and leaves a token where it does not. Without all of them there is no answer.
  page=1 last="$file.json"
  while next="$(sed -n 's/^    "NextToken": "\\([^"]*\\)".*/\\1/p' "$last")" && [ -n "$next" ]; do
    page=$((page + 1)) last="$file.page$page.json"
    if aws "$@" --next-token "$next" --output json > "$last" 2>> "$file.err"
    then printf '%s %s %s\\n' "$operation" "$place" "$last" >> "$out/.calls"
    else rm -f "$last"; : > "$file.json"; break; fi
  done
  [ -s "$file.err" ] || rm -f "$file.err"
}`;

const UNIT_WALK = `parents="$(values "organizations:ListRoots" "global" 'Roots[].Id')"
while [ -n "$parents" ]; do
  below=""
  for value in $parents; do
    call "organizations:ListOrganizationalUnitsForParent" "global" "{\\"ParentId\\":\\"$value\\"}" organizations list-organizational-units-for-parent --parent-id "$value"
    below="$below $(sed -n 's/^ *"Id": "\\(ou-[^"]*\\)".*/\\1/p' "$file.json")"
  done
  parents="$(printf '%s' "$below" | tr -s ' ' '\\n' | sed '/^$/d')"
done`;
