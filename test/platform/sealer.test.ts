import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { openEphemeralSealer, openSealer, RootKeyError, SealError } from '../../src/platform/node/sealer.ts';
import { recordWipes } from '../worlds/wiped.ts';

const entropy = systemEntropy();
const secret = Buffer.from('the material of a key');
const CONTEXT = 'kms.material:1234';

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-sealer-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Real randomness, and copies of what was drawn. */
function recordedEntropy() {
  const drawn: Buffer[] = [];
  const recording = {
    bytes(length: number) {
      const bytes = entropy.bytes(length);
      drawn.push(Buffer.from(bytes));
      return bytes;
    },
  };
  return { drawn, recording };
}

describe('what is sealed', () => {
  const sealer = openEphemeralSealer({ entropy });

  test('opens under its context, whatever it holds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }), (plaintext, context) => {
        const sealed = sealer.seal(plaintext, context);
        assert.deepEqual(sealer.open(sealed, context), Buffer.from(plaintext));
      }),
    );
  });

  test('is another text each time, and shows nothing of its content', () => {
    const texts = Array.from({ length: 20 }, () => sealer.seal(secret, CONTEXT));
    assert.equal(new Set(texts).size, 20);
    for (const text of texts) {
      assert.match(text, /^[0-9a-f]{8}\.[\w-]+$/);
      assert.ok(!Buffer.from(text.slice(9), 'base64url').includes(secret));
    }
  });

  test('does not open under another context', () => {
    const sealed = sealer.seal(secret, CONTEXT);
    for (const context of ['', 'kms.material:12345', 'kms.material:123', ` ${CONTEXT}`]) {
      assert.throws(() => sealer.open(sealed, context), SealError);
    }
  });

  test('that does not open under another context is wiped before it is refused', (t) => {
    const sealed = sealer.seal(secret, CONTEXT);
    const wipes = recordWipes(t);
    assert.throws(() => sealer.open(sealed, 'another'), SealError);
    assert.ok(wipes.wiped(secret));
  });

  test('does not open when any byte of it was changed, or is missing', () => {
    const sealed = sealer.seal(secret, CONTEXT);
    const [version, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      for (const damaged of [changed, bytes.subarray(0, at)]) {
        assert.throws(() => sealer.open(`${version}.${damaged.toString('base64url')}`, CONTEXT), SealError);
      }
    }
    for (const damaged of ['', 'x', `${version}.`, `${version}.${text}\n`, `${version}.*${text}`, text]) {
      assert.throws(() => sealer.open(damaged, CONTEXT), SealError);
    }
  });

  test('does not open under a root key of another server, which is named', () => {
    const sealed = openEphemeralSealer({ entropy }).seal(secret, CONTEXT);
    assert.throws(
      () => sealer.open(sealed, CONTEXT),
      new RegExp(`root key ${sealed.slice(0, 8)}, which is not held`),
    );
  });
});

describe('the root key file', () => {
  test('is for the owner alone, stands by itself, and opens what was sealed before', (t) => {
    const directory = join(temporaryDirectory(t), 'data');
    const sealed = openSealer({ directory, entropy }).seal(secret, CONTEXT);
    assert.deepEqual(readdirSync(directory), ['root.key']);
    assert.equal(statSync(join(directory, 'root.key')).mode & 0o777, 0o600);
    assert.deepEqual(openSealer({ directory, entropy }).open(sealed, CONTEXT), secret);
  });

  test('leaves none of the root keys in a buffer, nor what protects them', (t) => {
    const wipes = recordWipes(t);
    for (const passphrase of [undefined, 'open sesame']) {
      const directory = temporaryDirectory(t);
      const { drawn, recording } = recordedEntropy();
      const wiped = (key: Uint8Array) => wipes.all().filter((each) => each.equals(key)).length;
      openSealer({ directory, entropy: recording, passphrase });
      const rootKey = drawn.find(({ length }) => length === 32)!;
      assert.equal(wiped(rootKey), 2, 'as it was drawn, and as it was written');
      openSealer({ directory, entropy, passphrase });
      assert.equal(wiped(rootKey), 3, 'as it was read');
      if (passphrase === undefined) continue;
      const { salt, cost, blockSize, parallelization } = JSON.parse(
        readFileSync(join(directory, 'root.key'), 'utf8'),
      ).scrypt;
      const maxmem = 256 * cost * blockSize;
      const options = { cost, blockSize, parallelization, maxmem };
      assert.equal(wiped(scryptSync(passphrase, Buffer.from(salt, 'base64'), 32, options)), 2);
    }
  });

  test('that is damaged is refused without being quoted or replaced', (t) => {
    const directory = temporaryDirectory(t);
    openSealer({ directory, entropy });
    const file = join(directory, 'root.key');
    const whole = readFileSync(file, 'utf8');
    const key = JSON.parse(whole).keys[0].key as string;
    for (const damaged of [
      '',
      'null',
      '[]',
      whole.slice(0, -4),
      '{"layout":1,"keys":[]}',
      whole.replace(key, key.slice(8)),
    ]) {
      writeFileSync(file, damaged);
      assert.throws(
        () => openSealer({ directory, entropy }),
        (error: Error) =>
          error instanceof RootKeyError && /damaged/.test(error.message) && !error.message.includes(key),
      );
      assert.equal(readFileSync(file, 'utf8'), damaged);
    }
    writeFileSync(file, whole.replace('"layout": 1', '"layout": 2'));
    assert.throws(() => openSealer({ directory, entropy }), /another version of Latchkey/);
  });
});

