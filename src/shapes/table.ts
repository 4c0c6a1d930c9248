/**
 * The compact form in which shapes are kept under `generated/`. A reference is a primitive's name, the name of a
 * shape in `shapes`, or an anonymous shape in place.
 */
export type ShapeRef = string | TableShape;

/** `[name, shape, required 0|1, name in requests, name in responses, location]`; trailing defaults are left out. */
export type TableMember = readonly [
  name: string,
  shape: ShapeRef,
  required?: 0 | 1,
  requestName?: string,
  responseName?: string,
  location?: 'uri' | 'querystring' | 'header' | 'payload' | 'statusCode',
];

export interface TableShape {
  readonly type: string;
  readonly members?: readonly TableMember[];
  readonly member?: ShapeRef;
  readonly key?: ShapeRef;
  readonly value?: ShapeRef;
  readonly memberName?: string;
  readonly keyName?: string;
  readonly valueName?: string;
  readonly flattened?: boolean;
  readonly format?: 'epoch-seconds' | 'date-time' | 'http-date';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
}

/** Input and output shape (null: AWS models none), names in `errors`, and for restJson1 method, path and status. */
export type TableOperation = readonly [
  input: string | null,
  output: string | null,
  errors: readonly string[],
  http?: readonly [method: string, uri: string, status: number],
];

/** What is known of a service before any of its shapes is (`generated/services.json`). */
export interface ServiceHeader {
  readonly id: string;
  readonly signingName: string;
  readonly protocol: string;
  /** What older clients speak, and whose error codes are kept. */
  readonly legacyProtocol?: string;
  readonly apiVersion: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
}

/** What a service's operations are made of (`generated/<id>.json`). */
export interface ServiceTable {
  readonly operationNames: readonly string[];
  /** Error shape name: its code on the wire, HTTP status, and the message's member where that is not `message`. */
  readonly errors: Readonly<Record<string, readonly [code: string, status: number, message?: 'Message']>>;
  readonly operations: Readonly<Record<string, TableOperation>>;
  readonly shapes: Readonly<Record<string, TableShape>>;
}

/** Shapes without constraints, referred to by these names everywhere. */
export const PRIMITIVES = [
  'string',
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'timestamp',
  'blob',
  'document',
] as const;
