/** `latchkey try-templates` on a folder of somebody's templates. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BIN, placeFor } from '../worlds/cli-process.ts';

test('prints which templates deploy, what the others need that is not served, and what failed', async (t) => {
  const { directory, environment } = placeFor(t);
  const folder = join(directory, 'templates');
  mkdirSync(join(folder, 'more'), { recursive: true });
  const resource = (Type: string, Properties: object) =>
    JSON.stringify({ Resources: { R: { Type, Properties } } });
  writeFileSync(join(folder, 'key.yaml'), 'Resources:\n  R: { Type: AWS::KMS::Key }\n');
  writeFileSync(join(folder, 'bucket.json'), resource('AWS::S3::Bucket', {}));
  writeFileSync(
    join(folder, 'more', 'size.template'),
    resource('AWS::EC2::Volume', { AvailabilityZone: 'us-east-1a' }),
  );
  writeFileSync(
    join(folder, 'web.yaml'),
    `Parameters:
  Key: {Type: 'AWS::EC2::KeyPair::KeyName'}
  Vpc: {Type: 'AWS::EC2::VPC::Id'}
  Ami: {Type: 'AWS::EC2::Image::Id'}
  Subnet: {Type: 'AWS::EC2::Subnet::Id'}
  VpcId: {Type: String}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
Resources:
  Group: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: web, VpcId: !Ref Vpc}}
  Web:
    Type: AWS::EC2::Instance
    Properties: {ImageId: !Ref Ami, InstanceType: t3.micro, KeyName: !Ref Key, SubnetId: !Select [1, !Ref Subnets], SecurityGroupIds: [!Ref Group]}
`,
  );
  writeFileSync(join(folder, 'notes.json'), '{}');
  writeFileSync(
    join(folder, 'waits.yaml'),
    `Resources:
  Handle: {Type: 'AWS::CloudFormation::WaitConditionHandle'}
  Wait:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: '300', Count: 2}
`,
  );
  const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) =>
    execFile(
      process.execPath,
      [BIN, 'try-templates', folder],
      { env: environment, cwd: directory },
      (error, out) => resolve({ code: error?.code ?? 0, stdout: out }),
    ),
  );
  assert.equal(code, 1);
  const lines = stdout.split('\n');
  assert.match(lines[0] ?? '', /^refused {3}bucket\.json +AWS::S3::Bucket$/);
  assert.match(lines[1] ?? '', /^deployed {2}key\.yaml$/);
  assert.match(lines[2] ?? '', /^failed {4}more\/size\.template +R: .*size/);
  assert.match(lines[3] ?? '', /^deployed {2}waits\.yaml +signals were sent for .*Handle/);
  assert.match(lines[4] ?? '', /^deployed {2}web\.yaml$/, 'with what an account has');
  assert.equal(lines[6], '5 templates: 3 deployed, 1 refused, 1 failed');
});
