import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createPlainKernel, createSimdKernel } from '../../src/dataplane/xts/tweak-kernel.ts';
import { XtsCipher, XtsWorkspace } from '../../src/dataplane/xts/xts.ts';

const kernels = { 'WebAssembly SIMD': createSimdKernel, 'plain JavaScript': createPlainKernel };

function tweakOf(unit: number): Buffer {
  const tweak = Buffer.alloc(16);
  tweak.writeBigUInt64LE(BigInt(unit));
  return tweak;
}

const key = fc.uint8Array({ minLength: 64, maxLength: 64 }).filter((bytes) => {
  // OpenSSL refuses a key whose halves are equal.
  return Buffer.compare(bytes.subarray(0, 32), bytes.subarray(32)) !== 0;
});
const unitNumber = fc.oneof(fc.nat(100), fc.integer({ min: 2 ** 32 - 8, max: 2 ** 36 }));

for (const [name, createKernel] of Object.entries(kernels)) {
  for (const unitBytes of [512, 4096]) {
    describe(`XTS with ${name}, units of ${unitBytes} bytes`, () => {
      const workspace = new XtsWorkspace(unitBytes, createKernel);

      test("is byte for byte node's aes-256-xts, whatever units lie side by side", () => {
        fc.assert(
          fc.property(
            key,
            fc.array(unitNumber, { minLength: 1, maxLength: workspace.capacity }),
            fc.infiniteStream(fc.nat(255)),
            (keyBytes, units, noise) => {
              const plaintext = Buffer.from([...noise.take(997)]);
              const content = Buffer.alloc(units.length * unitBytes, plaintext);
              const cipher = new XtsCipher(keyBytes, workspace);
              workspace.data.set(content);
              units.forEach((unit, index) => {
                workspace.label(index, unit, 1);
              });
              cipher.encrypt(units.length);
              units.forEach((unit, index) => {
                const range = [index * unitBytes, (index + 1) * unitBytes] as const;
                const reference = createCipheriv('aes-256-xts', keyBytes, tweakOf(unit));
                const expected = reference.update(content.subarray(...range));
                assert.deepEqual(Buffer.from(workspace.data.subarray(...range)), expected);
              });
              cipher.decrypt(units.length);
              assert.deepEqual(Buffer.from(workspace.data.subarray(0, content.length)), content);
            },
          ),
          { numRuns: 25 },
        );
      });

      test('a run of units takes consecutive tweaks, one that fills the workspace too', () => {
        const keyBytes = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
        const cipher = new XtsCipher(keyBytes, workspace);
        const first = 2 ** 32 - 2;
        for (const units of [1, 3, workspace.capacity - 1, workspace.capacity]) {
          workspace.data.fill(7);
          workspace.label(0, first, units);
          cipher.encrypt(units);
          for (let index = 0; index < units; index++) {
            const reference = createDecipheriv('aes-256-xts', keyBytes, tweakOf(first + index));
            const found = workspace.data.subarray(index * unitBytes, (index + 1) * unitBytes);
            assert.deepEqual(reference.update(found), Buffer.alloc(unitBytes, 7));
          }
          assert.ok(workspace.data.subarray(units * unitBytes).every((byte) => byte === 7));
        }
      });

      test('units far apart do not take the tweaks of each other', () => {
        const keyBytes = Buffer.from(Array.from({ length: 64 }, (_, index) => index));
        const cipher = new XtsCipher(keyBytes, workspace);
        // Powers of two apart: wherever tweaks are kept, some of these come to lie in the same place.
        const units = [3, ...Array.from({ length: 34 }, (_, power) => 3 + 2 ** power), 3];
        for (const unit of units) {
          workspace.data.fill(9);
          workspace.label(0, unit, 1);
          cipher.encrypt(1);
          const reference = createDecipheriv('aes-256-xts', keyBytes, tweakOf(unit));
          const found = workspace.data.subarray(0, unitBytes);
          assert.deepEqual(reference.update(found), Buffer.alloc(unitBytes, 9), `unit ${unit}`);
        }
      });

      test('nothing of the plaintext stays in the workspace when the key is wiped', () => {
        const cipher = new XtsCipher(Buffer.alloc(64, 1).fill(2, 32), workspace);
        workspace.data.fill(0x5a);
        workspace.label(0, 0, workspace.capacity);
        cipher.encrypt(workspace.capacity);
        cipher.wipe();
        assert.ok(new Uint8Array(workspace.kernel.memory).every((byte) => byte === 0));
        assert.throws(() => cipher.encrypt(1), 'a wiped cipher encrypts nothing');
      });
    });
  }
}
