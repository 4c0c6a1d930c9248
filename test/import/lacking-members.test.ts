/** Answers of tools and services that are not AWS's lack what AWS's have: each opens all the same, or says what it lacks. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateGrantCommand } from '@aws-sdk/client-kms';
import { SnapshotError } from '../../src/import/snapshot/snapshot.ts';
import { openImportedWorld } from '../../src/imported-world.ts';
import { filesUnder, readText } from '../../src/platform/node/folder.ts';
import { ACCOUNT, allow, allowing } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';

type Json = Record<string, unknown>;

/** The first of each kind of member below `value`, as what has it and its name. */
function* membersOf(value: unknown, seen: Set<string>, path = ''): Generator<[Json, string]> {
  if (Array.isArray(value)) for (const each of value) yield* membersOf(each, seen, `${path}[]`);
  if (!value || typeof value !== 'object' || Array.isArray(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = `${path}.${name}`;
    if (!seen.has(at)) yield [value as Json, name];
    seen.add(at);
    yield* membersOf(inner, seen, at);
  }
}

test('whatever member an answer lacks, the snapshot opens, or says which it is', async (t) => {
  const world = await ec2World(t);
  const KeyId = await world.newKey();
  await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }));
  const john = `arn:aws:iam::${ACCOUNT}:user/john`;
  await world.user('john', allowing('ec2:*'));
  await world.kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: john, Operations: ['Decrypt'] }));
  await world.server
    .client(IAMClient)
    .send(new CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('kms:Encrypt') }));
  const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId: KeyId };
  await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }] });
  await world.server.settled();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-lacking-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await importedFrom(world.server, folder);
  let opened = 0;
  let refused = 0;
  const crashes: string[] = [];
  for (const { name, path } of filesUnder(join(folder, 'accounts'))) {
    const text = readText(path);
    const { reads } = JSON.parse(text) as { reads: { output?: unknown }[] };
    const filed = JSON.parse(text) as Json;
    for (const [holder, member] of membersOf(
      reads.map(({ output }) => output),
      new Set(),
    )) {
      const { [member]: value } = holder;
      delete holder[member];
      writeFileSync(path, JSON.stringify({ ...filed, reads }));
      try {
        await (await openImportedWorld(folder)).close();
        opened++;
      } catch (error) {
        if (!(error instanceof SnapshotError))
          crashes.push(`${name} without ${member}: ${(error as Error).stack}`);
        refused++;
      }
      holder[member] = value;
    }
    writeFileSync(path, text);
  }
  assert.deepEqual(crashes, []);
  assert.ok(opened > 200 && refused > 10, `${opened} opened, ${refused} refused`);
});
