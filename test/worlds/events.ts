/** A server whose rules put what they catch into log groups, and what it takes to read them. */
import type { TestContext } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { ACCOUNT, REGION } from './account.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

export interface CaughtEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly [member: string]: unknown;
}

export interface Watch {
  readonly groupArn: string;
  /** The messages of the group, in their order. */
  messages(): Promise<string[]>;
  /** The same, as the events that they are. */
  caught(): Promise<CaughtEvent[]>;
}

export interface EventsWorld {
  readonly server: TestServer;
  readonly events: EventBridgeClient;
  readonly logs: CloudWatchLogsClient;
  /** A log group that EventBridge may write to, and a rule that has it as its target. */
  watch(
    name: string,
    rule: Omit<PutRuleCommandInput, 'Name' | 'EventPattern'> & { pattern?: object },
    target?: Partial<Target>,
  ): Promise<Watch>;
}

export const groupArn = (name: string, account = ACCOUNT, region = REGION) =>
  `arn:aws:logs:${region}:${account}:log-group:/aws/events/${name}`;

/** What EventBridge's documentation tells to put, and its console puts. */
export const lettingEventsIn = (account = ACCOUNT, region = REGION) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${groupArn('*', account, region)}:*`,
      },
    ],
  });

export async function eventsWorld(
  context: Pick<TestContext, 'after'> | undefined,
  given: { server?: TestServer; credentials?: Credentials; account?: string; region?: string } = {},
): Promise<EventsWorld> {
  const { account = ACCOUNT, region = REGION } = given;
  const server = given.server ?? (await startServerFor(context));
  const credentials = given.credentials ?? (await server.root(account));
  const events = server.client(EventBridgeClient, credentials, { region });
  const logs = server.client(CloudWatchLogsClient, credentials, { region });
  await logs.send(
    new PutResourcePolicyCommand({ policyName: 'events', policyDocument: lettingEventsIn(account, region) }),
  );
  return {
    server,
    events,
    logs,
    async watch(name, { pattern, ...rule }, target = {}) {
      const logGroupName = `/aws/events/${name}`;
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      const EventPattern = pattern && JSON.stringify(pattern);
      await events.send(new PutRuleCommand({ Name: name, EventPattern, ...rule }));
      const { EventBusName } = rule;
      const Targets = [{ Id: 'log', Arn: groupArn(name, account, region), ...target }];
      await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
      const messages = async () => {
        await server.settled();
        const { events: found } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
        return found!.map(({ message }) => message!);
      };
      return {
        groupArn: groupArn(name, account, region),
        messages,
        caught: async () => (await messages()).map((message) => JSON.parse(message) as CaughtEvent),
      };
    },
  };
}
