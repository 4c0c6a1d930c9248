/** How much room session policies and tags take: what fits is a percentage, what does not is refused with it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { packedPolicySize } from '../../src/services/sts/session/session-policies.ts';

test('packed policies may take all of their room and not a percent more', () => {
  const seen = new Set<number>();
  const size = (tags: Record<string, string>): number => {
    try {
      return packedPolicySize({}, tags)!.PackedPolicySize;
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      assert.equal(code, 'PackedPolicyTooLarge');
      return -Number(message.match(/^Packed policy consumes (\d+)% of allotted space/)![1]);
    }
  };
  // What is random does not pack.
  const text = randomBytes(4000).toString('base64');
  for (let length = 100; length < 3200; length++) {
    const tags = { tag: text.slice(0, length) };
    const percent = size(tags);
    seen.add(percent);
    const share = Math.ceil((100 * deflateRawSync(JSON.stringify([[], [], tags])).length) / 2048);
    assert.equal(percent, share > 100 ? -share : share, `${length} characters`);
  }
  for (const percent of [99, 100, -101, -102]) assert.ok(seen.has(percent), `${percent} % was seen`);
});

test('nothing packed has no size', () => {
  assert.equal(packedPolicySize({}, {}), undefined);
  assert.ok(packedPolicySize({ policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }, {}));
  assert.ok(packedPolicySize({ policyDocuments: ['{}'] }, {}));
  assert.ok(packedPolicySize({ policyDocuments: ['{}'] }, { tag: 'a' }));
  assert.ok(packedPolicySize({}, { tag: 'a' }));
});
