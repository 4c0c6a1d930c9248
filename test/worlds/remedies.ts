/** Makes the changes that an explanation proposes, as the administrator of each account would with the SDK. */
import * as EC2 from '@aws-sdk/client-ec2';
import * as IAM from '@aws-sdk/client-iam';
import * as KMS from '@aws-sdk/client-kms';
import * as Organizations from '@aws-sdk/client-organizations';
import type { Explanation } from '../../src/explain/explanation.ts';
import type { TestServer } from './server.ts';

export type Explained = Explanation & { readonly text: string };

const SDKS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ec2: EC2,
  iam: IAM,
  kms: KMS,
  organizations: Organizations,
};
const CLIENTS = {
  ec2: EC2.EC2Client,
  iam: IAM.IAMClient,
  kms: KMS.KMSClient,
  organizations: Organizations.OrganizationsClient,
};

type Sender = { send(command: unknown): Promise<unknown> };

export async function applyRemedies(server: TestServer, { remedies }: Explanation): Promise<void> {
  for (const { calls = [] } of remedies) {
    for (const { service, operation, input, account, region } of calls) {
      const Client = CLIENTS[service as keyof typeof CLIENTS] as unknown as typeof KMS.KMSClient;
      const Command = SDKS[service]?.[`${operation}Command`] as new (input: object) => unknown;
      const client = server.client(Client, await server.root(account), { region });
      await (client as unknown as Sender).send(new Command(input));
    }
  }
}
