/** `latchkey import …`: real accounts into a snapshot that every question can be asked of. */
import type { Scope } from '../aws/scope.ts';
import { counted } from '../explain/words/names.ts';
import { athenaSql } from '../import/cloudtrail/athena-sql.ts';
import { importFiles } from '../import/files/import-files.ts';
import { importScript, leastPolicy, planText } from '../import/plan.ts';
import { SnapshotError } from '../import/snapshot/snapshot.ts';
import { openForImport, saveSnapshot } from '../import/snapshot/store.ts';
import { keepHeapSmall } from '../platform/node/heap.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { importFromAws } from './import-aws.ts';
import { progressLine } from './progress.ts';

export const importCommand: Command = {
  summary: 'read real accounts into a snapshot, to ask questions of',
  usage: `
Usage: latchkey import plan [--policy | --script]
       latchkey import aws --out DIR [--profile P] [--regions a,b] [--accounts 1,2 --role NAME] [--since 7d]
       latchkey import files PATH… --out DIR [--account ID] [--region REGION]
       latchkey import athena-sql [--table TABLE] [--since 30d]

plan        lists the calls that an import makes; --policy prints the least IAM policy that allows them, --script a shell
            script that makes them with the AWS CLI, where nothing may be installed
aws         reads the account of your credentials (the AWS SDK's chain: environment, profile, SSO), or those of --accounts,
            through the role of that name in each; a stopped import continues where it stopped
files       reads saved outputs of the AWS CLI (of that script, or your own), an iam-collect store, CloudTrail log files
            (.json, .json.gz, a copy of the bucket), output of lookup-events, and the CSV of the query below; if DIR has
            a snapshot already, they are added to it
athena-sql  prints one query for Athena (or, given the id of an event data store, CloudTrail Lake) that folds events into
            distinct uses where the logs are

Then: latchkey check --from DIR, latchkey explain i-… --from DIR, latchkey who-can KEY --from DIR, …
Nothing is sent anywhere; a snapshot holds no key material and no secrets. docs/snapshot-format.md describes it.

  --out DIR        the folder of the snapshot
  --account ID     the account, where outputs do not say
  --region REGION  the Region, where outputs do not say
  --profile NAME   of your AWS configuration
  --regions LIST   Regions, with commas between (default: all that are enabled)
  --accounts LIST  account numbers, with commas between; --role NAME: the role to assume in each
  --since DAYS     how far back CloudTrail is read, like 30d (default: 7d; 0d for none; athena-sql: 30d)
  --table TABLE    the table of CloudTrail logs (default: cloudtrail_logs), or the id of an event data store
`,
  maxWords: Number.POSITIVE_INFINITY,
  options: {
    policy: { type: 'boolean' },
    script: { type: 'boolean' },
    out: { type: 'string' },
    account: { type: 'string' },
    region: { type: 'string' },
    since: { type: 'string' },
    table: { type: 'string' },
    profile: { type: 'string' },
    regions: { type: 'string' },
    accounts: { type: 'string' },
    role: { type: 'string' },
  },
  async run({ values, words: [what, ...rest] }) {
    const action = what === undefined ? undefined : ACTIONS[what as keyof typeof ACTIONS];
    if (!action || !Object.hasOwn(ACTIONS, what as string)) {
      throw new UsageError(
        `import what? One of: ${Object.keys(ACTIONS).join(', ')}. Try: latchkey import --help`,
      );
    }
    if (what !== 'files' && rest.length > 0)
      throw new UsageError(`"${rest[0]}" is not expected there. Try: latchkey import --help`);
    await action(values, rest).catch((error) => {
      throw error instanceof SnapshotError ? new Error(error.message) : error;
    });
    return 0;
  },
};

const ACTIONS = {
  async plan(values: Values): Promise<void> {
    if (values.policy && values.script) throw new UsageError('--policy or --script: which is it to be?');
    process.stdout.write(values.policy ? leastPolicy() : values.script ? importScript() : planText());
  },

  async 'athena-sql'(values: Values): Promise<void> {
    const { table } = values as { table?: string };
    if (table !== undefined && !/^[\w.$"-]{1,300}$/.test(table))
      throw new UsageError('--table takes the name of a table');
    process.stdout.write(athenaSql({ table, days: daysOf(values.since ?? '30d') }));
  },

  async aws(values: Values): Promise<void> {
    await importFromAws(outOf(values), {
      profile: values.profile as string | undefined,
      regions: listOf(values.regions, '--regions', /^[a-z]{2}(?:-[a-z]+)+-\d+$/),
      accounts: listOf(values.accounts, '--accounts', /^\d{12}$/),
      role: values.role as string | undefined,
      sinceDays: values.since === '0d' || values.since === '0' ? 0 : daysOf(values.since ?? '7d'),
    });
  },

  async files(values: Values, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) throw new UsageError('import which files? latchkey import files PATH… --out DIR');
    const folder = outOf(values);
    const place = placeOf(values);
    const into = openForImport(folder);
    const progress = progressLine();
    keepHeapSmall();
    const counts = await importFiles(paths, into, {
      place,
      onFile: ({ name }, { files, records }) =>
        progress.show(() => `${files} files, ${records} records: ${name}`),
    });
    progress.end();
    saveSnapshot(folder, into);
    const were = (count: number, noun: string, what: string) =>
      count === 0 ? '' : ` ${counted(count, noun)} ${count === 1 ? 'was' : 'were'} ${what}.`;
    const known = were(counts.known, 'log file', 'in it already');
    const other = were(counts.passedOver.length, 'file', 'of other kinds, and passed over');
    const sources = [
      ...(counts.files > 0 || counts.snapshots === 0 ? [counted(counts.files, 'file')] : []),
      ...(counts.snapshots > 0 ? [counted(counts.snapshots, 'snapshot')] : []),
    ];
    process.stdout.write(
      `${folder}: ${sources.join(' and ')}, with ${counted(counts.reads, 'answer')} of AWS and ${counted(counts.records, 'CloudTrail record')}; ${counted(into.history.size, 'distinct use')} in all.${known}${other}\n` +
        `What it has, and what is missing: latchkey check --from ${folder}\n`,
    );
  },
};

function listOf(value: string | boolean | undefined, option: string, each: RegExp): string[] | undefined {
  if (value === undefined) return undefined;
  const all = String(value)
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const wrong = all.find((item) => !each.test(item));
  if (wrong !== undefined || all.length === 0) throw new UsageError(`${option}: "${wrong ?? ''}" is none`);
  return all;
}

function outOf({ out }: Values): string {
  if (typeof out !== 'string' || out === '') throw new UsageError('where to? --out DIR');
  return out.replace(/(?<=.)\/+$/, '');
}

function placeOf({ account, region }: Values): Partial<Scope> {
  if (account !== undefined && !/^\d{12}$/.test(String(account)))
    throw new UsageError('--account takes twelve digits');
  return { account: account as string | undefined, region: region as string | undefined };
}

function daysOf(since: string | boolean): number {
  const [, days] = /^(\d{1,4})d?$/.exec(String(since)) ?? [];
  if (!days || Number(days) < 1) throw new UsageError('--since takes days, like 30d');
  return Number(days);
}
