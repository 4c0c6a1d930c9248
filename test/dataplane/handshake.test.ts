/** The haggling before an export is served, byte by byte: what each end sends, how much, and when TLS must come first. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createBlockHost } from '../../src/dataplane/create-block-host.ts';
import { Handshake } from '../../src/dataplane/nbd/handshake.ts';
import { HANDSHAKE_FLAG, OPTION, OPTION_MAGIC, OPTION_REPLY } from '../../src/dataplane/nbd/protocol.ts';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { NbdClient } from './nbd-client.ts';

const EXPORT = { name: 'vol-1', sizeBytes: 1 << 20, unitBytes: 4096 };
const GREETING_BYTES = 18;

function flags(value = HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function option(code: number, data: Uint8Array = Buffer.alloc(0), length = data.length): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE(OPTION_MAGIC, 0);
  head.writeUInt32BE(code, 8);
  head.writeUInt32BE(length, 12);
  return Buffer.concat([head, data]);
}

/** `OPTION_GO` for an export, without a wish for information. */
function go(name: string): Buffer {
  const data = Buffer.alloc(4 + name.length + 2);
  data.writeUInt32BE(name.length, 0);
  data.write(name, 4);
  return option(OPTION.go, data);
}

/** Hands in what a client sends, piece by piece, and tells the last step and the types of the replies. */
function haggle(tls: 'absent' | 'required', ...pieces: readonly Buffer[]) {
  const sent: Buffer[] = [];
  const handshake = new Handshake(EXPORT, (bytes) => sent.push(Buffer.from(bytes)), tls);
  handshake.greet();
  let step = handshake.receive(Buffer.alloc(0));
  for (const piece of pieces) step = handshake.receive(piece);
  const replies = Buffer.concat(sent).subarray(GREETING_BYTES);
  const types: number[] = [];
  for (let at = 0; at + 20 <= replies.length; at += 20 + replies.readUInt32BE(at + 16)) {
    types.push(replies.readUInt32BE(at + 12));
  }
  return { step, types, handshake, sent: Buffer.concat(sent) };
}

describe('a handshake', () => {
  test('ends with the flags that it does not know', () => {
    for (const [value, next] of [
      [0, 'more'],
      [1, 'more'],
      [2, 'more'],
      [3, 'more'],
      [4, 'closed'],
      [7, 'closed'],
      [1 << 16, 'closed'],
    ] as const) {
      assert.equal(haggle('absent', flags(value)).step.next, next, `${value}`);
    }
  });

  test('waits for an option that is under way, and takes 8192 bytes of one and no more', () => {
    const largest = option(77, Buffer.alloc(8192));
    assert.deepEqual(haggle('absent', flags(), largest).types, [OPTION_REPLY.unsupported]);
    for (const cut of [15, 16, 17, largest.length - 1]) {
      const { step, types } = haggle('absent', flags(), largest.subarray(0, cut));
      assert.deepEqual([step.next, types], ['more', []], `${cut}`);
    }
    // Refused by its length alone, before anything of it has come.
    const { step, types } = haggle('absent', flags(), option(77, undefined, 8193));
    assert.deepEqual([step.next, types], ['closed', [OPTION_REPLY.tooBig]]);
  });

  test('answers to its name and to the empty one', () => {
    for (const [name, next] of [
      ['vol-1', 'transmission'],
      ['', 'transmission'],
      ['vol-2', 'more'],
    ] as const) {
      assert.equal(haggle('absent', flags(), go(name)).step.next, next, name);
    }
  });

  test('hands on what came after the choice', () => {
    const { step } = haggle('absent', flags(), Buffer.concat([go('vol-1'), Buffer.from('request')]));
    assert.equal(step.next === 'transmission' && step.rest.toString(), 'request');
  });
});

