/** From form parameters to input, by shape, for both query protocols. Readers are compiled once per shape. */
import type { AwsError } from '../../aws/aws-error.ts';
import type { ListShape, MapShape, Shape, StructureShape } from '../../shapes/shape.ts';
import type { FormNode } from './form.ts';
import { type ScalarType, scalarFromText } from './text-scalar.ts';

/** Where the query protocol of EC2 differs from that of the others. */
export interface QueryDialect {
  /** EC2 writes `Filter.1`, the others `Tags.member.1` unless the model flattens the list. */
  readonly flattensLists: boolean;
  /** A list of one is taken without its number, and `1` and `0` for booleans (aws-facts W5). */
  readonly takesLooseForms?: boolean;
  /** The text is not of the parameter's type. */
  invalidValue(parameter: string, text: string, type: ScalarType): AwsError;
  /** Members that are as good as absent when they are sent empty. */
  readonly absentWhenEmpty?: ReadonlySet<string>;
  /** A value where a list or structure is due, or the other way round. */
  invalidNesting(parameter: string): AwsError;
  /** Undefined: parameters that the API does not have are ignored. */
  unknownParameter?(parameter: string): AwsError;
}

const DIGITS: ReadonlySet<string> = new Set(['0', '1']);

type Reader = (node: FormNode, parameter: string) => unknown;

export class QueryReader {
  private readonly dialect: QueryDialect;
  private readonly readers = new WeakMap<Shape, Reader>();

  constructor(dialect: QueryDialect) {
    this.dialect = dialect;
  }

  /** Reads a whole request. `isForeign` recognizes parameters that do not belong to the operation, such as Action. */
  read(shape: StructureShape, form: FormNode, isForeign: (name: string) => boolean): object {
    const children = [...(form.children ?? [])].filter(([name]) => !isForeign(name));
    return this.reader(shape)({ children: new Map(children) }, '') as object;
  }

  private reader(shape: Shape): Reader {
    let reader = this.readers.get(shape);
    if (!reader) {
      // Stands in while the members are compiled: shapes may contain themselves.
      this.readers.set(shape, (node, parameter) => this.readers.get(shape)!(node, parameter));
      reader = this.compile(shape);
      this.readers.set(shape, reader);
    }
    return reader;
  }

  private compile(shape: Shape): Reader {
    switch (shape.type) {
      case 'structure':
        return this.structureReader(shape);
      case 'list':
        return this.listReader(shape);
      case 'map':
        return this.mapReader(shape);
      case 'document':
        throw new Error('the query protocols have no documents');
      default:
        return this.scalarReader(shape.type);
    }
  }

  private scalarReader(type: ScalarType): Reader {
    const digits = this.dialect.takesLooseForms && type === 'boolean';
    return (node, parameter) => {
      if (node.value === undefined) throw this.dialect.invalidNesting(parameter);
      const value = digits && DIGITS.has(node.value) ? node.value === '1' : scalarFromText(type, node.value);
      if (value === undefined) throw this.dialect.invalidValue(parameter, node.value, type);
      return value;
    };
  }

  private structureReader(shape: StructureShape): Reader {
    const members = new Map(
      shape.members.map(({ name, requestName, shape: member }) => [
        requestName,
        { name, read: this.reader(member) },
      ]),
    );
    return (node, parameter) => {
      if (node.value) throw this.dialect.invalidNesting(parameter);
      const result: Record<string, unknown> = {};
      for (const [segment, child] of node.children ?? []) {
        const path = parameter === '' ? segment : `${parameter}.${segment}`;
        const member = members.get(segment);
        if (member && child.value === '' && this.dialect.absentWhenEmpty?.has(member.name)) continue;
        if (member) result[member.name] = member.read(child, path);
        else if (this.dialect.unknownParameter) throw this.dialect.unknownParameter(path);
      }
      return result;
    };
  }

  private listReader(shape: ListShape): Reader {
    const read = this.reader(shape.member);
    const flattened = shape.flattened || this.dialect.flattensLists;
    return (node, parameter) => {
      // The SDKs write an empty list as an empty value.
      if (node.value) return this.single(node, parameter, read);
      const items = flattened ? node : node.children?.get(shape.memberName);
      const path = flattened ? parameter : `${parameter}.${shape.memberName}`;
      if (!items && node.children) throw this.dialect.invalidNesting(parameter);
      return this.inOrder(items, path).map(([index, child]) => read(child, `${path}.${index}`));
    };
  }

  private single(node: FormNode, parameter: string, read: Reader): unknown[] {
    if (!this.dialect.takesLooseForms || node.children) throw this.dialect.invalidNesting(parameter);
    return [read(node, parameter)];
  }

  private mapReader(shape: MapShape): Reader {
    const readKey = this.reader(shape.key);
    const readValue = this.reader(shape.value);
    return (node, parameter) => {
      if (node.value) throw this.dialect.invalidNesting(parameter);
      const entries = shape.flattened ? node : node.children?.get('entry');
      const path = shape.flattened ? parameter : `${parameter}.entry`;
      const pairs = this.inOrder(entries, path).map(([index, entry]) => {
        const key = entry.children?.get(shape.keyName);
        const value = entry.children?.get(shape.valueName);
        if (!key || !value) throw this.dialect.invalidNesting(`${path}.${index}`);
        const place = `${path}.${index}`;
        return [readKey(key, `${place}.${shape.keyName}`), readValue(value, `${place}.${shape.valueName}`)];
      });
      // fromEntries makes own properties, even of a key such as __proto__.
      return Object.fromEntries(pairs);
    };
  }

  /** Elements by their number, which may have gaps. */
  private inOrder(node: FormNode | undefined, parameter: string): [number, FormNode][] {
    const elements = [...(node?.children ?? [])].map(([segment, child]): [number, FormNode] => {
      if (!/^\d{1,9}$/.test(segment)) throw this.dialect.invalidNesting(`${parameter}.${segment}`);
      return [Number(segment), child];
    });
    return elements.sort(([a], [b]) => a - b);
  }
}
