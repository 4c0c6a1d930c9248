/**
 * The official SDK, for `latchkey import aws` alone: bundled apart, and loaded by that command only
 * (docs/decisions/sdk-apart.md). Commands by the names of reads.ts; all of them read.
 */
import { AssumeRoleCommand, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { AwsCall, AwsCalls } from './aws-calls.ts';
import * as autoscaling from './commands/autoscaling.ts';
import * as cloudformation from './commands/cloudformation.ts';
import * as cloudtrail from './commands/cloudtrail.ts';
import * as cloudwatch from './commands/cloudwatch.ts';
import * as ec2 from './commands/ec2.ts';
import * as events from './commands/events.ts';
import * as iam from './commands/iam.ts';
import * as kms from './commands/kms.ts';
import * as logs from './commands/logs.ts';
import * as organizations from './commands/organizations.ts';
import * as ssm from './commands/ssm.ts';
import * as sts from './commands/sts.ts';

/** A client, and the commands that are bundled: a module for each service. */
const SERVICES = {
  autoscaling,
  cloudformation,
  cloudtrail,
  cloudwatch,
  ec2,
  events,
  iam,
  kms,
  logs,
  organizations,
  ssm,
  sts,
} as const;
type Service = keyof typeof SERVICES;

// biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own, and the table of reads says which
type AnyCommand = new (input: any) => object;

function commandOf(service: Service, operation: string): AnyCommand {
  const bundled: Readonly<Record<string, unknown>> = SERVICES[service];
  const command = bundled[`${operation}Command`] as AnyCommand | undefined;
  if (!command) throw new Error(`the SDK's ${service}:${operation} is not bundled`);
  return command;
}

interface AnyClient {
  send(command: object): Promise<object>;
  readonly config: { region(): Promise<string> };
  destroy(): void;
}

export function sdkCalls({ profile }: { profile?: string }): AwsCalls {
  const clients = new Map<string, AnyClient>();
  const clientOf = (service: Service, region: string | undefined, role?: string): AnyClient => {
    const name = `${service} ${region} ${role}`;
    const known = clients.get(name);
    if (known) return known;
    const Client = SERVICES[service].Client as unknown as new (config: object) => AnyClient;
    const made = new Client({
      ...(region && { region }),
      ...(profile && { profile }),
      ...(role && { credentials: () => credentialsOf(role, clientOf('sts', region)) }),
      // Who asks waits, and counts: pace.ts.
      maxAttempts: 1,
    });
    clients.set(name, made);
    return made;
  };
  return {
    async call({ service, operation, region, input, role }: AwsCall) {
      const Command = commandOf(service as Service, operation);
      return clientOf(service as Service, region, role).send(new Command(input));
    },
    homeRegion: () =>
      clientOf('sts', undefined)
        .config.region()
        .catch(() => 'us-east-1'),
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

/** The SDK asks for new ones before these expire. */
async function credentialsOf(role: string, sts: AnyClient): Promise<object> {
  const input = { RoleArn: role, RoleSessionName: 'latchkey-import' };
  const { Credentials } = (await sts.send(new AssumeRoleCommand(input))) as AssumeRoleResponse;
  return {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
    expiration: Credentials?.Expiration,
  };
}
