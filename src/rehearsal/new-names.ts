/**
 * The names that a rehearsal gives to what it creates. They are random, so the next rehearsal gives others: what is
 * asked about such a resource is asked about any resource of its kind (`key/*`), and policies must speak of it so.
 */
import { nameTail, uuid } from '../platform/identifiers.ts';
import type { Entropy } from '../platform/ports.ts';

/** What is created in a rehearsal although it may be there already is called so: `app-rehearsed`. */
export const UNDER_ANOTHER_NAME = '-rehearsed';

/** As many hexadecimal digits of a random identifier as no two have in common. */
const DIGITS = 12;
const UUID_BYTES = 16;

export class NewNames implements Entropy {
  readonly #source: Entropy;
  /** The first digits of what was drawn. */
  readonly #drawn = new Set<string>();
  /** The tails of names that follow from it. */
  readonly #tails = new Set<string>();

  constructor(source: Entropy) {
    this.#source = source;
  }

  bytes(length: number): Buffer {
    const bytes = this.#source.bytes(length);
    if (length >= DIGITS / 2) this.#drawn.add(bytes.toString('hex', 0, DIGITS / 2));
    if (length === UUID_BYTES) this.#tails.add(nameTail(uuid({ bytes: () => Buffer.from(bytes) })));
    return bytes;
  }

  /** The resource's ARN, with `*` for every name that was given here. */
  general(resource: string): string {
    return resource.replace(/[^/:]+/g, (name) => (this.#isNew(name) ? '*' : this.#withoutTail(name)));
  }

  #isNew(name: string): boolean {
    const digits = name.replaceAll('-', '');
    for (let at = 0; at + DIGITS <= digits.length; at++) {
      if (this.#drawn.has(digits.slice(at, at + DIGITS))) return true;
    }
    return false;
  }

  #withoutTail(name: string): string {
    const at = name.lastIndexOf('-');
    if (!this.#tails.has(name.slice(at + 1))) return name;
    const [before] = name.slice(0, at).split(UNDER_ANOTHER_NAME);
    return `${before}-*`;
  }
}
