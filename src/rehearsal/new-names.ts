/**
 * The names that a rehearsal gives to what it creates. They are random, so the next rehearsal gives others: what is
 * asked about such a resource is asked about any resource of its kind (`key/*`), and policies must speak of it so.
 */
import { nameTail, uuid } from '../platform/identifiers.ts';
import type { Entropy } from '../platform/ports.ts';

const SUFFIX = '-rehearsed';

/** What is created in a rehearsal although it may be there already is called so: `app-rehearsed`. */
export const underAnotherName = (name: string, longest = Number.POSITIVE_INFINITY): string =>
  `${name.slice(0, longest - SUFFIX.length)}${SUFFIX}`;

/** As many hexadecimal digits of a random identifier as no two have in common. */
const DIGITS = 12;
const UUID_BYTES = 16;

export class NewNames implements Entropy {
  readonly #source: Entropy;
  /** What the call makes under another name, by that name. */
  readonly #standIn: string | undefined;
  /** The first digits of what was drawn. */
  readonly #drawn = new Set<string>();
  /** The tails of names that follow from it. */
  readonly #tails = new Set<string>();

  constructor(source: Entropy, input: object = {}) {
    this.#source = source;
    this.#standIn = Object.values(input).find(
      (value): value is string => typeof value === 'string' && value.endsWith(SUFFIX),
    );
  }

  /** The resource by the name that it would have outside: policies speak of that one. */
  asOutside(resource: string): string {
    const name = this.#standIn;
    return name === undefined ? resource : resource.replaceAll(name, name.slice(0, -SUFFIX.length));
  }

  bytes(length: number): Buffer {
    const bytes = this.#source.bytes(length);
    if (length >= DIGITS / 2) this.#drawn.add(bytes.toString('hex', 0, DIGITS / 2));
    if (length === UUID_BYTES) this.#tails.add(nameTail(uuid({ bytes: () => Buffer.from(bytes) })));
    return bytes;
  }

  /** The resource's ARN, with `*` for every name that was given here. */
  general(resource: string): string {
    const general = resource.replace(/[^/:]+/g, (name) =>
      this.#isNew(name) ? '*' : this.#withoutTail(name),
    );
    return this.asOutside(general);
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
    const [before] = name.slice(0, at).split(SUFFIX);
    return `${before}-*`;
  }
}
