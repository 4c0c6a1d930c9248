/** A server with stacks on it: what the tests of CloudFormation do again and again. */
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as cf from '@aws-sdk/client-cloudformation';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

const DEADLINE_MS = 20_000;

export interface Stacks {
  readonly client: cf.CloudFormationClient;
  /** Creates a stack and waits until it is one, or has failed. */
  create(
    name: string,
    template: object | string,
    more?: Partial<cf.CreateStackCommandInput>,
  ): Promise<cf.Stack>;
  update(
    name: string,
    template: object | string,
    more?: Partial<cf.UpdateStackCommandInput>,
  ): Promise<cf.Stack>;
  remove(name: string, more?: Partial<cf.DeleteStackCommandInput>): Promise<cf.Stack>;
  /** Waits until nothing is done to the stack. */
  settled(nameOrId: string): Promise<cf.Stack>;
  /** `STATUS LogicalId: reason`, oldest first. */
  story(nameOrId: string): Promise<string[]>;
  /** The physical id of a resource. */
  physicalId(nameOrId: string, logicalId: string): Promise<string>;
}

const textOf = (template: object | string) =>
  typeof template === 'string' ? template : JSON.stringify(template);

/** One server for all tests of the file, or of the suite, that calls this: handed over before the first, closed after the last. */
export function shareStacks(
  take: (world: { readonly server: TestServer; readonly stacks: Stacks }) => void | Promise<void>,
  options?: LatchkeyOptions,
): void {
  let server: TestServer | undefined;
  before(async () => {
    server = await startServerFor(undefined, options);
    await take({ server, stacks: stacksOf(server) });
  });
  after(() => server?.close());
}

/** `observer`: who looks at them, since the caller may not be allowed to: root of the account, if it is not the usual one. */
export function stacksOf(server: TestServer, credentials?: Credentials, observer?: Credentials): Stacks {
  const client = server.client(cf.CloudFormationClient, credentials);
  const root = server.client(cf.CloudFormationClient, observer);

  const settled = async (nameOrId: string): Promise<cf.Stack> => {
    for (let waitedMs = 0; waitedMs < DEADLINE_MS; waitedMs += 25) {
      await server.settled();
      const { Stacks: [stack] = [] } = await root.send(new cf.DescribeStacksCommand({ StackName: nameOrId }));
      if (stack && !/_IN_PROGRESS$/.test(stack.StackStatus ?? '')) return stack;
      await sleep(25);
    }
    throw new Error(`${nameOrId} does not settle:\n${(await story(nameOrId)).join('\n')}`);
  };

  const story = async (nameOrId: string): Promise<string[]> => {
    const events: cf.StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await root.send(new cf.DescribeStackEventsCommand({ StackName: nameOrId, NextToken }));
      events.push(...(page.StackEvents ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return events.reverse().map(({ ResourceStatus, LogicalResourceId, ResourceStatusReason: reason }) => {
      return `${ResourceStatus} ${LogicalResourceId}${reason ? `: ${reason}` : ''}`;
    });
  };

  return {
    client,
    settled,
    story,
    async create(name, template, more = {}) {
      const { StackId } = await client.send(
        new cf.CreateStackCommand({ StackName: name, TemplateBody: textOf(template), ...more }),
      );
      return settled(StackId as string);
    },
    async update(name, template, more = {}) {
      const { StackId } = await client.send(
        new cf.UpdateStackCommand({ StackName: name, TemplateBody: textOf(template), ...more }),
      );
      return settled(StackId as string);
    },
    async remove(name, more = {}) {
      const { Stacks: [stack] = [] } = await root.send(new cf.DescribeStacksCommand({ StackName: name }));
      await client.send(new cf.DeleteStackCommand({ StackName: name, ...more }));
      return settled(stack?.StackId as string);
    },
    async physicalId(nameOrId, logicalId) {
      const { StackResourceDetail: detail } = await root.send(
        new cf.DescribeStackResourceCommand({ StackName: nameOrId, LogicalResourceId: logicalId }),
      );
      return detail?.PhysicalResourceId as string;
    },
  };
}
