/** Whatever people wrote into policies and tags is under a pseudonym, wherever it stands, and what AWS decides by it stays. */
import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
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

/** Names as people and AWS give them, some of which are words that AWS puts before ids. */
function generated(seed: number) {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const hex = (length: number) => Array.from({ length }, () => next(16).toString(16)).join('');
  const pick = <T>(of: readonly T[]): T => of[next(of.length)] as T;
  const letters = (length: number) =>
    Array.from({ length }, () => String.fromCharCode(97 + next(26))).join('');
  // Made words have a q: none is one of AWS's.
  const chosen = Array.from({ length: 8 }, () => `q${letters(7)}`);
  const name = () => `${pick(chosen)}-${pick(['ami', 'vol', 'i', 'sg', 'key', 'snap'])}-${pick(chosen)}`;
  const account = String(100_000_000_000 + next(2 ** 24) * 1000);
  const id = `${hex(8)}-12ab-34cd-56ef-${hex(12)}`;
  const userId = `AIDA${Array.from({ length: 17 }, () => pick([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'])).join('')}`;
  const ids = ['i', 'vol', 'snap', 'ami', 'sg', 'eni', 'key'].map((prefix) => `${prefix}-${hex(17)}`);
  const prints = {
    rsa: Array.from({ length: 20 }, () => hex(2)).join(':'),
    ed25519: `${hex(21)}/${hex(21)}=`,
  };
  const address = `203.0.${next(256)}.${next(256)}`;
  const Policy = JSON.stringify({
    Statement: {
      ...{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:role/${name()}` } },
      ...{ Action: 'kms:Decrypt', Resource: '*' },
      Condition: { StringLike: { 'aws:userid': [userId, `${userId}:${pick(chosen)}`] } },
    },
  });
  const output = {
    Policy,
    Images: [{ ImageId: ids[3], Name: name(), OwnerId: account }],
    Volumes: ids.map((VolumeId) => ({ VolumeId, Tags: [{ Key: pick(chosen), Value: name() }] })),
    KeyPairs: [
      { KeyName: name(), KeyFingerprint: prints.rsa },
      { KeyName: name(), KeyFingerprint: prints.ed25519 },
    ],
    Keys: [{ KeyArn: `arn:aws:kms:us-east-1:${account}:key/${id}`, KeyId: id }],
    Addresses: [{ PublicIp: address }],
  };
  return { output, ids, secret: [...chosen, account, id, userId, ...ids, ...Object.values(prints), address] };
}

test('of any snapshot nothing that it had is left, each of AWS’s ids is one still, and so it is once more', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { output, ids, secret } = generated(seed);
    let before: Record<string, unknown> = output;
    let left = secret;
    for (const round of [1, 2]) {
      const reads = new Reads();
      reads.add(read('ec2:DescribeVolumes', before));
      const redaction = new Redaction(`secret ${seed} ${round}`);
      redaction.learn(reads, { uses: [], events: [] });
      const text = redaction.apply(JSON.stringify(before));
      assert.deepEqual(
        left.filter((each) => text.includes(each)),
        [],
        `seed ${seed}, round ${round}: ${text}`,
      );
      assert.equal(redaction.apply(JSON.stringify(before)), text);
      const after = JSON.parse(text) as typeof output;
      const now = after.Volumes.map(({ VolumeId }) => VolumeId as string);
      assert.deepEqual(
        now.map((each) => each.replace(/[0-9a-f]{17}$/, '')),
        ids.map((each) => each.replace(/[0-9a-f]{17}$/, '')),
      );
      assert.equal(after.Images[0]?.ImageId, now[3]);
      left = now;
      before = after;
    }
  }
});

test('patterns within one another match what they matched', () => {
  const patterns = ['w*', 'we*', 'web*', '*b', '*eb', 'we*b', 'x*'];
  const words = ['w', 'we', 'web', 'wbb', 'wxeb', 'webeb', 'xeb', 'ebw'];
  const Resource = patterns.map((each) => `arn:aws:s3:::${each}`);
  const reads = new Reads();
  reads.add(
    read('kms:GetKeyPolicy', { Policy: JSON.stringify({ Statement: [{ Resource }] }), Names: words }),
  );
  const redaction = new Redaction('secret');
  redaction.learn(reads, { uses: [], events: [] });
  for (const pattern of patterns) {
    const matched = words.filter((word) => matchesGlob(word, pattern));
    assert.notEqual(matched.length, 0);
    for (const word of matched)
      assert.ok(matchesGlob(redaction.apply(word), redaction.apply(pattern)), `${pattern} ${word}`);
  }
});
