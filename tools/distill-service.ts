/** One service's shape table, from the SDK's schemas (names, wire names, nesting) and the API model's constraints. */
import type {
  ServiceHeader,
  ServiceTable,
  ShapeRef,
  TableMember,
  TableOperation,
  TableShape,
} from '../src/shapes/table.ts';
import { PRIMITIVES } from '../src/shapes/table.ts';
import type { ApiConstraints, ConstraintShape } from './api-constraints.ts';
import { readSchema, type SdkSchema } from './sdk-schema.ts';

export interface ServiceSource {
  readonly id: string;
  readonly signingName: string;
  readonly protocol: 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson1';
  readonly legacyProtocol?: 'awsQuery';
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  readonly constraints: ApiConstraints;
  /** Everything that the SDK's client package exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** The operations whose shapes are kept; absent means all. */
  readonly only?: ReadonlySet<string>;
  /** Listings that are always empty: what their lists would hold is left out. */
  readonly emptyListings: ReadonlySet<string>;
}

type WireNames = { requestName: string; responseName: string; location?: TableMember[5] };
type Structure = Extract<SdkSchema, { kind: 'structure' }>;
type Operation = Extract<SdkSchema, { kind: 'operation' }>;

/**
 * Patterns that a backtracking matcher takes exponential time to refuse (both say "printable, and not only
 * blanks" of a header in EventBridge's connections). They are left out: a request must not stall the server.
 */
const AMBIGUOUS: ReadonlySet<string> = new Set([
  '^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$',
  '^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$',
]);

/** AWS adds instance types faster than models come: which there are is the service's own to say. */
const OPEN_ENUMS: ReadonlySet<string> = new Set(['InstanceType']);

/**
 * Values that EC2 takes beside those of its model (aws-facts I25, I30, and the page of DescribeAccountAttributes).
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
 */
const ALSO_TAKEN: Readonly<Record<string, readonly string[]>> = {
  AccountAttributeName: [
    'max-instances',
    'vpc-max-security-groups-per-interface',
    'max-elastic-ips',
    'vpc-max-elastic-ips',
  ],
  ExcessCapacityTerminationPolicy: ['Default', 'NoTermination'],
  FleetOnDemandAllocationStrategy: ['lowestPrice'],
  SpotAllocationStrategy: ['lowestPrice'],
};

export function headerOf(source: ServiceSource): Omit<ServiceHeader, 'id'> {
  return {
    signingName: source.signingName,
    protocol: source.protocol,
    apiVersion: source.constraints.apiVersion,
    ...(source.legacyProtocol && { legacyProtocol: source.legacyProtocol }),
    ...(source.protocol.startsWith('awsJson') && { targetPrefix: source.targetPrefix }),
    ...(source.xmlNamespace && { xmlNamespace: source.xmlNamespace }),
  };
}

