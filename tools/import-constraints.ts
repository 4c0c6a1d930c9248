/**
 * Renews `api-constraints/` from the API models that botocore ships:
 *
 *   node tools/import-constraints.ts "$(python3 -c 'import botocore, os; print(os.path.dirname(botocore.__file__))')/data"
 *
 * Kept are the facts that the SDK's schemas lack, for all shapes that inputs reach; no documentation.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Service id here and botocore's folder. */
const FOLDERS = {
  kms: 'kms',
  iam: 'iam',
  sts: 'sts',
  ec2: 'ec2',
  ebs: 'ebs',
  cloudtrail: 'cloudtrail',
  organizations: 'organizations',
  autoscaling: 'autoscaling',
  events: 'events',
  cloudformation: 'cloudformation',
  logs: 'logs',
  ssm: 'ssm',
  cloudwatch: 'cloudwatch',
};

interface Reference {
  readonly shape: string;
}

interface ModelShape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly key?: Reference;
  readonly value?: Reference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly exception?: boolean;
  readonly error?: object;
}

interface Model {
  readonly metadata: { readonly apiVersion: string };
  readonly operations: Readonly<Record<string, { input?: Reference; errors?: readonly Reference[] }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

function readModel(data: string, folder: string): Model {
  const version = readdirSync(join(data, folder)).sort().at(-1)!;
  const path = join(data, folder, version, 'service-2.json.gz');
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Model;
}

function records(service: string, model: Model): object[] {
  const operations = Object.entries(model.operations).map(([operation, { input, errors }]) => ({
    operation,
    input: input?.shape ?? null,
    ...(errors?.length && { errors: errors.map(({ shape }) => shape) }),
  }));
  const shapes = [...reachable(model)].sort().map((name) => ({ shape: name, ...facts(model.shapes[name]!) }));
  const errors = Object.entries(model.shapes)
    .filter(([, shape]) => shape.exception)
    .map(([error, shape]) => ({ error, ...shape.error }));
  return [{ service, apiVersion: model.metadata.apiVersion }, ...operations, ...shapes, ...errors];
}

function reachable(model: Model): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (reference: Reference | undefined): void => {
    if (!reference || names.has(reference.shape)) return;
    names.add(reference.shape);
    const { members, member, key, value } = model.shapes[reference.shape]!;
    for (const next of [...Object.values(members ?? {}), member, key, value]) visit(next);
  };
  for (const { input } of Object.values(model.operations)) visit(input);
  return names;
}

function facts(shape: ModelShape): object {
  const { type, required, members, member, key, value, min, max, pattern, sensitive } = shape;
  return {
    ...(required?.length && { required }),
    ...(members && {
      members: Object.fromEntries(Object.entries(members).map(([name, to]) => [name, to.shape])),
    }),
    ...(member && { list: member.shape }),
    ...(key && value && { map: [key.shape, value.shape] }),
    ...(!members && !member && !key && { type }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(pattern !== undefined && { pattern }),
    ...(shape.enum && { enum: shape.enum }),
    ...(sensitive && { sensitive }),
  };
}

const data = process.argv[2];
if (!data) throw new Error('usage: node tools/import-constraints.ts <data folder of botocore>');
for (const [service, folder] of Object.entries(FOLDERS)) {
  const lines = records(service, readModel(data, folder)).map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(new URL(`api-constraints/${service}.ndjson`, import.meta.url), lines.join(''));
}
