/** From output to XML, by shape. Writers are compiled once per shape and element name. */
import type { ListShape, MapShape, Shape, StructureShape } from '../shapes/shape.ts';
import { scalarToText } from './text-scalar.ts';

/** Undefined values are written by nobody: members that are absent have no element. */
type ElementWriter = (value: never) => string;

/** All but what stands for itself: the five that are escaped, carriage return, and what XML 1.0 forbids. */
const SPECIAL = /[^\t\n !#-%(-;=?-\ufffd]/;
const EVERY_SPECIAL = new RegExp(SPECIAL, 'g');

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#xD;',
};

/** Escaped for text and attributes. What XML 1.0 cannot hold at all becomes U+FFFD, so that the answer still parses. */
export function escapeXml(text: string): string {
  return SPECIAL.test(text)
    ? text.replace(EVERY_SPECIAL, (character) => ESCAPES[character] ?? '\ufffd')
    : text;
}

export class XmlWriter {
  private readonly time: (ms: number) => string;
  private readonly structures = new WeakMap<StructureShape, (value: object) => string>();

  constructor(time: (ms: number) => string) {
    this.time = time;
  }

  /** The elements of a structure's members, without one around them. */
  members(shape: StructureShape): (value: object) => string {
    let write = this.structures.get(shape);
    if (!write) {
      // Stands in while the members are compiled: shapes may contain themselves.
      this.structures.set(shape, (value) => this.structures.get(shape)!(value));
      write = this.compileMembers(shape);
      this.structures.set(shape, write);
    }
    return write;
  }

  private compileMembers(shape: StructureShape): (value: object) => string {
    const members = shape.members.map(({ name, responseName, shape: member }) => ({
      name,
      write: this.element(member, responseName),
    }));
    return (value) => {
      const record = value as Readonly<Record<string, unknown>>;
      let xml = '';
      for (const { name, write } of members) {
        const member = record[name];
        if (member !== undefined && member !== null) xml += write(member as never);
      }
      return xml;
    };
  }

  private element(shape: Shape, name: string): ElementWriter {
    switch (shape.type) {
      case 'structure': {
        const members = this.members(shape);
        return (value: object) => wrap(name, members(value));
      }
      case 'list':
        return this.list(shape, name);
      case 'map':
        return this.map(shape, name);
      case 'string':
        return (value: string) => wrap(name, escapeXml(value));
      case 'timestamp':
        return (value: number) => wrap(name, this.time(value));
      case 'document':
        throw new Error('XML has no documents');
      default: {
        const { type } = shape;
        return (value: unknown) => wrap(name, scalarToText(type, value));
      }
    }
  }

  private list(shape: ListShape, name: string): ElementWriter {
    const item = this.element(shape.member, shape.flattened ? name : shape.memberName);
    const items = (value: readonly unknown[]) => value.map((one) => item(one as never)).join('');
    return shape.flattened ? items : (value: readonly unknown[]) => wrap(name, items(value));
  }

  private map(shape: MapShape, name: string): ElementWriter {
    const key = this.element(shape.key, shape.keyName);
    const entry = this.element(shape.value, shape.valueName);
    const entryName = shape.flattened ? name : 'entry';
    const entries = (value: object) =>
      Object.entries(value)
        .map(([k, v]) => wrap(entryName, key(k as never) + entry(v as never)))
        .join('');
    return shape.flattened ? entries : (value: object) => wrap(name, entries(value));
  }
}

function wrap(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
