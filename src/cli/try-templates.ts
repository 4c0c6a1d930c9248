/** `latchkey try-templates`: which of somebody's CloudFormation templates work here, and what the others lack. */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FolderText, folderTexts } from '../platform/node/folder-texts.ts';
import { type AccountAnswer, credentialsFor } from './client-environment.ts';
import { callCloudFormation, type Parameters, RefusedError, textsOf } from './cloudformation-client.ts';
import { type Command, UsageError } from './command.ts';
import { progressLine } from './progress.ts';
import type { Connection } from './server-connection.ts';
import { startOrSayWhy } from './server-options.ts';
import { declaredParameters, madeBy, NETWORK_STACK, valuesFrom, wantsNetwork } from './try-network.ts';
import { sendSignals } from './try-signals.ts';

export const tryTemplates: Command = {
  summary: 'deploy and delete your CloudFormation templates, and say which work',
  usage: `
Usage: latchkey try-templates DIR [--any-image] [--parameter NAME=VALUE ...] [--json]

Deploys each template in DIR (*.yaml, *.yml, *.json, *.template) to a server of its own that keeps nothing, deletes it again,
and prints a table: deployed, refused (and what of it Latchkey does not serve), failed (and why), or only a part of another. Nothing leaves this machine.

  --any-image             AMI ids and AWS's image parameters that are unknown stand for Amazon Linux images
  --parameter NAME=VALUE  a value for the templates that declare such a parameter (may be repeated)
  --json                  the table as JSON

A nested stack's TemplateURL may be a path from its template, or a place in S3, which is then DIR/BUCKET/KEY.
Parameters that name what an account has (a key pair, a VPC, subnets, a security group, zones, an image) and have no value are
given some that are made for the purpose; signals that a template waits for are sent on behalf of its instances.

Exit code: 0 when all deployed that are not parts of others, 1 when one did not, 2 for a wrong command line.
`,
  maxWords: 1,
  options: {
    'any-image': { type: 'boolean' },
    parameter: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
  async run({ values, words: [folder] }) {
    if (folder === undefined) throw new UsageError('try which? latchkey try-templates DIR');
    const files = templatesIn(folder);
    if (files.length === 0) throw new UsageError(`there is no template in ${folder}`);
    const given = givenParameters(values.parameter as string | string[] | undefined);
    const server = await startOrSayWhy({
      port: 0,
      delays: 0,
      anyImage: values['any-image'] === true,
      templates: folder,
    });
    const progress = progressLine();
    try {
      const account = await credentialsFor(server, {});
      const rows: Row[] = [];
      for (const [index, file] of files.entries()) {
        progress.show(() => `${index + 1} of ${files.length}: ${file.path}`);
        const outcome = await tried(server, account, `try-${index + 1}`, file, given);
        rows.push({ file: file.path, ...asPart(outcome, file, files) });
      }
      progress.end();
      process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
      return rows.every(({ outcome }) => outcome === 'deployed' || outcome === 'part') ? 0 : 1;
    } finally {
      await server.close();
    }
  },
};

interface Outcome {
  /** A `part` gets its parameters from another template, which nests it. */
  readonly outcome: 'deployed' | 'refused' | 'failed' | 'part';
  readonly because?: string;
}

type Row = Outcome & { readonly file: string };

const TEMPLATE = /\.(ya?ml|json|template)$/i;

function templatesIn(folder: string): FolderText[] {
  const found = folderTexts(folder, TEMPLATE);
  if (!found) throw new UsageError(`${folder} is not a directory`);
  return found.filter(({ text }) => /\bResources\b/.test(text));
}

function givenParameters(options: string | string[] | undefined): Parameters {
  const pairs = [options ?? []].flat().map((option) => {
    const at = option.indexOf('=');
    if (at < 1) throw new UsageError(`--parameter takes NAME=VALUE, not "${option}"`);
    return [option.slice(0, at), option.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

async function tried(
  server: Connection,
  account: AccountAnswer,
  StackName: string,
  { path: TemplateURL, text }: FolderText,
  given: Parameters,
): Promise<Outcome> {
  const call = (action: string, parameters: Parameters) =>
    callCloudFormation(server, account, action, parameters);
  let stackId: string;
  try {
    const declared = declaredParameters(await call('GetTemplateSummary', { TemplateURL }));
    const filled = wantsNetwork(declared) ? valuesFrom(await network(call), declared) : {};
    const used = Object.entries({ ...filled, ...given }).filter(([name]) =>
      declared.some((each) => each.name === name),
    );
    const created = await call('CreateStack', {
      StackName,
      TemplateURL,
      'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
      'Capabilities.member.2': 'CAPABILITY_AUTO_EXPAND',
      ...Object.fromEntries(
        used.flatMap(([name, value], index) => [
          [`Parameters.member.${index + 1}.ParameterKey`, name],
          [`Parameters.member.${index + 1}.ParameterValue`, value],
        ]),
      ),
    });
    stackId = textsOf(created, 'StackId')[0] as string;
  } catch (error) {
    if (error instanceof RefusedError) return refusalOf(error.message);
    throw error;
  }
  const { status: made, signaled } = await created(
    call,
    stackId,
    /CreationPolicy|WaitCondition|CloudFormation::Stack/.test(text),
  );
  const because = made === 'CREATE_COMPLETE' ? undefined : await firstFailure(call, stackId);
  await call('DeleteStack', { StackName: stackId });
  const gone = await settled(call, stackId);
  if (because !== undefined) return refusalOf(because, made);
  if (gone === 'DELETE_COMPLETE') {
    const names = [...new Set(signaled)].join(', ');
    return { outcome: 'deployed', ...(names && { because: `signals were sent for ${names}` }) };
  }
  return { outcome: 'failed', because: `its deletion: ${await firstFailure(call, stackId)}` };
}

const NO_VALUES = /must have values/;

function asPart(outcome: Outcome, { path }: FolderText, files: readonly FolderText[]): Outcome {
  if (!NO_VALUES.test(outcome.because ?? '')) return outcome;
  const name = basename(path);
  const parent = files.find(
    (other) => other.path !== path && /TemplateURL/.test(other.text) && other.text.includes(name),
  );
  return parent ? { outcome: 'part', because: `of ${parent.path}, which gives it its parameters` } : outcome;
}

type Called = (action: string, parameters: Parameters) => Promise<string>;

/** Made when the first template wants it. */
async function network(call: Called) {
  const { StackName = '' } = NETWORK_STACK;
  const isThere = textsOf(await call('ListStacks', {}), 'StackName').includes(StackName);
  if (!isThere)
    await settled(call, textsOf(await call('CreateStack', NETWORK_STACK), 'StackId')[0] as string);
  return madeBy(await call('DescribeStacks', { StackName }));
}

const MAX_WAIT_MS = 30_000;
const POLL_MS = 50;

/** The status at which nothing more is done, or the one of the stack after so long. */
async function settled(call: Called, StackName: string, maxMs = MAX_WAIT_MS): Promise<string> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const [status = ''] = textsOf(await call('DescribeStacks', { StackName }), 'StackStatus');
    if (!status.endsWith('_IN_PROGRESS') || waitedMs >= maxMs) return status;
    await sleep(POLL_MS);
  }
}

/** Time enough for most of a stack: what is still being made then waits, perhaps for a signal. */
const QUIET_MS = 500;

async function created(call: Called, stackId: string, wantsSignals: boolean) {
  const signaled: string[] = [];
  for (let waitedMs = 0; ; waitedMs += QUIET_MS) {
    const status = await settled(call, stackId, wantsSignals ? QUIET_MS : undefined);
    if (status !== 'CREATE_IN_PROGRESS' || !wantsSignals || waitedMs >= MAX_WAIT_MS) {
      return { status, signaled };
    }
    signaled.push(...(await sendSignals(call, stackId, `try-templates-${waitedMs}`)));
  }
}

/** The oldest failure that is no consequence of another; events come newest first. */
async function firstFailure(call: Called, StackName: string): Promise<string> {
  const events = (await call('DescribeStackEvents', { StackName })).split('<member>').slice(1).reverse();
  const reasons = events
    .filter((event) => /_FAILED|ROLLBACK_IN_PROGRESS/.test(textsOf(event, 'ResourceStatus')[0] ?? ''))
    .map((event) => [textsOf(event, 'LogicalResourceId')[0], textsOf(event, 'ResourceStatusReason')[0]])
    .filter(([, reason]) => reason !== undefined && !/cancelled$/.test(reason));
  const [first] = reasons;
  return first
    ? `${first[0]}: ${first[1]}`
    : 'it still waits: for what nobody sends, or for instances whose image is unknown (--any-image)';
}

const REFUSED_TYPES =
  /Unrecognized resource types: \[([^\]]*)\](?:.* serve them(?:, nor (.*))?\. A resource whose)?/;
const UNSERVED = /Latchkey does not serve|Unrecognized resource types/;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /(ami-\w+|image id).*does not exist|fetch parameters \[\/aws\/service\/ami-/i,
    '--any-image lets such an image stand for one of Amazon Linux',
  ],
  [NO_VALUES, '--parameter NAME=VALUE gives one'],
];

function refusalOf(message: string, status = ''): Outcome {
  const [, types, others] = REFUSED_TYPES.exec(message) ?? [];
  if (types !== undefined) return { outcome: 'refused', because: [types, others].filter(Boolean).join(', ') };
  if (UNSERVED.test(message)) return { outcome: 'refused', because: message };
  const hint = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return {
    outcome: 'failed',
    because: `${message}${hint ? ` (${hint})` : ''}${status.endsWith('_IN_PROGRESS') ? ` (${status})` : ''}`,
  };
}

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ file }) => file.length));
  const lines = rows.map(({ file, outcome, because = '' }) =>
    `${outcome.padEnd(8)}  ${file.padEnd(width)}  ${because.replaceAll(/\s+/g, ' ')}`.trimEnd(),
  );
  const count = (wanted: Outcome['outcome']) => rows.filter(({ outcome }) => outcome === wanted).length;
  const parts = count('part');
  const sum =
    `${rows.length} templates: ${count('deployed')} deployed, ${count('refused')} refused, ${count('failed')} failed` +
    (parts > 0 ? `, ${parts} only parts of others` : '');
  return `${[...lines, '', sum].join('\n')}\n`;
}
