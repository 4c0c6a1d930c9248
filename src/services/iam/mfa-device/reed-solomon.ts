/** Reed-Solomon codes over the field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1, as QR codes have them. */

function product(one: number, other: number): number {
  let made = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    made = (made << 1) ^ ((made >> 7) * 0x11d);
    made ^= ((other >> bit) & 1) * one;
  }
  return made;
}

/** The codewords that correct errors in others: what is left of these by (x - 1)(x - 2)(x - 4)…. */
export function errorCorrection(data: Uint8Array, length: number): Buffer {
  const divisor = generator(length);
  const left = Buffer.alloc(length);
  for (const codeword of data) {
    const factor = codeword ^ left[0]!;
    left.copyWithin(0, 1);
    left[length - 1] = 0;
    for (const [at, coefficient] of divisor.entries()) left[at]! ^= product(coefficient, factor);
  }
  return left;
}

/** Its coefficients without the highest, which is 1. */
function generator(degree: number): Buffer {
  const made = Buffer.alloc(degree);
  made[degree - 1] = 1;
  let root = 1;
  for (let step = 0; step < degree; step += 1) {
    for (let at = 0; at < degree; at += 1) {
      made[at] = product(made[at]!, root) ^ (made[at + 1] ?? 0);
    }
    root = product(root, 2);
  }
  return made;
}
