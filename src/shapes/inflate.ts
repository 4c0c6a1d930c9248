/** From the compact table to shapes; each shape is made once, when an operation first needs it. */
import type { Member, OperationShape, ProtocolName, ServiceShapes, Shape, StructureShape } from './shape.ts';
import {
  PRIMITIVES,
  type ServiceHeader,
  type ServiceTable,
  type ShapeRef,
  type TableMember,
  type TableShape,
} from './table.ts';

/** Errors that come from before the service itself, and that no model lists. */
const FRAMEWORK_MESSAGE_MEMBERS = [
  ['AccessDeniedException', 'Message'],
  ['SerializationException', 'Message'],
] as const;

/** The table of the service is read when something of an operation is first asked for. */
export function inflate(header: ServiceHeader, readTable: () => ServiceTable): ServiceShapes {
  let read: Table | undefined;
  const table = () => {
    read ??= new Table(header, readTable());
    return read;
  };
  return {
    id: header.id,
    signingName: header.signingName,
    protocol: header.protocol as ProtocolName,
    legacyProtocol: header.legacyProtocol as ProtocolName | undefined,
    apiVersion: header.apiVersion,
    targetPrefix: header.targetPrefix,
    xmlNamespace: header.xmlNamespace,
    get operationNames() {
      return table().operationNames;
    },
    operation: (name) => table().operation(name),
    messageMember: (code) => table().messageMembers.get(code) ?? 'message',
    errorShape: (code) => table().errorShapes.get(code) ?? code,
  };
}

/** A service's table, and what has been made of it. */
class Table {
  readonly operationNames: readonly string[];
  readonly messageMembers = new Map<string, 'message' | 'Message'>(FRAMEWORK_MESSAGE_MEMBERS);
  readonly errorShapes = new Map<string, string>();
  readonly #inflater: Inflater;
  readonly #operations = new Map<string, OperationShape>();

  constructor(header: ServiceHeader, table: ServiceTable) {
    this.operationNames = table.operationNames;
    this.#inflater = new Inflater(header, table);
    for (const [shape, [code, , member]] of Object.entries(table.errors)) {
      this.messageMembers.set(code, member ?? 'message');
      // Of several with one code, the one that is named for it.
      if (shape === code || !this.errorShapes.has(code)) this.errorShapes.set(code, shape);
    }
  }

  operation(name: string): OperationShape | undefined {
    const known = this.#operations.get(name);
    if (known) return known;
    const operation = this.#inflater.operation(name);
    if (operation) this.#operations.set(name, operation);
    return operation;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

class Inflater {
  private readonly header: ServiceHeader;
  private readonly table: ServiceTable;
  private readonly shapes = new Map<string, Shape>();
  private readonly timestampFormat: 'epoch-seconds' | 'date-time';

  constructor(header: ServiceHeader, table: ServiceTable) {
    this.header = header;
    this.table = table;
    const xml = header.protocol === 'awsQuery' || header.protocol === 'ec2Query';
    this.timestampFormat = xml ? 'date-time' : 'epoch-seconds';
    for (const type of PRIMITIVES) this.shapes.set(type, this.scalar({ type }));
  }

  operation(name: string): OperationShape | undefined {
    if (!Object.hasOwn(this.table.operations, name)) return undefined;
    const [input, output, errors, http] = this.table.operations[name]!;
    return {
      name,
      protocol: (this.header.legacyProtocol ?? this.header.protocol) as ProtocolName,
      input: this.root(input, `${name}Request`),
      output: this.root(output, `${name}Response`),
      errors: Object.fromEntries(
        errors.map((error) => {
          const [code, status] = this.table.errors[error] ?? [error, 400];
          return [code, status];
        }),
      ),
      http: http && { method: http[0], uri: http[1], status: http[2] },
    };
  }

  private root(name: string | null, absentName: string): StructureShape {
    if (name === null) return { type: 'structure', name: absentName, members: [], absent: true };
    return this.reference(name) as StructureShape;
  }

  private reference(reference: ShapeRef): Shape {
    if (typeof reference !== 'string') return this.fill(reference, '', {});
    const known = this.shapes.get(reference);
    if (known) return known;
    const definition = this.table.shapes[reference];
    if (!definition) throw new Error(`shape ${reference} is missing in the table of ${this.header.id}`);
    // Registered before its members are read: shapes may contain themselves.
    const shape = {} as Record<string, unknown>;
    this.shapes.set(reference, shape as unknown as Shape);
    return this.fill(definition, reference, shape);
  }

  private fill(definition: TableShape, name: string, target: object): Shape {
    switch (definition.type) {
      case 'structure':
        return Object.assign(target, {
          type: 'structure' as const,
          name,
          members: definition.members!.map((member) => this.member(member)),
        });
      case 'list':
        return Object.assign(target, definition, {
          type: 'list' as const,
          member: this.reference(definition.member!),
          memberName: definition.memberName ?? 'member',
        });
      case 'map':
        return Object.assign(target, definition, {
          type: 'map' as const,
          key: this.reference(definition.key!),
          value: this.reference(definition.value!),
          keyName: definition.keyName ?? 'key',
          valueName: definition.valueName ?? 'value',
        });
      default:
        return Object.assign(target, this.scalar(definition));
    }
  }

  private scalar(definition: TableShape): Shape {
    const shape: Mutable<TableShape> = { ...definition };
    if (shape.type === 'timestamp') shape.format ??= this.timestampFormat;
    return shape as unknown as Shape;
  }

  private member(row: TableMember): Member {
    const [name, shape, required, requestName = name, responseName = name, location] = row;
    return {
      name,
      requestName,
      responseName,
      shape: this.reference(shape),
      required: required === 1,
      location,
    };
  }
}
