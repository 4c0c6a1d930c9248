/** The package as it would be installed: one bundle, and the worker that it starts by its file name. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '../../tools/build.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-package-'));
  cpSync(root('package.json'), join(directory, 'package.json'));
  cpSync(root('bin'), join(directory, 'bin'), { recursive: true });
  await buildPackage(join(directory, 'dist'));
});

after(() => rmSync(directory, { recursive: true, force: true }));

/** The story of an encrypted volume, in a program that needs nothing but the environment that `exec` gives it. */
const PROGRAM = `
import { EC2Client, CreateVolumeCommand, DescribeVolumesCommand } from '${import.meta.resolve('@aws-sdk/client-ec2')}';
const ec2 = new EC2Client({});
const { VolumeId } = await ec2.send(
  new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true }),
);
for (let polls = 0; polls < 200; polls++) {
  const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
  if (Volumes[0].State === 'available') process.exit(7);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
`;

test('the bundle serves a client, its block worker included, and passes on the exit code', async () => {
  const command = [process.execPath, '--input-type=module', '--eval', PROGRAM];
  const script = join(directory, 'bin/latchkey.js');
  const child = spawn(process.execPath, [script, 'exec', '--ephemeral', '--delays', '0', '--', ...command], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 7, complaints);
  assert.doesNotMatch(complaints, /latchkey:/);
});
