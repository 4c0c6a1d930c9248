/** Which actions each operation checks, on which types of resource and with which condition keys, as its denials show. */
import type { Operation } from '../../../src/invoke/operation.ts';
import { auditRecords } from '../../worlds/account.ts';
import type { TestServer } from '../../worlds/server.ts';
import { type AnyClient, callByName } from './any-client.ts';
import { plausible, plausibleInput } from './inputs.ts';
import type { Pool } from './world.ts';

/** The resource without what is one resource's own: `arn:aws:ec2:…:volume/vol-1` is `ec2 volume`. */
function resourceType(resource: string): string {
  if (resource === '*') return '*';
  const [, , service, , , ...rest] = resource.split(':');
  const [type] = rest.join(':').split(/[/:]/);
  return `${service} ${rest.join(':') === '*' ? '*' : type}`;
}

/** Keys that every decision knows are not what an operation checks: only those about the request and its resources are. */
const isOwnKey = (name: string) =>
  !name.startsWith('aws:') || /^aws:(?:RequestTag|ResourceTag|TagKeys)/.test(name);

/** A tag's or an encryption context's key is a test's own. */
const keyPattern = (name: string) =>
  name
    .replace(/^(aws:\w+Tag|kms:EncryptionContext:|ec2:\w+Tag)[/:]?.*$/, '$1/…')
    .replace(/(Attribute)\/.*$/, '$1/…');

/** What an operation needs, and the same with each other member that it takes, one at a time. */
function inputsOf(operation: Operation, pool: Pool): object[] {
  const least = plausibleInput(operation, pool);
  const others = operation.shape.input.members.filter(({ name }) => !(name in least));
  return [least, ...others.map((member) => ({ ...least, [member.name]: plausible(member, pool) }))];
}

/** One line a check, in order: `ec2:CreateVolume  ec2:CreateTags on ec2 volume  (aws:TagKeys, …)`. */
export async function checkedActions(
  server: TestServer,
  operations: readonly Operation[],
  nobody: Readonly<Record<string, AnyClient>>,
  pool: Pool,
): Promise<string[]> {
  const lines: string[] = [];
  for (const operation of operations) {
    const found = new Map<string, Set<string>>();
    for (const input of inputsOf(operation, pool)) {
      const { requestId } = await callByName(nobody, operation, input);
      const records = requestId ? await auditRecords(server, { requestId }) : [];
      for (const { action, resource, evidence } of records.flatMap(({ decisions }) => decisions)) {
        const check = `${action} on ${resourceType(resource)}`;
        const keys = found.get(check) ?? new Set();
        for (const name of Object.keys(evidence?.conditions ?? {}))
          if (isOwnKey(name)) keys.add(keyPattern(name));
        found.set(check, keys);
      }
    }
    const name = `${operation.service.id}:${operation.name}`;
    if (found.size === 0) lines.push(`${name}: no check`);
    for (const [check, keys] of found)
      lines.push(`${name}: ${check}${keys.size > 0 ? ` (${[...keys].sort().join(', ')})` : ''}`);
  }
  return lines.sort();
}