/** In the numbers of the protocol (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md). */
describe('what is said, byte by byte:', () => {
  const u16 = (value: number) => value.toString(16).padStart(4, '0');
  const u32 = (value: number) => value.toString(16).padStart(8, '0');
  const text = (value: string) => Buffer.from(value).toString('hex');
  const sized = (value: string) => u32(value.length) + text(value);
  const reply = (code: number, type: number, data = '') =>
    `0003e889045565a9${u32(code)}${u32(type)}${u32(data.length / 2)}${data}`;
  const asked = (code: number, data = '') => option(code, Buffer.from(data, 'hex'));
  const [NAME, ABORT, LIST, INFO, GO, STRUCTURED, LIST_CONTEXTS, SET_CONTEXTS] = [1, 2, 3, 6, 7, 8, 9, 10];
  const [ACK, SERVER, INFORMATION, CONTEXT] = [1, 2, 3, 4];
  const [UNSUPPORTED, INVALID, UNKNOWN] = [0x80000001, 0x80000003, 0x80000006];
  /** Has flags; flush, FUA, trim, write-zeroes, multi-conn; and DF where replies are structured. */
  const [FLAGS, WITH_DF] = [0x16d, 0x1ed];
  const SIZE = '0000000000100000';
  const known = (code: number, transmission: number) =>
    reply(code, INFORMATION, u16(0) + SIZE + u16(transmission)) +
    reply(code, INFORMATION, u16(3) + u32(1) + u32(4096) + u32(32 * 1024 * 1024)) +
    reply(code, ACK);
  const base = 'base:allocation';
  const contexts = (name: string, ...queries: string[]) =>
    sized(name) + u32(queries.length) + queries.map(sized).join('');
  const structured = [asked(STRUCTURED), reply(STRUCTURED, ACK)] as const;

  for (const [what, options, expected, next = 'more', clientFlags = 3] of [
    ['a name, with no zeroes', [asked(NAME, text('vol-1'))], SIZE + u16(FLAGS), 'transmission'],
    ['a name, with zeroes', [asked(NAME)], SIZE + u16(FLAGS) + '00'.repeat(124), 'transmission', 1],
    ['another name', [asked(NAME, text('vol-2'))], '', 'closed'],
    ['list', [asked(LIST)], reply(LIST, SERVER, sized('vol-1')) + reply(LIST, ACK)],
    ['list of something', [asked(LIST, '00')], reply(LIST, INVALID)],
    ['info', [asked(INFO, `${sized('vol-1')}0000`)], known(INFO, FLAGS)],
    ['info, with wishes', [asked(INFO, `${sized('')}0002${u16(3)}${u16(1)}`)], known(INFO, FLAGS)],
    [
      'info, with fewer wishes than it says',
      [asked(INFO, `${sized('')}0002${u16(3)}`)],
      reply(INFO, INVALID),
    ],
    ['info, with more', [asked(INFO, `${sized('')}0000${u16(3)}`)], reply(INFO, INVALID)],
    ['go', [asked(GO, `${sized('')}0000`)], known(GO, FLAGS), 'transmission'],
    ['go elsewhere', [asked(GO, `${sized('vol')}0000`)], reply(GO, UNKNOWN)],
    [
      'structured replies',
      [structured[0], asked(INFO, `${sized('')}0000`)],
      structured[1] + known(INFO, WITH_DF),
    ],
    ['structured replies with data', [asked(STRUCTURED, '00')], reply(STRUCTURED, INVALID)],
    ['a context without them', [asked(SET_CONTEXTS, contexts('', base))], reply(SET_CONTEXTS, INVALID)],
    ...['vol-1', ''].map(
      (name) =>
        [
          `a context of '${name}'`,
          [structured[0], asked(SET_CONTEXTS, contexts(name, 'other', base))],
          structured[1] + reply(SET_CONTEXTS, CONTEXT, u32(1) + text(base)) + reply(SET_CONTEXTS, ACK),
        ] as const,
    ),
    [
      'a context of another volume',
      [structured[0], asked(SET_CONTEXTS, contexts('vol-2', base))],
      structured[1] + reply(SET_CONTEXTS, UNKNOWN),
    ],
    ...[[], ['base:']].map(
      (queries) =>
        [
          `set: ${queries}`,
          [structured[0], asked(SET_CONTEXTS, contexts('', ...queries))],
          structured[1] + reply(SET_CONTEXTS, ACK),
        ] as const,
    ),
    ...[[], ['base:'], [base]].map(
      (queries) =>
        [
          `contexts: ${queries}`,
          [asked(LIST_CONTEXTS, contexts('', ...queries))],
          reply(LIST_CONTEXTS, CONTEXT, u32(0) + text(base)) + reply(LIST_CONTEXTS, ACK),
        ] as const,
    ),
    ['contexts: other', [asked(LIST_CONTEXTS, contexts('', 'other'))], reply(LIST_CONTEXTS, ACK)],
    ['contexts of another', [asked(LIST_CONTEXTS, contexts('vol-2'))], reply(LIST_CONTEXTS, UNKNOWN)],
    [
      'contexts beyond the data',
      [asked(LIST_CONTEXTS, sized('') + u32(2049))],
      reply(LIST_CONTEXTS, INVALID),
    ],
    ['contexts, with more', [asked(LIST_CONTEXTS, `${contexts('')}00`)], reply(LIST_CONTEXTS, INVALID)],
    ['abort', [asked(ABORT)], reply(ABORT, ACK), 'closed'],
    ['STARTTLS where there is none', [asked(5)], reply(5, UNSUPPORTED)],
    ['an option that there is not', [asked(4)], reply(4, UNSUPPORTED)],
  ] as const) {
    test(what, () => {
      const { step, sent } = haggle('absent', flags(clientFlags), ...options);
      assert.deepEqual(
        [sent.subarray(0, GREETING_BYTES).toString('hex'), step.next],
        [`${text('NBDMAGICIHAVEOPT')}0003`, next],
      );
      assert.equal(sent.subarray(GREETING_BYTES).toString('hex'), expected);
    });
  }

  test('what was agreed is handed on, and a context that is set anew takes the place of the old', () => {
    const set = asked(SET_CONTEXTS, contexts('', base));
    const other = asked(SET_CONTEXTS, contexts('', 'other'));
    for (const [options, structuredReplies, allocationContext] of [
      [[], false, false],
      [[structured[0]], true, false],
      [[structured[0], set], true, true],
      [[structured[0], set, other], true, false],
      [[structured[0], other, set], true, true],
      [[set, structured[0]], true, false],
    ] as const) {
      const { step } = haggle('absent', flags(), ...options, go(''));
      assert.ok(step.next === 'transmission');
      assert.deepEqual(step.agreement, { structuredReplies, allocationContext });
    }
  });

  test('before TLS', () => {
    const { sent } = haggle('required', flags(), asked(LIST), asked(5, '00'), asked(5));
    const expected = reply(LIST, 0x80000005) + reply(5, INVALID) + reply(5, ACK);
    assert.equal(sent.subarray(GREETING_BYTES).toString('hex'), expected);
    const { sent: large } = haggle('absent', flags(), option(77, undefined, 8193));
    assert.equal(large.subarray(GREETING_BYTES).toString('hex'), reply(77, 0x80000009));
  });
});

