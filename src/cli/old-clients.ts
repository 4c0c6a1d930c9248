/**
 * Clients from before July 2023 ignore AWS_ENDPOINT_URL and call AWS itself
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). Whoever has `exec` run one is warned,
 * wherever its version can be read while it starts.
 */
import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { programFile } from '../platform/node/program.ts';
import { textIfAny, textsAt } from '../platform/node/user-files.ts';

/** The first releases that heed it: of the AWS CLI 1 and 2, and of what boto3 1.28.0 stands on. */
const MINIMUM: Readonly<Record<string, string>> = {
  'aws-cli 1': '1.29.0',
  'aws-cli 2': '2.13.0',
  botocore: '1.31.0',
  // Before 5, of 2023, none did.
  'Terraform provider hashicorp/aws': '5.0.0',
};

/**
 * What the AWS CLI 1 sends to hosts of a list of its own, unless it is given `--endpoint-url`
 * (https://github.com/aws/aws-cli/issues/8737).
 */
const SENT_ELSEWHERE: ReadonlySet<string> = new Set(['docdb', 'emr', 'health', 'neptune', 'rds', 'sqs']);

const MAX_WAIT_MS = 10_000;
const PYTHON = /^python[\d.]*$/;
const PRINT_BOTOCORE = "from importlib.metadata import version; print('botocore', version('botocore'))";

/** A warning, or undefined where nothing is known to be wrong. */
export async function warningOf(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const name = basename(command).replace(/\.exe$/, '');
  if (name === 'packer') return packerWarning(args);
  const found = await versionOf(name, command, args, environment);
  const service = found?.client === 'aws-cli 1' ? args.find((word) => SENT_ELSEWHERE.has(word)) : undefined;
  if (service !== undefined && !args.some((word) => word.startsWith('--endpoint-url'))) {
    return (
      `WARNING: the AWS CLI 1 ignores AWS_ENDPOINT_URL for ${service}: its calls do not come here, they go to AWS ITSELF. ` +
      'Use the AWS CLI 2, or --endpoint-url'
    );
  }
  if (!found || !isOlder(found.version, MINIMUM[found.client] as string)) return undefined;
  return (
    `WARNING: ${found.client} ${found.version} ignores AWS_ENDPOINT_URL: its calls do not come here, they go to AWS ITSELF. ` +
    `Use ${MINIMUM[found.client]} or newer, or give it the endpoint by an option of its own`
  );
}

interface Version {
  readonly client: string;
  readonly version: string;
}

async function versionOf(
  name: string,
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Version | undefined> {
  if (name === 'terraform' || name === 'tofu') return providerVersion(args);
  if (name === 'aws') {
    const [, version, major] =
      /^aws-cli\/((\d+)\.\S+)/.exec(await output(command, ['--version'], environment)) ?? [];
    return version === undefined ? undefined : { client: `aws-cli ${major}`, version };
  }
  const python = PYTHON.test(name) ? command : interpreterOf(command, environment);
  if (python === undefined) return undefined;
  const [, version] = /^botocore (\S+)/.exec(await output(python, ['-c', PRINT_BOTOCORE], environment)) ?? [];
  return version === undefined ? undefined : { client: 'botocore', version };
}

/** The plugin's version is not to be had without running it; the templates say whether they name an endpoint. */
function packerWarning(args: readonly string[]): string | undefined {
  if (args[0] !== 'build') return undefined;
  const templates = textsAt(args.at(-1) as string, /\.pkr\.(hcl|json)$/);
  const isSafe =
    templates.every((text) => !/amazon-/.test(text)) ||
    templates.some((text) => text.includes('custom_endpoint_ec2'));
  return isSafe
    ? undefined
    : "WARNING: Packer's Amazon plugin ignores AWS_ENDPOINT_URL where it is built on the SDK for Go v1: its calls do not come " +
        'here, they go to AWS ITSELF. Set custom_endpoint_ec2, as docs/clients.md shows';
}

/** Of the provider that `terraform init` chose. */
function providerVersion(args: readonly string[]): Version | undefined {
  const folder = args.find((word) => word.startsWith('-chdir='))?.slice('-chdir='.length) ?? '.';
  const lock = textIfAny(join(folder, '.terraform.lock.hcl')) ?? '';
  const [, version] = /provider "[^"]*\/hashicorp\/aws" \{\s*version\s*=\s*"([^"]+)"/.exec(lock) ?? [];
  return version === undefined ? undefined : { client: 'Terraform provider hashicorp/aws', version };
}

/** The Python that a script names in its first line. */
function interpreterOf(command: string, environment: NodeJS.ProcessEnv): string | undefined {
  const file = programFile(command, environment.PATH);
  const [, interpreter] = /^#!\s*(\S+)/.exec((file && textIfAny(file, 256)) ?? '') ?? [];
  return interpreter !== undefined && PYTHON.test(basename(interpreter)) ? interpreter : undefined;
}

/** What it prints, on either stream; empty where it cannot be run. */
const output = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, args, { env, timeout: MAX_WAIT_MS }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`),
    );
  });

function isOlder(version: string, minimum: string): boolean {
  const [given, least] = [version, minimum].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  const at = (least as number[]).findIndex((part, index) => part !== (given?.[index] ?? 0));
  return at >= 0 && ((given as number[])[at] ?? 0) < ((least as number[])[at] as number);
}
