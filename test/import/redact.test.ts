/** Whatever people wrote into policies and tags is under a pseudonym, wherever it stands, and what AWS decides by it stays. */
import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
import { test } from 'node:test';
import type { Use } from '../../src/import/cloudtrail/use.ts';
import { Redaction } from '../../src/import/redact.ts';
import { addressBits } from '../../src/import/redact-address.ts';
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
  // Short, so that names of many words are none the longer than AWS lets them be.
  assert.match(text, /"Note":"x[0-9a-f]{7}"/);
});

test('each digit of an id becomes another, but for the one that says which kind of UUID it is', () => {
  const hex = '0123456789abcdef0';
  const uuid = '01234567-89ab-4cde-8f01-23456789abcd';
  const kept = (id: string) => {
    const made = Array.from({ length: 100 }, (_, secret) => new Redaction(`secret ${secret}`).apply(id));
    return [...id].map((char, at) => (made.every((each) => each[at] === char) ? char : '.')).join('');
  };
  assert.deepEqual([`vol-${hex}`, `AROA${'ABCDEFGHIJKLMNOPQ'}`, `"${uuid}"`].map(kept), [
    'vol-.................',
    'AROA.................',
    '"........-....-4...-....-............"',
  ]);
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
  const parts = ['q', 'z', 'qz', 'zq', 'qzz', 'zqq'];
  const all = parts.flatMap((one) => [`${one}*`, `*${one}`, ...parts.map((other) => `${one}*${other}`)]);
  // In `qzzqq` the beginning `qzz` and the ending `zqq` share a letter.
  const words = parts.flatMap((one) => [
    one,
    ...parts.flatMap((other) => [`${one}x${other}`, `${one}${other}`, `${one}${other.slice(1)}`]),
  ]);
  // Two or three at a time: with more, each word is cut at every letter.
  for (let at = 0; at < all.length; at++) {
    const patterns = [at, at * 5 + 3, ...(at % 2 ? [at * 11 + 7] : [])].map(
      (n) => all[n % all.length] as string,
    );
    const Resource = patterns.map((each) => `arn:aws:s3:::${each}`);
    const redaction = redacted({ Policy: JSON.stringify({ Statement: [{ Resource }] }), Names: words });
    for (const pattern of patterns)
      for (const word of words.filter((each) => matchesGlob(each, pattern)))
        assert.ok(
          matchesGlob(redaction.apply(word), redaction.apply(pattern)),
          `${pattern} of ${patterns} ${word}`,
        );
  }
});

/** Of a text of a snapshot: what is left of it. */
function redacted(
  output: Record<string, unknown>,
  recorded: Partial<Parameters<Redaction['learn']>[1]> = {},
) {
  const reads = new Reads();
  reads.add(read('ec2:DescribeInstances', output));
  const redaction = new Redaction('a secret');
  redaction.learn(reads, { uses: [], events: [], ...recorded });
  return redaction;
}

test('what AWS says of a state stays, what people say within it does not', () => {
  const output = {
    State: { Code: 80, Name: 'stopped', Remark: 'falcon' },
    Owner: { Name: 'eagle', State: 'pending' },
    StateTransition: { Name: 'heron' },
  };
  const text = redacted(output).apply(JSON.stringify(output));
  for (const kept of ['stopped', 'pending']) assert.ok(text.includes(`"${kept}"`), `${kept}: ${text}`);
  for (const hidden of ['falcon', 'eagle']) assert.ok(!text.includes(hidden), `${hidden}: ${text}`);
});

