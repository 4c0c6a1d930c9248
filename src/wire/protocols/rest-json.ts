/** restJson1: the EBS direct APIs. Members travel in the path, the query, headers, and the body. */
import { AwsError } from '../../aws/aws-error.ts';
import type { Member, OperationShape, ServiceShapes, StructureShape } from '../../shapes/shape.ts';
import type { HttpRequest, Protocol } from '../http.ts';
import { parseJson } from './aws-json.ts';
import { type FormNode, formOf, parameter } from './form.ts';
import { jsonReader, serializationError } from './json-reader.ts';
import { membersWriter } from './json-writer.ts';
import { type ScalarType, scalarFromText, scalarToText } from './text-scalar.ts';

export const restJson: Protocol = {
  readRequest(operation, http) {
    const labels = matchPath(operation, http) ?? {};
    const payload = payloadOf(operation.input);
    const body = payload || http.body.length === 0 ? {} : readBody(operation, http);
    const input: Record<string, unknown> = { ...body };
    if (payload) input[payload.name] = http.body;
    const { members } = operation.input;
    const query = members.some(({ location }) => location === 'querystring') ? formOf(http) : {};
    for (const member of members) {
      const text = textOf(member, http, labels, query);
      if (text !== undefined) input[member.name] = fromText(member, text);
    }
    return input;
  },
  writeResponse(_service, operation, output, requestId) {
    const members = (output ?? {}) as Readonly<Record<string, unknown>>;
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
    for (const member of operation.output.members) {
      const value = members[member.name];
      if (member.location !== 'header' || value === undefined) continue;
      headers[member.responseName.toLowerCase()] = scalarToText(member.shape.type as ScalarType, value);
    }
    const status = operation.http?.status ?? 200;
    const payload = payloadOf(operation.output);
    if (payload) {
      headers['content-type'] = 'application/octet-stream';
      const bytes = members[payload.name] as Uint8Array;
      return { status, headers, body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    }
    headers['content-type'] = 'application/json';
    const body = bodyWriter(operation.output)(members);
    return { status, headers, body: JSON.stringify(body) };
  },
  writeError(service, error, requestId) {
    const message = { [service?.messageMember(error.code) ?? 'message']: error.message };
    return {
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
      },
      body: JSON.stringify({ ...message, ...error.members }),
    };
  },
};

/** The operation whose method and path the request has. */
export function matchOperation(service: ServiceShapes, http: HttpRequest): OperationShape | undefined {
  for (const name of service.operationNames) {
    const operation = service.operation(name);
    if (operation && matchPath(operation, http)) return operation;
  }
  return undefined;
}

/** The labels of the path (`SnapshotId` in `/snapshots/{SnapshotId}/blocks`); undefined when it is another path. */
function matchPath(operation: OperationShape, http: HttpRequest): Record<string, string> | undefined {
  if (operation.http?.method !== http.method) return undefined;
  const template = operation.http.uri.split('/');
  const segments = http.path.split('/');
  if (template.length !== segments.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index]!;
    if (part.startsWith('{') && segment !== '') labels[part.slice(1, -1)] = decodeSegment(segment);
    else if (part !== segment) return undefined;
  }
  return labels;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('ValidationException', 'The path of the request is not valid.');
  }
}

/** The member, always of bytes, that is the whole body. */
function payloadOf(shape: StructureShape): Member | undefined {
  return shape.members.find(({ location }) => location === 'payload');
}

function readBody(operation: OperationShape, http: HttpRequest): object {
  return jsonReader(operation.input)(parseJson(http.body)) as object;
}

function textOf(
  member: Member,
  http: HttpRequest,
  labels: Readonly<Record<string, string>>,
  query: FormNode,
) {
  switch (member.location) {
    case 'uri':
      return labels[member.name];
    case 'querystring':
      return parameter(query, member.requestName);
    case 'header':
      return http.headers[member.requestName.toLowerCase()];
    default:
      return undefined;
  }
}

function fromText(member: Member, text: string): unknown {
  const type = member.shape.type as ScalarType;
  const value = scalarFromText(type, text);
  if (value === undefined) throw serializationError(`STRING_VALUE can not be converted to ${type}`);
  return value;
}

const bodyWriters = new WeakMap<StructureShape, ReturnType<typeof membersWriter>>();

function bodyWriter(shape: StructureShape) {
  let write = bodyWriters.get(shape);
  if (!write) {
    write = membersWriter(shape, (member) => member.location === undefined);
    bodyWriters.set(shape, write);
  }
  return write;
}
