/** What the soak does to the server, one client after another kind of work, each remembering what it was told. */
import * as cf from '@aws-sdk/client-cloudformation';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import { NbdClient } from '../../test/dataplane/nbd-client.ts';
import type { Model } from './model.ts';
import type { SoakServer } from './server.ts';

const REGION = 'us-east-1';
const BLOCK_BYTES = 4096;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Clients of the server as it runs now; its port changes with each start. */
export function clientsOf(server: SoakServer, credentials: Credentials) {
  const config = { endpoint: server.url, region: REGION, credentials, maxAttempts: 1 };
  return {
    kms: new kms.KMSClient(config),
    iam: new iam.IAMClient(config),
    ec2: new ec2.EC2Client(config),
    cf: new cf.CloudFormationClient(config),
    logs: new logs.CloudWatchLogsClient(config),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

export interface Work {
  readonly clients: () => Clients;
  readonly server: SoakServer;
  readonly model: Model;
  readonly random: () => number;
  /** The server was ended, or its disk fails: errors are to be expected. */
  readonly isDisturbed: () => boolean;
}

let serial = 0;
const nextName = (kind: string) => `${kind}-${++serial}`;

export async function keys({ clients, model }: Work): Promise<void> {
  const { KeyMetadata } = await clients().kms.send(new kms.CreateKeyCommand({ Description: 'soak' }));
  const id = KeyMetadata?.KeyId as string;
  const { CiphertextBlob } = await clients().kms.send(
    new kms.EncryptCommand({ KeyId: id, Plaintext: Buffer.from(id) }),
  );
  model.promise(id, 'a key that decrypts what it encrypted', async () => {
    const { Plaintext } = await clients().kms.send(new kms.DecryptCommand({ CiphertextBlob }));
    return Buffer.from(Plaintext ?? []).toString() === id ? undefined : 'another plaintext';
  });
  const AliasName = `alias/${nextName('soak')}`;
  await clients().kms.send(new kms.CreateAliasCommand({ AliasName, TargetKeyId: id }));
  model.promise(AliasName, 'an alias', async () => {
    const found = await clients().kms.send(new kms.DescribeKeyCommand({ KeyId: AliasName }));
    return found.KeyMetadata?.KeyId === id ? undefined : 'of another key';
  });
}

export async function users({ clients, model }: Work): Promise<void> {
  const UserName = nextName('user');
  await clients().iam.send(new iam.CreateUserCommand({ UserName }));
  const exists = async () => {
    await clients().iam.send(new iam.GetUserCommand({ UserName }));
    return undefined;
  };
  model.promise(UserName, 'a user', exists);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  });
  await clients().iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
  model.promise(UserName, 'a user with a policy', async () => {
    await clients().iam.send(new iam.GetUserPolicyCommand({ UserName, PolicyName: 'p' }));
    return undefined;
  });
}

const templateOf = (description: string) =>
  JSON.stringify({
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          Description: description,
          KeyPolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::123456789012:root' },
                Action: 'kms:*',
                Resource: '*',
              },
            ],
          },
        },
      },
      Alias: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: `alias/${description}`, TargetKeyId: { Ref: 'Key' } },
      },
      Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: description } },
    },
  });

export async function stacks({ clients, model }: Work): Promise<void> {
  const StackName = nextName('stack');
  await clients().cf.send(new cf.CreateStackCommand({ StackName, TemplateBody: templateOf(StackName) }));
  model.promise(StackName, 'a stack', async () => {
    const { Stacks } = await clients().cf.send(new cf.DescribeStacksCommand({ StackName }));
    const status = Stacks?.[0]?.StackStatus;
    return status === 'CREATE_IN_PROGRESS' || status === 'CREATE_COMPLETE' ? undefined : `it is ${status}`;
  });
}

export async function instances({ clients, model }: Work): Promise<void> {
  const { Images } = await clients().ec2.send(new ec2.DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Instances } = await clients().ec2.send(
    new ec2.RunInstancesCommand({ ImageId: Images?.[0]?.ImageId, MinCount: 1, MaxCount: 1 }),
  );
  const id = Instances?.[0]?.InstanceId as string;
  model.promise(id, 'an instance', async () => {
    const found = await clients().ec2.send(new ec2.DescribeInstancesCommand({ InstanceIds: [id] }));
    const state = found.Reservations?.[0]?.Instances?.[0]?.State?.Name;
    return state === 'pending' || state === 'running' ? undefined : `it is ${state}`;
  });
}

/** Writes blocks to the root volume of one instance, and promises those that were flushed. */
export class VolumeWriter {
  #volumeId: string | undefined;
  #round = 0;
  /** The last round of which each block was flushed, and the last that was begun. */
  readonly #flushed = new Map<number, number>();
  readonly #begun = new Map<number, number>();
  checks = 0;

  async write(work: Work): Promise<void> {
    const client = await this.#connect(work);
    try {
      for (let round = 0; round < 5; round++) {
        const written: number[] = [];
        this.#round++;
        for (let count = 0; count < 8; count++) {
          const block = Math.floor(work.random() * 512);
          this.#begun.set(block, this.#round);
          await client.write(block * BLOCK_BYTES, contentOf(block, this.#round));
          written.push(block);
        }
        await client.flush();
        for (const block of written) this.#flushed.set(block, this.#round);
        work.model.acknowledged++;
      }
    } finally {
      await client.close().catch(() => {});
    }
  }

  async verify(work: Work): Promise<void> {
    if (this.#flushed.size === 0) return;
    const client = await this.#connect(work);
    for (const [block, round] of this.#flushed) {
      this.checks++;
      const found = await client.read(block * BLOCK_BYTES, BLOCK_BYTES);
      const roundFound = found.readUInt32LE(4);
      // What was written after the flush may be there or not; anything older, or torn, may not.
      const isWhole = found.equals(contentOf(block, roundFound));
      if (!isWhole || roundFound < round || roundFound > (this.#begun.get(block) ?? 0)) {
        work.model.lost.push(`block ${block} of ${this.#volumeId}: round ${roundFound}, flushed ${round}`);
      }
    }
    await client.close();
  }

  async #connect(work: Work): Promise<NbdClient> {
    for (let tries = 0; ; tries++) {
      const { attachments } = await work.server.ask<{
        attachments: { volumeId: string; nbdUri: string }[];
      }>('volumes');
      this.#volumeId ??= attachments[0]?.volumeId;
      const mine = attachments.find(({ volumeId }) => volumeId === this.#volumeId);
      if (mine) return NbdClient.open(mine.nbdUri);
      if (tries > 200 || work.isDisturbed()) throw new Error(`${this.#volumeId} is not attached`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function contentOf(block: number, round: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES, round & 0xff);
  bytes.writeUInt32LE(block, 0);
  bytes.writeUInt32LE(round, 4);
  return bytes;
}
