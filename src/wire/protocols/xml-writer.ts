/** From output to XML, by shape. Writers are compiled once per shape and element name. */
import { isLasting } from '../../aws/lasting.ts';
import type { ListShape, MapShape, Shape, StructureShape } from '../../shapes/shape.ts';
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
    const writers = new Map(
      shape.members.map(({ name, responseName, shape: member }) => [
        name,
        this.element(member, responseName),
      ]),
    );
    const write = (value: object) => {
      const record = value as Readonly<Record<string, unknown>>;
      let xml = '';
      // By what is there, not by what could be: an instance has some seventy members and few of them set.
      for (const name in record) {
        const member = record[name];
        if (member !== undefined && member !== null) xml += writers.get(name)?.(member as never) ?? '';
      }
      return xml;
    };
    const known = new WeakMap<object, string>();
    return (value) => {
      if (!isLasting(value)) return write(value);
      const xml = known.get(value) ?? flat(write(value));
      known.set(value, xml);
      return xml;
    };
  }

  private element(shape: Shape, name: string): ElementWriter {
    switch (shape.type) {
      case 'structure':
        return around(name, this.members(shape));
      case 'list':
        return this.list(shape, name);
      case 'map':
        return this.map(shape, name);
      case 'string':
        return around(name, escapeXml);
      case 'timestamp':
        return around(name, this.time);
      case 'document':
        throw new Error('XML has no documents');
      default: {
        const { type } = shape;
        return around(name, (value: unknown) => scalarToText(type, value));
      }
    }
  }

  private list(shape: ListShape, name: string): ElementWriter {
    const item = this.element(shape.member, shape.flattened ? name : shape.memberName);
    const items = (value: readonly unknown[]) => {
      let xml = '';
      for (const one of value) xml += item(one as never);
      return xml;
    };
    return shape.flattened ? items : around(name, items);
  }

  private map(shape: MapShape, name: string): ElementWriter {
    const key = this.element(shape.key, shape.keyName);
    const value = this.element(shape.value, shape.valueName);
    const entry = around(shape.flattened ? name : 'entry', ([k, v]: [never, never]) => key(k) + value(v));
    const entries = (map: object) => (Object.entries(map) as [never, never][]).map(entry).join('');
    return shape.flattened ? entries : around(name, entries);
  }
}

/** In one piece: what is concatenated takes several times the room until it is first looked into. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** An element with what `content` makes of the value inside it. */
function around<T>(name: string, content: (value: T) => string): (value: T) => string {
  const open = `<${name}>`;
  const close = `</${name}>`;
  const empty = `<${name}/>`;
  return (value) => {
    const inside = content(value);
    return inside === '' ? empty : open + inside + close;
  };
}
