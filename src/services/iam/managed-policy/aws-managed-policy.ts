/**
 * The managed policies that AWS keeps for everybody (`arn:aws:iam::aws:policy/…`), each with its default version.
 * tools/distill-managed-policies.ts writes the list; it is unpacked when one is first looked up.
 */
import { hash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { shippedJson } from '../../../platform/node/shipped-json.ts';
import type { ManagedPolicyRecord } from './managed-policy-record.ts';

type Row = readonly [
  arn: string,
  versionId: string,
  createdAtMs: number,
  updatedAtMs: number,
  document: string,
];

const packed = shippedJson<{ brotli: string }>('./aws-managed-policies.json', import.meta.url);

/** Lines of JSON by the ARN that each is about; a line becomes a record when it is asked for. */
let catalogue: Map<string, string | ManagedPolicyRecord> | undefined;

const ARN_START = '["'.length;

function openCatalogue(): Map<string, string | ManagedPolicyRecord> {
  if (!catalogue) {
    const text = brotliDecompressSync(Buffer.from(packed().brotli, 'base64')).toString();
    catalogue = new Map(text.split('\n').map((line) => [line.slice(ARN_START, line.indexOf('",')), line]));
  }
  return catalogue;
}

export function awsManagedPolicy(arn: string): ManagedPolicyRecord | undefined {
  const entries = openCatalogue();
  const entry = entries.get(arn);
  if (typeof entry !== 'string') return entry;
  const record = recordOf(JSON.parse(entry));
  entries.set(arn, record);
  return record;
}

/** Every one of them, in the order of their ARNs. */
export function awsManagedPolicies(): ManagedPolicyRecord[] {
  return [...openCatalogue().keys()].map((arn) => awsManagedPolicy(arn) as ManagedPolicyRecord);
}

function recordOf([arn, versionId, createdAtMs, updatedAtMs, document]: Row): ManagedPolicyRecord {
  const slash = arn.lastIndexOf('/');
  return Object.freeze({
    account: 'aws',
    id: idOf(arn),
    name: arn.slice(slash + 1),
    path: arn.slice(arn.indexOf('/'), slash + 1),
    createdAtMs,
    updatedAtMs,
    versions: [{ versionId, document, createdAtMs: updatedAtMs }],
    defaultVersionId: versionId,
    nextVersion: 0,
    tags: [],
  });
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The list does not have AWS's ids; these stand for them, and stay the same from server to server. */
function idOf(arn: string): string {
  const digest = hash('sha256', arn, 'buffer');
  let tail = '';
  for (const byte of digest.subarray(0, 17)) tail += BASE32[byte & 31];
  return `ANPA${tail}`;
}
