/** The services whose shapes are known, read from the generated tables on first use. */
import { shippedJson } from '../platform/node/shipped-json.ts';
import type { ServiceOperations } from './generated/index.ts';
import { inflate } from './inflate.ts';
import type { ServiceShapes } from './shape.ts';
import type { ServiceHeader, ServiceTable } from './table.ts';

export type ServiceId = keyof ServiceOperations;

const generated = <T>(name: string) => shippedJson<T>(`./generated/${name}.json`, import.meta.url);

const headers = generated<Readonly<Record<ServiceId, Omit<ServiceHeader, 'id'>>>>('services');

const SERVICES: ReadonlyMap<string, ServiceShapes> = new Map(
  Object.entries(headers()).map(([id, header]) => [
    id,
    inflate({ id, ...header }, generated<ServiceTable>(id)),
  ]),
);

export const serviceIds = [...SERVICES.keys()] as readonly ServiceId[];

export function serviceShapes(id: ServiceId): ServiceShapes;
export function serviceShapes(id: string): ServiceShapes | undefined;
export function serviceShapes(id: string): ServiceShapes | undefined {
  return SERVICES.get(id);
}

const awsServices = generated<Readonly<Record<string, string>>>('aws-services');

/** Services whose signing name is no IAM prefix. */
const OTHERS: Readonly<Record<string, string>> = {
  cloudcontrolapi: 'AWS Cloud Control API',
  tagging: 'AWS Resource Groups Tagging API',
};

/** The full name (`Amazon Simple Queue Service`) of any AWS service by its signing name or IAM prefix (`sqs`). */
export function awsServiceName(signingName: string): string | undefined {
  return [OTHERS, awsServices()].find((names) => Object.hasOwn(names, signingName))?.[signingName];
}