export function distillService(source: ServiceSource): ServiceTable {
  const distiller = new Distiller(source);
  const schemas = Object.entries(source.exports)
    .filter(([name, value]) => name.endsWith('$') && Array.isArray(value))
    .map(([, value]) => readSchema(value));
  const operations = schemas.filter((schema) => schema.kind === 'operation');
  operations.sort((a, b) => (a.name < b.name ? -1 : 1));
  const kept = operations.filter((operation) => source.only?.has(operation.name) ?? true);
  const names = new Set(operations.map((operation) => operation.name));
  const unknown = [...(source.only ?? [])].filter((name) => !names.has(name));
  if (unknown.length > 0) throw new Error(`${source.id} has no operation ${unknown.join(', ')}`);
  const table: Record<string, TableOperation> = {};
  for (const operation of kept) table[operation.name] = distiller.operation(operation);
  return {
    operationNames: operations.map((operation) => operation.name),
    errors: Object.fromEntries(schemas.flatMap((schema) => errorEntry(source, schema))),
    operations: table,
    shapes: Object.fromEntries([...distiller.shapes].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * The SDK's codes and statuses are those of the query protocol where a service once spoke it (KMS, CloudTrail).
 * Over JSON these services name the shape itself and answer 400 to every mistake of the client. One that still speaks it
 * keeps its codes.
 */
function errorEntry(
  { protocol, legacyProtocol }: ServiceSource,
  schema: SdkSchema,
): [string, [string, number, 'Message'?]][] {
  if (schema.kind !== 'structure' || !schema.traits.error) return [];
  const { awsQueryError, httpError, error } = schema.traits;
  const json = protocol.startsWith('awsJson') && legacyProtocol === undefined;
  const code = (json ? undefined : awsQueryError?.[0]) ?? schema.name;
  const clientStatus = json ? 400 : (awsQueryError?.[1] ?? httpError ?? 400);
  const status = error === 'server' ? (httpError ?? 500) : clientStatus;
  const capital = schema.members.some((member) => member.name === 'Message');
  return [[schema.name, capital ? [code, status, 'Message'] : [code, status]]];
}

class Distiller {
  readonly shapes = new Map<string, TableShape>();
  private readonly source: ServiceSource;

  constructor(source: ServiceSource) {
    this.source = source;
  }

  operation(operation: Operation): TableOperation {
    const facts = this.source.constraints.operations.get(operation.name);
    const input = this.root(operation.input, facts?.input ?? undefined);
    const isEmpty = this.source.emptyListings.has(operation.name);
    const output = isEmpty ? this.emptyRoot(operation.output) : this.root(operation.output);
    const errors = facts?.errors ?? [];
    return operation.traits.http ? [input, output, errors, operation.traits.http] : [input, output, errors];
  }

  private root(target: unknown, factName?: string): string | null {
    const schema = readSchema(target);
    if (schema.kind === 'unit') return null;
    if (schema.kind !== 'structure')
      throw new Error(`an operation of ${this.source.id} has a ${schema.kind}`);
    return this.structure(schema, factName);
  }

  /** An output of lists without what is in them, and of scalars. */
  private emptyRoot(target: unknown): string {
    const schema = readSchema(target);
    if (schema.kind !== 'structure') throw new Error(`a listing of ${this.source.id} answers nothing`);
    const members = schema.members.flatMap(({ name, target: of, required }): TableMember[] => {
      const member = readSchema(of);
      if (member.kind === 'structure') return [];
      const shape: ShapeRef =
        member.kind === 'list' ? { type: 'list', member: 'string' } : this.reference(member, undefined);
      const { requestName, responseName } = this.wireNames(name, member);
      return [[name, shape, required ? 1 : 0, requestName, responseName]];
    });
    this.shapes.set(schema.name, { type: 'structure', members });
    return schema.name;
  }

  private structure(schema: Structure, factName = schema.name): string {
    if (this.shapes.has(schema.name)) return schema.name;
    // Set first: structures may contain themselves.
    this.shapes.set(schema.name, { type: 'structure', members: [] });
    const facts = this.source.constraints.shapes.get(factName);
    const modelOrder = Object.keys(facts?.members ?? {});
    const rank = (name: string) =>
      (modelOrder.indexOf(name) + modelOrder.length + 1) % (modelOrder.length + 1);
    const members = schema.members
      .toSorted((a, b) => (facts ? rank(a.name) - rank(b.name) : 0))
      .map((member) => this.member(member, facts));
    this.shapes.set(schema.name, { type: 'structure', members });
    return schema.name;
  }

  private member(member: Structure['members'][number], facts: ConstraintShape | undefined): TableMember {
    const schema = readSchema(member.target);
    const shape = this.reference(schema, facts?.members?.[member.name]);
    const required = member.required || facts?.required?.includes(member.name) ? 1 : 0;
    const { requestName, responseName, location } = this.wireNames(member.name, schema);
    const row = [member.name, shape, required, requestName, responseName, location];
    if (!location) row.pop();
    if (!location && responseName === member.name && requestName === member.name)
      row.length = required ? 3 : 2;
    return row as unknown as TableMember;
  }

  private wireNames(name: string, { traits }: SdkSchema): WireNames {
    const { xmlName = name, ec2QueryName, httpQuery, httpHeader } = traits;
    if (this.source.protocol === 'ec2Query') {
      const requestName = ec2QueryName ?? xmlName[0]!.toUpperCase() + xmlName.slice(1);
      return { requestName, responseName: xmlName };
    }
    if (this.source.protocol === 'awsQuery') return { requestName: xmlName, responseName: xmlName };
    const same = { requestName: httpQuery ?? httpHeader ?? name, responseName: httpHeader ?? name };
    if (traits.httpLabel) return { ...same, location: 'uri' };
    if (httpQuery) return { ...same, location: 'querystring' };
    if (httpHeader) return { ...same, location: 'header' };
    if (traits.httpPayload) return { ...same, location: 'payload' };
    if (traits.httpResponseCode) return { ...same, location: 'statusCode' };
    return same;
  }

  private reference(schema: SdkSchema, factName: string | undefined): ShapeRef {
    // A list that an output names first is the same list where an input names it.
    const known = factName ?? (schema.kind === 'list' ? schema.name : undefined);
    const facts = known === undefined ? undefined : this.source.constraints.shapes.get(known);
    switch (schema.kind) {
      case 'structure':
        return this.structure(schema, factName);
      case 'list':
        return this.named(schema.name || factName, () => this.list(schema, facts));
      case 'map':
        return this.named(schema.name || factName, () => this.map(schema, facts));
      case 'unit':
        throw new Error('a member without a shape');
      default:
        return this.scalar(schema, factName, facts);
    }
  }

  private named(name: string | undefined, make: () => TableShape): ShapeRef {
    if (name === undefined) return make();
    if (!this.shapes.has(name)) {
      // Holds the place against recursion through the members.
      this.shapes.set(name, { type: 'list' });
      this.shapes.set(name, make());
    }
    return name;
  }

  private list(schema: Extract<SdkSchema, { kind: 'list' }>, facts: ConstraintShape | undefined): TableShape {
    const member = readSchema(schema.member);
    return {
      type: 'list',
      member: this.reference(member, facts?.list),
      ...(member.traits.xmlName !== undefined && { memberName: member.traits.xmlName }),
      ...(schema.traits.xmlFlattened !== undefined && { flattened: true }),
      ...bounds(facts),
      ...(facts?.sensitive && { sensitive: true }),
    };
  }

  private map(schema: Extract<SdkSchema, { kind: 'map' }>, facts: ConstraintShape | undefined): TableShape {
    const key = readSchema(schema.key);
    const value = readSchema(schema.value);
    return {
      type: 'map',
      key: this.reference(key, facts?.map?.[0]),
      value: this.reference(value, facts?.map?.[1]),
      ...(key.traits.xmlName !== undefined && { keyName: key.traits.xmlName }),
      ...(value.traits.xmlName !== undefined && { valueName: value.traits.xmlName }),
      ...(schema.traits.xmlFlattened !== undefined && { flattened: true }),
      ...bounds(facts),
    };
  }

  private scalar(
    schema: SdkSchema,
    factName: string | undefined,
    facts: ConstraintShape | undefined,
  ): ShapeRef {
    const shape = scalarShape(
      schema,
      facts?.enum ? { ...facts, enum: valuesOf(factName, facts.enum) } : facts,
    );
    if (Object.keys(shape).length === 1) return shape.type;
    if (factName === undefined) return shape;
    if ((PRIMITIVES as readonly string[]).includes(factName)) return shape;
    const known = this.shapes.get(factName);
    if (known && JSON.stringify(known) !== JSON.stringify(shape)) return shape;
    this.shapes.set(factName, shape);
    return factName;
  }
}

function valuesOf(name: string | undefined, values: readonly string[]): readonly string[] | undefined {
  if (name === undefined) return values;
  return OPEN_ENUMS.has(name) ? undefined : [...values, ...(ALSO_TAKEN[name] ?? [])];
}

function scalarShape(schema: SdkSchema, facts: ConstraintShape | undefined): TableShape {
  const sensitive = facts?.sensitive || schema.traits.sensitive !== undefined;
  return {
    // The SDK tells no integer from a double; responses write both alike.
    type: schema.kind === 'number' ? (facts?.type ?? 'double') : schema.kind,
    ...(schema.kind === 'timestamp' && schema.format !== 'default' && { format: schema.format }),
    ...bounds(facts),
    ...(facts?.pattern !== undefined && !AMBIGUOUS.has(facts.pattern) && { pattern: facts.pattern }),
    ...(facts?.enum !== undefined && { enum: facts.enum }),
    ...(sensitive && { sensitive: true }),
  };
}

function bounds(facts: ConstraintShape | undefined) {
  return {
    ...(facts?.min !== undefined && { min: facts.min }),
    ...(facts?.max !== undefined && { max: facts.max }),
  };
}