test('nor in what uses of keys are counted by: encryption contexts, grants, sessions', () => {
  const [context, grant] = [
    { shipment: 'cargo', ebs: 'crate' },
    {
      granteePrincipal: 'arn:aws:iam::444455556666:role/raven',
      operations: ['Decrypt'],
      constraints: { encryptionContextSubset: { vessel: 'mary' } },
    },
  ];
  const use = {
    ...{ identity: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/heron', id: 'AIDAEXAMPLEEXAMPLE12' },
    ...{ account: '111122223333', source: 'kms', name: 'CreateGrant', resource: '', error: '', denied: '' },
    ...{ context: JSON.stringify(context), grant: JSON.stringify(grant), sessions: ['lighthouse'] },
  } as unknown as Use;
  const text = redacted({}, { uses: [use] }).apply(JSON.stringify(use));
  const chosen = [
    'shipment',
    'cargo',
    'crate',
    'raven',
    'vessel',
    'mary',
    'heron',
    'lighthouse',
    '444455556666',
  ];
  assert.deepEqual(
    chosen.filter((word) => text.includes(word)),
    [],
    text,
  );
  for (const kept of ['granteePrincipal', 'operations', 'Decrypt', 'encryptionContextSubset', 'CreateGrant'])
    assert.ok(text.includes(kept), `${kept}: ${text}`);
});

test('addresses of each kind stay of their kind, and share as many first bits with one another as they did', () => {
  const bitsOf = (address: string) => addressBits(address)?.bits ?? '';
  const shared = (one: string, other: string) => [...one].findIndex((bit, at) => bit !== other[at]);
  const kinds: Readonly<Record<string, readonly [addresses: readonly string[], form: RegExp]>> = {
    ipv4: [
      ['203.0.113.7', '203.0.113.6', '203.0.112.7', '198.51.100.255', '10.0.0.9', '10.255.0.9', '172.31.9.1'],
      /^\d{1,3}(?:\.\d{1,3}){3}$/,
    ],
    ipv6: [['2001:db8::1', '2001:db8::2', '2001:db9::1', 'fd00::9', 'fe80::9'], /^[0-9a-f:]+$/],
    mac: [
      Array.from({ length: 40 }, (_, at) =>
        ['02', 'ff', '0a', '10', 'ee', (at * 6).toString(16).padStart(2, '0')].join(':'),
      ),
      /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/,
    ],
    'mac with dashes': [['02-aa-bb-cc-dd-ee', '06-aa-bb-cc-dd-ee'], /^[0-9a-f]{2}(?:-[0-9a-f]{2}){5}$/],
  };
  for (const [kind, [addresses, form]] of Object.entries(kinds)) {
    const redaction = redacted({ Addresses: addresses });
    const now = addresses.map((address) => redaction.apply(address));
    for (const [at, address] of now.entries()) {
      assert.match(address, form);
      assert.notEqual(address, addresses[at]);
      for (const [other, before] of addresses.entries())
        assert.equal(
          shared(bitsOf(address), bitsOf(now[other] as string)),
          shared(bitsOf(addresses[at] as string), bitsOf(before)),
          `${kind}: ${addresses[at]} and ${before} are ${address} and ${now[other]}`,
        );
    }
  }
});

test('an address is in the same networks of those by which AWS decides, and no other one comes into them', () => {
  const networks: Readonly<Record<string, readonly [inside: string, beside: readonly string[]]>> = {
    '00001010': ['10.1.2.3', ['11.1.2.3', '8.1.2.3', '74.1.2.3']],
    '101011000001': ['172.20.1.2', ['172.32.1.2', '172.15.1.2', '44.20.1.2']],
    '1100000010101000': ['192.168.1.2', ['192.169.1.2', '192.40.1.2', '64.168.1.2']],
    '0110010001': ['100.100.1.2', ['100.128.1.2', '100.63.1.2', '228.100.1.2']],
    '1110': ['225.1.2.3', ['200.1.2.3', '97.1.2.3']],
    '001': ['2600:1f18::5', ['4600:1f18::5', 'a600:1f18::5']],
    '11111101': ['fd12:3456::5', ['fc12:3456::5', 'f512:3456::5']],
    '1111111010': ['fe80::1234', ['fec0::1234', 'fe40::1234']],
    '11111111': ['ff12::1234', ['fe12::1234', '7f12::1234']],
    '00000010': ['02:11:22:33:44:55', ['03:11:22:33:44:55', '0a:11:22:33:44:55', '82:11:22:33:44:55']],
  };
  for (const [first, [inside, beside]] of Object.entries(networks)) {
    const redaction = redacted({ Addresses: [inside, ...beside] });
    for (const address of [inside, ...beside]) {
      const now = redaction.apply(address);
      assert.notEqual(now, address);
      assert.equal(addressBits(now)?.bits.startsWith(first), address === inside, `${address} is ${now}`);
    }
  }
});

test('a network stays one, with its own address first in it and of the same length', () => {
  const networks = [
    '10.1.0.0/16',
    '10.1.2.0/24',
    '10.1.2.128/25',
    '172.16.0.0/12',
    '203.0.113.64/26',
    '203.0.113.7/32',
    '2001:db8::/32',
    '2001:db8:1::/48',
    'fd00::/8',
  ];
  const redaction = redacted({ CidrBlocks: networks });
  for (const network of networks) {
    const [address = '', length = ''] = redaction.apply(network).split('/');
    assert.equal(length, network.split('/')[1], network);
    const bits = addressBits(address)?.bits ?? '';
    assert.match(bits.slice(Number(length)), /^0*$/, `${network} is ${address}/${length}`);
  }
  // An address within a network is none: its own bits are others', too.
  const [, ...others] = ['10.1.2.3/16', '10.1.2.4/16', '10.1.2.5/16'].map((each) => redaction.apply(each));
  assert.ok(others.some((each) => !each.endsWith('.0.0/16')));
  for (const open of ['0.0.0.0/0', '127.0.0.1', '169.254.169.254', '255.255.255.255'])
    assert.equal(redaction.apply(open), open);
});

test('what a policy does not say is nobody’s word: names like "undefined" go with the others', () => {
  const documents = [
    {},
    { Statement: [] },
    { Statement: {} },
    { Statement: [null, 'x', 7] },
    { Statement: { Action: 'kms:Decrypt', Condition: null } },
    { Statement: { NotAction: ['kms:Decrypt'], Condition: { StringEquals: null } } },
    { Statement: { Condition: { StringEquals: { 'aws:RequestTag': ['kept'], 'kms:ViaService': [] } } } },
  ].map((document) => JSON.stringify(document));
  const output = {
    Documents: [...documents, '{ no document'],
    Names: ['undefined', 'NaN', 'object', 'document', 'falcon:heron'],
    Ids: ['AIDAEXAMPLEEXAMPLE12:lighthouse', '111122223333:eagle', 'raven'],
    Text: { $lines: ['{"Statement":', '{"Sid":"gull"}}'] },
  };
  const text = redacted(output).apply(JSON.stringify(output));
  const chosen = 'undefined NaN document falcon heron lighthouse eagle raven gull kept'.split(' ');
  assert.deepEqual(
    chosen.filter((word) => new RegExp(`\\b${word}\\b`).test(text)),
    [],
    text,
  );
  for (const kept of ['kms:Decrypt', 'StringEquals', 'aws:RequestTag', 'NotAction', 'AIDA'])
    assert.ok(text.includes(kept), `${kept}: ${text}`);
});
