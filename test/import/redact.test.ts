/** Whatever people wrote into policies and tags is under a pseudonym, wherever it stands, and what AWS decides by it stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redaction } from '../../src/import/redact.ts';
import { readFiles } from '../../src/import/snapshot/folder.ts';
import { type Read, Reads } from '../../src/import/snapshot/snapshot.ts';
import { isUnredactedFile } from '../../src/import/unredacted.ts';

const read = (operation: string, output: Record<string, unknown>): Read => ({
  operation,
  account: '111122223333',
  region: 'us-east-1',
  input: {},
  at: '2026-11-28T09:22:48Z',
  from: 'aws',
  output,
});

test('no word that people chose survives in a policy: unknown keys, defaults of variables, foreign ARNs, addresses', () => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Id: 'merger',
    Statement: [
      {
        Sid: 'projectfalcon',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::444455556666:role/teamraven/payroll' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: [
          'arn:aws:s3:::acquisitions/quarter*',
          'arn:aws:dynamodb:us-east-1:111122223333:table/salaries',
        ],
        Condition: {
          StringEquals: {
            'kms:ViaService': 'ec2.us-east-1.amazonaws.com',
            'acme:Department': 'treasury',
            'aws:PrincipalTag/clearance': 'topsecret',
            'aws:ResourceTag/owner': `\${aws:PrincipalTag/crew, 'nobodyspecial'}`,
          },
          DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
          IpAddress: { 'aws:SourceIp': ['203.0.113.7/32', '2001:db8:1234::/48', '::ffff:203.0.113.9'] },
        },
      },
    ],
  });
  const reads = new Reads();
  reads.add(read('kms:GetKeyPolicy', { Policy }));
  const redaction = new Redaction('a secret');
  redaction.learn(reads, { uses: [], events: [] });
  const text = redaction.apply(JSON.stringify({ Policy }));
  const chosen =
    'merger projectfalcon 444455556666 teamraven payroll acquisitions quarter salaries acme treasury clearance topsecret owner crew nobodyspecial 203.0.113.7 2001:db8:1234 203.0.113.9'.split(
      ' ',
    );
  assert.deepEqual(
    chosen.filter((word) => text.includes(word)),
    [],
  );
  for (const kept of [
    'kms:Decrypt',
    'kms:GenerateDataKey*',
    'ec2.us-east-1.amazonaws.com',
    'aws:PrincipalTag/',
    '2027-01-01T00:00:00Z',
    'arn:aws:s3:::',
    `\${aws:PrincipalTag/`,
  ])
    assert.ok(text.includes(kept), kept);
});

test('nor in members that nobody here reads, in sentences, tags, addresses of mail, and encryption contexts', () => {
  const event = {
    eventName: 'Decrypt',
    errorMessage:
      "User: x is not authorized to perform: kms:Decrypt because 'lighthouse' and blue-harbour are not there",
    requestParameters: { encryptionContext: { shipment: 'cargo' } },
    additionalEventData: { ticketOf: 'bluebird', contacts: ['anne.smith@example.org'] },
  };
  const reads = new Reads();
  reads.add(
    read('ec2:DescribeVolumes', {
      Volumes: [{ Note: 'redwood', Tags: [{ Key: 'Plan', Value: 'sapphire' }] }],
    }),
  );
  const redaction = new Redaction('a secret');
  redaction.learn(reads, { uses: [], events: [event] });
  const text = [event, ...reads.all()].map((each) => redaction.apply(JSON.stringify(each))).join('\n');
  const chosen = 'lighthouse harbour shipment cargo bluebird anne smith redwood Plan sapphire'.split(' ');
  assert.deepEqual(
    chosen.filter((word) => new RegExp(`\\b${word}\\b`).test(text)),
    [],
  );
  assert.match(text, /is not authorized to perform: kms:Decrypt because/);
  assert.match(text, /"eventName":"Decrypt"/);
});

test('nor in templates of stacks, which are left out', () => {
  const reads = new Reads();
  const TemplateBody = '{"Resources": {"Falcon": {"Type": "AWS::KMS::Key"}}}';
  reads.add(read('cloudformation:GetTemplate', { TemplateBody }));
  reads.add(read('ec2:DescribeVolumes', { Volumes: [{ Note: 'Resources of Falcon' }] }));
  const redaction = new Redaction('a secret');
  redaction.learn(reads, { uses: [], events: [] });
  assert.deepEqual(
    [...readFiles(reads)].map(([path]) => path).filter((path) => !isUnredactedFile(path)),
    ['accounts/111122223333/us-east-1/ec2/DescribeVolumes.json'],
  );
});
