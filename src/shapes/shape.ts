/**
 * What an operation's input and output look like, independent of protocol. The tables under `generated/` are
 * made by `tools/distill-shapes.ts` (`npm run shapes`) from the official SDK's schemas and the constraints of
 * the published API models; `test/shapes/fresh.test.ts` checks that they are fresh. Nothing here is typed by hand.
 */
export type Shape =
  | StringShape
  | { readonly type: 'boolean' }
  | { readonly type: 'integer' | 'long' | 'float' | 'double'; readonly min?: number; readonly max?: number }
  | { readonly type: 'timestamp'; readonly format: 'epoch-seconds' | 'date-time' | 'http-date' }
  | {
      readonly type: 'blob';
      readonly min?: number;
      readonly max?: number;
      readonly sensitive?: boolean;
    }
  | ListShape
  | MapShape
  | StructureShape
  | { readonly type: 'document' };

interface StringShape {
  readonly type: 'string';
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
}

export interface ListShape {
  readonly type: 'list';
  readonly member: Shape;
  /** Element name in the query protocols and XML (`member`, `item`, `Filter`). */
  readonly memberName: string;
  readonly flattened?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape {
  readonly type: 'map';
  readonly key: Shape;
  readonly value: Shape;
  readonly keyName: string;
  readonly valueName: string;
  readonly flattened?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface Member {
  /** The name in TypeScript and in the API model. */
  readonly name: string;
  /** The name on the wire in requests (query form field, JSON key, header name). */
  readonly requestName: string;
  /** The name on the wire in responses (XML element, JSON key, header name). */
  readonly responseName: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** restJson1: where the member travels; absent means the body. */
  readonly location?: 'uri' | 'querystring' | 'header' | 'payload' | 'statusCode';
}

export interface StructureShape {
  readonly type: 'structure';
  readonly name: string;
  readonly members: readonly Member[];
  /** The API model gives the operation no output at all, which the protocols write otherwise than an empty one. */
  readonly absent?: boolean;
}

export interface OperationShape {
  readonly name: string;
  /** Whose words errors of validation have: the older one, where a service speaks two. */
  readonly protocol: ProtocolName;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** Error codes (without namespace) that the API model lists for the operation, with their HTTP status. */
  readonly errors: Readonly<Record<string, number>>;
  /** restJson1 only. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

export type ProtocolName = 'awsJson1_1' | 'awsJson1_0' | 'awsQuery' | 'ec2Query' | 'restJson1' | 'rpcV2Cbor';

/** One AWS service: its protocol, every operation name AWS has, and the shapes of those that are distilled. */
export interface ServiceShapes {
  /** The service's id here and in `services/`: `kms`, `iam`, `ec2`, … */
  readonly id: string;
  /** Name in SigV4's credential scope: `kms`, `ec2`, `ebs`, `events`. */
  readonly signingName: string;
  readonly protocol: ProtocolName;
  /** What older clients of the service speak; its error codes are kept in the newer protocol. */
  readonly legacyProtocol?: ProtocolName;
  readonly apiVersion: string;
  /** `TrentService` in `X-Amz-Target: TrentService.CreateKey` (awsJson only). */
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
  /** All operations AWS has, served here or not. */
  readonly operationNames: readonly string[];
  operation(name: string): OperationShape | undefined;
  /** The member in which JSON carries the message of an error with this code. */
  messageMember(errorCode: string): 'message' | 'Message';
  /** The name of the API model's shape for an error code: another only where an older protocol's codes are kept. */
  errorShape(errorCode: string): string;
}
