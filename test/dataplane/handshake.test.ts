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
  return { step, types, handshake };
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
