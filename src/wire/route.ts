/** Which service and operation a request is for, and the error for those that are not known or not served. */
import { AwsError } from '../aws/aws-error.ts';
import { awsServiceName, serviceIds, serviceShapes } from '../shapes/services.ts';
import type { OperationShape, ProtocolName, ServiceShapes } from '../shapes/shape.ts';
import type { HttpRequest, HttpResponse, Protocol } from './http.ts';
import { awsJson } from './protocols/aws-json.ts';
import { awsQuery } from './protocols/aws-query.ts';
import { ec2Query } from './protocols/ec2-query.ts';
import { routingParameter } from './protocols/form.ts';
import { matchOperation, restJson } from './protocols/rest-json.ts';
import { isRpcV2Cbor, rpcTarget, rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';
import { s3Errors } from './protocols/s3-errors.ts';

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  awsJson1_0: awsJson('1.0'),
  awsJson1_1: awsJson('1.1'),
  awsQuery,
  ec2Query,
  restJson1: restJson,
  rpcV2Cbor,
};

export type Route = KnownRoute | Unknown;

export interface KnownRoute {
  readonly protocol: Protocol;
  readonly protocolName: ProtocolName;
  readonly service: ServiceShapes;
  readonly operation: OperationShape;
  readonly error?: undefined;
}

/** A request that no operation is known for: `error` is the answer, in the form of `protocol`. */
interface Unknown {
  readonly protocol: Protocol;
  readonly service?: ServiceShapes;
  readonly operation?: undefined;
  readonly error: AwsError;
}

