/** `latchkey exec`: explanations of what a command was denied, and warnings about clients that would call AWS itself. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Place, placeFor } from '../worlds/cli-process.ts';

const CLIENT = import.meta.resolve('@aws-sdk/client-kms');

/** Makes a key, and where that is denied tries again, and something else too. */
const DENIED = `
import { KMSClient, CreateKeyCommand, ListKeysCommand } from '${CLIENT}';
const kms = new KMSClient({});
for (const command of [new CreateKeyCommand({}), new CreateKeyCommand({}), new ListKeysCommand({})])
  await kms.send(command).catch(() => (process.exitCode = 3));
`;

describe('exec --explain', () => {
  const run = (place: Place, ...options: string[]) =>
    place.run([
      'exec',
      '--ephemeral',
      '--explain',
      ...options,
      '--',
      process.execPath,
      '--input-type=module',
      '-e',
      DENIED,
    ]);

  test('explains each denial once, after the command, whose exit code it keeps', async (t) => {
    const { code, stdout, stderr } = await run(placeFor(t), '--as', 'user/john');
    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /^\n2 different calls were denied while the command ran\.\n\n/);
    assert.equal(stderr.match(/user john may not kms:CreateKey/g)?.length, 1, stderr);
    assert.match(stderr, /user john may not kms:ListKeys/);
    assert.equal(stderr.match(/How to fix it/g)?.length, 2);
  });

  test('has nothing to say where nothing was denied', async (t) => {
    const { code, stderr } = await run(placeFor(t), '--admin');
    assert.deepEqual([code, stderr], [0, '']);
  });
});

describe('a client that is too old', () => {
  /** A program of that name, first on the PATH. */
  function program(t: TestContext, name: string, text: string): { place: Place; PATH: string } {
    const place = placeFor(t);
    const bin = join(place.directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
    return { place, PATH: `${bin}:${process.env.PATH}` };
  }
  const WARNING =
    /latchkey: WARNING: (.*) ignores AWS_ENDPOINT_URL: .* go to AWS ITSELF\. Use (\S+) or newer/;

  for (const [banner, expected] of [
    ['aws-cli/2.9.19 Python/3.11.2 Linux/6.1', ['aws-cli 2 2.9.19', '2.13.0']],
    ['aws-cli/1.22.34 Python/3.10.12 Linux/5.15 botocore/1.23.34', ['aws-cli 1 1.22.34', '1.29.0']],
    ['aws-cli/2.13.0 Python/3.11.4', undefined],
    ['aws-cli/2.31.5 Python/3.13.7', undefined],
    ['aws-cli/1.29.0 Python/3.8', undefined],
    ['something else', undefined],
  ] as const) {
    test(`${banner}: ${expected ? 'a warning' : 'none'}`, async (t) => {
      const { place, PATH } = program(t, 'aws', `#!/bin/sh\necho '${banner}'\n`);
      const { code, stderr } = await place.run(['exec', '--ephemeral', '--', 'aws'], { PATH });
      assert.equal(code, 0);
      assert.deepEqual(WARNING.exec(stderr)?.slice(1), expected, stderr);
    });
  }

  for (const [version, args, isWarned] of [
    ['1.45.11', ['sqs', 'list-queues'], true],
    ['1.45.11', ['--region', 'eu-west-1', 'rds', 'describe-db-instances'], true],
    ['1.45.11', ['sqs', 'list-queues', '--endpoint-url', 'http://127.0.0.1:4599'], false],
    ['1.45.11', ['--endpoint-url=http://127.0.0.1:4599', 'sqs', 'list-queues'], false],
    ['1.45.11', ['kms', 'list-keys'], false],
    ['2.31.5', ['sqs', 'list-queues'], false],
  ] as const) {
    test(`aws-cli ${version} ${args.join(' ')}: ${isWarned ? 'a warning' : 'none'}`, async (t) => {
      const { place, PATH } = program(t, 'aws', `#!/bin/sh\necho 'aws-cli/${version} Python/3.11.7'\n`);
      const { code, stderr } = await place.run(['exec', '--ephemeral', '--', 'aws', ...args], { PATH });
      assert.equal(code, 0);
      const warned = /WARNING: the AWS CLI 1 ignores AWS_ENDPOINT_URL for (\w+): .* go to AWS ITSELF/.exec(
        stderr,
      );
      assert.equal(warned?.[1], isWarned ? args.find((word) => /^(sqs|rds)$/.test(word)) : undefined, stderr);
    });
  }

  test('a script is judged by the botocore of its Python', async (t) => {
    const { place, PATH } = program(t, 'python3.99', '#!/bin/sh\necho botocore 1.29.27\n');
    const script = join(place.directory, 'bin/pytest');
    writeFileSync(script, `#!${join(place.directory, 'bin/python3.99')}\n`);
    chmodSync(script, 0o755);
    const { stderr } = await place.run(['exec', '--ephemeral', '--', 'pytest'], { PATH });
    assert.deepEqual(WARNING.exec(stderr)?.slice(1), ['botocore 1.29.27', '1.31.0'], stderr);
  });

  test('Terraform is judged by the provider that init chose', async (t) => {
    const { place, PATH } = program(t, 'terraform', '#!/bin/sh\n');
    const lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "4.67.0"\n}\n';
    writeFileSync(join(place.directory, '.terraform.lock.hcl'), lock);
    const { stderr } = await place.run(['exec', '--ephemeral', '--', 'terraform', 'plan'], { PATH });
    assert.deepEqual(WARNING.exec(stderr)?.slice(1), ['Terraform provider hashicorp/aws 4.67.0', '5.0.0']);
  });

  for (const [template, isWarned] of [
    ['source "amazon-ebs" "image" {}\n', true],
    ['source "amazon-ebs" "image" { custom_endpoint_ec2 = env("AWS_ENDPOINT_URL") }\n', false],
    ['source "qemu" "image" {}\n', false],
  ] as const) {
    test(`Packer is judged by its template: ${template.trim()}`, async (t) => {
      const { place, PATH } = program(t, 'packer', '#!/bin/sh\n');
      writeFileSync(join(place.directory, 'image.pkr.hcl'), template);
      const { stderr } = await place.run(['exec', '--ephemeral', '--', 'packer', 'build', '.'], { PATH });
      assert.equal(/Packer's Amazon plugin .* go to AWS ITSELF/.test(stderr), isWarned, stderr);
    });
  }
});