describe('a passphrase', () => {
  test('opens the root key that it protects; without it, or with a wrong one, nothing opens', (t) => {
    const directory = temporaryDirectory(t);
    const sealed = openSealer({ directory, entropy, passphrase: 'caf\u00e9' }).seal(secret, CONTEXT);
    assert.throws(() => openSealer({ directory, entropy, passphrase: 'cafe' }), /passphrase does not open/);
    assert.throws(() => openSealer({ directory, entropy }), /protected by a passphrase, and none was given/);
    // The same letters, composed differently.
    const again = openSealer({ directory, entropy, passphrase: 'cafe\u0301' });
    assert.deepEqual(again.open(sealed, CONTEXT), secret);
    again.rotate();
    assert.deepEqual(
      openSealer({ directory, entropy, passphrase: 'caf\u00e9' }).open(sealed, CONTEXT),
      secret,
    );
  });

  test('keeps the root key itself out of the file', (t) => {
    const directory = temporaryDirectory(t);
    const { drawn, recording } = recordedEntropy();
    openSealer({ directory, entropy: recording, passphrase: 'open sesame' });
    const file = readFileSync(join(directory, 'root.key'), 'utf8');
    const keys = drawn.filter((bytes) => bytes.length === 32);
    assert.equal(keys.length, 1);
    for (const key of keys) {
      assert.ok(!file.includes(key.toString('base64')));
      for (const { key: kept } of JSON.parse(file).keys)
        assert.ok(!Buffer.from(kept, 'base64').includes(key));
    }
  });

  test('is not silently taken for a root key that has none', (t) => {
    const directory = temporaryDirectory(t);
    openSealer({ directory, entropy });
    assert.throws(() => openSealer({ directory, entropy, passphrase: 'x' }), /not protected by one/);
  });
});

describe('rekeying', () => {
  test('reseals under the new root key, and keeps the old one until it is dropped, across restarts', (t) => {
    const directory = temporaryDirectory(t);
    const before = openSealer({ directory, entropy });
    const sealed = before.seal(secret, CONTEXT);
    before.rotate();
    assert.notEqual(before.seal(secret, CONTEXT).slice(0, 8), sealed.slice(0, 8));

    const after = openSealer({ directory, entropy });
    assert.deepEqual(after.open(sealed, CONTEXT), secret);
    const resealed = after.reseal(sealed, CONTEXT);
    assert.notEqual(resealed.slice(0, 8), sealed.slice(0, 8));
    assert.equal(after.reseal(resealed, CONTEXT), resealed);
    after.dropSuperseded();

    const last = openSealer({ directory, entropy });
    assert.deepEqual(last.open(resealed, CONTEXT), secret);
    assert.throws(() => last.open(sealed, CONTEXT), /not held/);
  });

  test('does not reseal for another context', () => {
    const sealer = openEphemeralSealer({ entropy });
    const sealed = sealer.seal(secret, CONTEXT);
    sealer.rotate();
    assert.throws(() => sealer.reseal(sealed, 'kms.material:other'), SealError);
  });

  test('seals nothing under a root key that could not be kept', (t) => {
    const directory = temporaryDirectory(t);
    const sealer = openSealer({ directory, entropy });
    const version = sealer.seal(secret, CONTEXT).slice(0, 8);
    rmSync(directory, { recursive: true });
    writeFileSync(directory, 'in the way');
    assert.throws(() => sealer.rotate());
    assert.equal(sealer.seal(secret, CONTEXT).slice(0, 8), version);
  });

  test('survives what a crash leaves behind while the file is being replaced', (t) => {
    const directory = temporaryDirectory(t);
    const sealed = openSealer({ directory, entropy }).seal(secret, CONTEXT);
    writeFileSync(join(directory, 'root.key.next'), '{"layout":1,"ke');
    const sealer = openSealer({ directory, entropy });
    assert.deepEqual(sealer.open(sealed, CONTEXT), secret);
    sealer.rotate();
    assert.deepEqual(readdirSync(directory), ['root.key']);
  });
});