/** Throws nothing: what is wrong with the request is in the route's `error`. */
export function route(http: HttpRequest): Route {
  try {
    const signingName = signedService(http);
    const service = signingName === undefined ? guessService(http) : bySigningName.get(signingName);
    if (service) return routeWithin(service, http);
    return { protocol: likelyProtocol(http, signingName), error: unknownService(signingName) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { protocol: likelyProtocol(http), error };
  }
}

/** The answer to an operation that AWS has and that is not served here. */
export function notServed(service: ServiceShapes, operationName: string): AwsError {
  const message = `Latchkey does not serve ${service.id}:${operationName} yet.`;
  return new AwsError('NotImplemented', message, 501);
}

/** Signed as Signature Version 2 has it, by parameters: the credentials and the signature stand in the form. */
export function olderSignature(http: HttpRequest): AwsError | undefined {
  if (routingParameter(http, 'SignatureVersion') === undefined) return undefined;
  const message =
    'Latchkey verifies Signature Version 4 only, and this request is signed with an older version.';
  return new AwsError('NotImplemented', message, 501);
}

const bySigningName: ReadonlyMap<string, ServiceShapes> = new Map(
  serviceIds.map((id) => [serviceShapes(id).signingName, serviceShapes(id)]),
);

/** Services whose models list it beside their other protocols (aws-facts K9): the newer their clients, the more of them prefer it. */
const SPEAKING_CBOR: ReadonlySet<string> = new Set(['cloudwatch']);

/** A service of two protocols is spoken to in the older one by whoever names no target. */
function protocolOf(
  { id, protocol, legacyProtocol }: ServiceShapes,
  http: Pick<HttpRequest, 'headers'>,
): ProtocolName {
  if (SPEAKING_CBOR.has(id) && isRpcV2Cbor(http)) return 'rpcV2Cbor';
  return legacyProtocol !== undefined && http.headers['x-amz-target'] === undefined
    ? legacyProtocol
    : protocol;
}

function routeWithin(service: ServiceShapes, http: HttpRequest): Route {
  const protocolName = protocolOf(service, http);
  const protocol = PROTOCOLS[protocolName];
  try {
    const found = FINDERS[protocolName](service, http);
    if (typeof found !== 'string') return { protocol, protocolName, service, operation: found };
    return { protocol, service, error: notServed(service, found) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { protocol, service, error };
  }
}

/** The operation, or its name when AWS has it and its shape is not kept. Throws AWS's error for any other. */
type Finder = (service: ServiceShapes, http: HttpRequest) => OperationShape | string;

const FINDERS: Readonly<Record<ProtocolName, Finder>> = {
  awsJson1_0: findByTarget,
  awsJson1_1: findByTarget,
  awsQuery: findByAction,
  ec2Query: findByAction,
  restJson1: (service, http) => {
    const operation = matchOperation(service, http);
    if (!operation) throw new AwsError('UnknownOperationException', '', 404);
    return operation;
  },
  rpcV2Cbor: (service, { path }) => {
    const target = rpcTarget(path);
    const found = target?.service === service.targetPrefix && findByName(service, target?.operation ?? '');
    if (!found) throw new AwsError('UnknownOperationException', '', 404);
    return found;
  },
};

function findByTarget(service: ServiceShapes, http: HttpRequest): OperationShape | string {
  const target = http.headers['x-amz-target'] ?? '';
  const dot = target.lastIndexOf('.');
  const found = hasPrefix(service, target.slice(0, dot)) && findByName(service, target.slice(dot + 1));
  if (!found) throw new AwsError('UnknownOperationException', '');
  return found;
}

/** CloudTrail's clients write its prefix with or without a Java package before it. */
function hasPrefix(service: ServiceShapes, prefix: string): boolean {
  return prefix === service.targetPrefix || prefix.endsWith(`.${service.targetPrefix}`);
}

function findByAction(service: ServiceShapes, http: HttpRequest): OperationShape | string {
  const action = routingParameter(http, 'Action');
  const ec2 = service.protocol === 'ec2Query';
  if (!action) {
    if (ec2) throw new AwsError('MissingParameter', 'The request must contain the parameter Action');
    throw new AwsError('MissingAction', 'Missing Action');
  }
  const found = findByName(service, action);
  if (found) return found;
  if (ec2) throw new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`);
  const version = routingParameter(http, 'Version') ?? 'NO_VERSION_SPECIFIED';
  throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
}

function findByName(service: ServiceShapes, name: string): OperationShape | string | undefined {
  return service.operation(name) ?? (service.operationNames.includes(name) ? name : undefined);
}

const CREDENTIAL_SCOPE = /^[^/]+\/\d{8}\/[^/]*\/([^/]+)\/aws4_request$/;

/** The service in the credential scope of a SigV4 signature, in the header or in a presigned URL. */
function signedService({ headers, query }: Pick<HttpRequest, 'headers' | 'query'>): string | undefined {
  const header = headers.authorization;
  const credential = header
    ? /Credential=([^,\s]+)/.exec(header)?.[1]
    : /(?:^|&)X-Amz-Credential=([^&]*)/.exec(query)?.[1]?.replace(/%2F/gi, '/');
  return credential ? CREDENTIAL_SCOPE.exec(credential)?.[1] : undefined;
}

/** An unsigned request (sts:AssumeRoleWithWebIdentity, or one that authentication will refuse) tells by other means. */
function guessService(http: HttpRequest): ServiceShapes | undefined {
  const services = [...bySigningName.values()];
  const named = isRpcV2Cbor(http) ? rpcTarget(http.path)?.service : undefined;
  if (named !== undefined) return services.find(({ targetPrefix }) => targetPrefix === named);
  const target = http.headers['x-amz-target'];
  if (target !== undefined) {
    const prefix = target.slice(0, target.lastIndexOf('.'));
    return services.find((service) => service.targetPrefix !== undefined && hasPrefix(service, prefix));
  }
  const version = routingParameter(http, 'Version');
  if (version !== undefined) {
    const query = services.filter((service) => /query/i.test(protocolOf(service, http)));
    return query.find((service) => service.apiVersion === version);
  }
  return services.find((service) => service.protocol === 'restJson1' && matchOperation(service, http));
}

function unknownService(signingName: string | undefined): AwsError {
  if (signingName === undefined) {
    return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  }
  const name = awsServiceName(signingName);
  const what = name ? `${name} (${signingName})` : `a service "${signingName}"`;
  return new AwsError('NotImplemented', `Latchkey does not serve ${what}.`, 501);
}

/** An error in the form that the client most likely expects, where the body is not there to tell (too large, cut off). */
export function refuse(error: AwsError, head: Omit<HttpRequest, 'body'>, requestId: string): HttpResponse {
  const signingName = signedService(head);
  const service = signingName === undefined ? undefined : bySigningName.get(signingName);
  const protocol = service ? PROTOCOLS[protocolOf(service, head)] : likelyProtocol(head, signingName);
  return protocol.writeError(service, error, requestId);
}

/** Services that speak REST with XML, by the name under which their requests are signed, and how they write errors. */
const REST_XML: Readonly<Record<string, Protocol>> = {
  cloudfront: awsQuery,
  route53: awsQuery,
  s3: s3Errors,
  's3-object-lambda': s3Errors,
  's3-outposts': s3Errors,
  s3express: s3Errors,
};

/** The form in which a client of an unknown service most likely expects its answer. */
function likelyProtocol(
  { headers, query }: Pick<HttpRequest, 'headers' | 'query'>,
  signingName = '',
): Protocol {
  const restXml = Object.hasOwn(REST_XML, signingName) ? REST_XML[signingName] : undefined;
  if (restXml) return restXml;
  if (isRpcV2Cbor({ headers })) return rpcV2Cbor;
  const contentType = headers['content-type'] ?? '';
  if (headers['x-amz-target'] !== undefined) {
    return contentType.includes('json-1.0') ? PROTOCOLS.awsJson1_0 : PROTOCOLS.awsJson1_1;
  }
  return contentType.includes('x-www-form-urlencoded') || query.includes('Action=') ? awsQuery : restJson;
}
