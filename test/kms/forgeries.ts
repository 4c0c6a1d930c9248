/** None of which the key has made; the largest number of its length is beyond any modulus. */
export function forgeriesOf(signature: Uint8Array): [what: string, Buffer][] {
  const [first, last] = [Buffer.from(signature), Buffer.from(signature)];
  first[0]! ^= 1;
  last[last.length - 1]! ^= 1;
  return [
    ['with another first byte', first],
    ['with another last byte', last],
    ['cut short', Buffer.from(signature.subarray(0, -1))],
    ['with a byte more', Buffer.concat([signature, Buffer.of(0)])],
    ['of ones', Buffer.alloc(signature.length, 0xff)],
    ['of zeros', Buffer.alloc(signature.length)],
  ];
}
