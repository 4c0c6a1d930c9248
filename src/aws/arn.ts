/** Amazon Resource Names: `arn:partition:service:region:account:resource`. The resource part may itself contain colons. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

export function formatArn(arn: Omit<Arn, 'partition'> & { partition?: string }): string {
  return `arn:${arn.partition ?? 'aws'}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}

/** The parsed ARN, or undefined when the text is not one. */
export function parseArn(text: string): Arn | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  const [, partition, service, region, account, ...resource] = parts as [
    string,
    string,
    string,
    string,
    string,
  ];
  if (!partition || !service) return undefined;
  return { partition, service, region, account, resource: resource.join(':') };
}

/** The last part of an ARN, which names most resources. */
export const lastPart = (arn: string): string =>
  arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);

/**
 * Where the last part of an ARN is not what people call the resource: log groups and parameters whose names are paths (that of
 * parameter/x may be x or /x), and stacks, change sets, connections and API destinations, whose ids follow their names.
 */
const NAME_WITHIN =
  /:log-group:(?<group>[^:]+)|:parameter(?<path>(?:\/[^/]+)+)$|\/(?<name>[^/]+)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What people know the resource of an ARN by: the ARN, its last part and, where that is another, its name. */
export function namesOf(arn: string): string[] {
  const { group, path, name = group ?? path } = NAME_WITHIN.exec(arn)?.groups ?? {};
  return [arn, lastPart(arn), name ?? ''].filter((each) => each !== '');
}