describe('where TLS is required', () => {
  test('nothing else is served before it, and an export not at all', () => {
    for (const code of [
      OPTION.list,
      OPTION.info,
      OPTION.go,
      OPTION.structuredReply,
      OPTION.setMetaContext,
      77,
    ]) {
      const { step, types } = haggle('required', flags(), option(code));
      assert.deepEqual([step.next, types], ['more', [OPTION_REPLY.tlsRequired]], `${code}`);
    }
    const { step, types } = haggle('required', flags(), option(OPTION.exportName, Buffer.from('vol-1')));
    assert.deepEqual([step.next, types], ['closed', []]);
    assert.deepEqual(haggle('required', flags(), option(OPTION.abort)).types, [OPTION_REPLY.ack]);
  });

  test('what was sent in plain along with STARTTLS is never taken for the secure client', () => {
    const { step, types } = haggle(
      'required',
      flags(),
      Buffer.concat([option(OPTION.startTls), go('vol-1').subarray(0, 1)]),
    );
    assert.deepEqual([step.next, types], ['closed', []]);
    assert.deepEqual(haggle('required', flags(), option(OPTION.startTls, Buffer.alloc(1))).types, [
      OPTION_REPLY.invalid,
    ]);
  });

  test('a volume is written and read behind it, by who trusts its certificate', async (t) => {
    const identity = await makeCertificate([], Date.now());
    const host = await createBlockHost({
      directory: undefined,
      entropy: systemEntropy(),
      tcp: { ...identity, host: '127.0.0.1' },
    });
    t.after(() => host.close());
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: 1 << 20, encrypted: false });
    const { nbdsUri = '' } = await host.attach('vol-1');
    const secured = async (ca?: string) => {
      const plain = connect(Number(new URL(nbdsUri).port), '127.0.0.1');
      const before = new NbdClient(plain);
      await before.greet();
      assert.equal((await before.option(OPTION.startTls))[0]?.type, OPTION_REPLY.ack);
      plain.removeAllListeners('data');
      const secure = connectTls({ socket: plain, ca, servername: 'localhost' });
      await once(secure, 'secureConnect');
      const client = new NbdClient(secure);
      await client.go('vol-1');
      return client;
    };
    const client = await secured(identity.certificate);
    assert.equal(client.sizeBytes, 1 << 20);
    await client.write(4096, Buffer.alloc(8192, 7));
    const again = await secured(identity.certificate);
    assert.ok((await again.read(4096, 8192)).equals(Buffer.alloc(8192, 7)));
    for (const each of [client, again]) each.socket.destroy();
    await assert.rejects(secured(), { code: /SELF_SIGNED|DEPTH_ZERO/ });
    await host.createVolume({ volumeId: 'vol-2', sizeBytes: 1 << 20, encrypted: false });
    const other = (await host.attach('vol-2')).nbdsUri ?? '';
    const ports = [nbdsUri, other].map((uri) => Number(new URL(uri).port));
    assert.ok(ports[0] !== ports[1] && ports.every((port) => port >= 1024), `${ports}`);
  });

  test('it begins anew behind it, without flags, and is asked for once', () => {
    const { step, types, handshake } = haggle('required', flags(), option(OPTION.startTls));
    assert.deepEqual([step.next, types], ['tls', [OPTION_REPLY.ack]]);
    assert.equal(handshake.afterTls(() => {}).receive(go('vol-1')).next, 'transmission');
    const replies: Buffer[] = [];
    const secured = handshake.afterTls((bytes) => replies.push(Buffer.from(bytes)));
    assert.equal(secured.receive(option(OPTION.startTls)).next, 'more');
    assert.equal(replies[0]?.readUInt32BE(12), OPTION_REPLY.unsupported);
  });
});
