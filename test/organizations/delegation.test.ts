/** Member accounts that administer a service for their organization: they read all of it, and do not leave. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeregisterDelegatedAdministratorCommand,
  EnableAWSServiceAccessCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  ListDelegatedAdministratorsCommand,
  ListDelegatedServicesForAccountCommand,
  MoveAccountCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
} from '@aws-sdk/client-organizations';
import { ACCOUNT, allowing, memberAccount, OTHER_ACCOUNT, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

const CONFIG = 'config.amazonaws.com';
const RAM = 'ram.amazonaws.com';

/** The code and the reason of a call that must fail. */
async function faultOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => assert.fail('the call succeeded, and should not have'),
    (thrown: { name: string; Reason?: string }) => thrown,
  );
  return error.Reason ? `${error.name} ${error.Reason}` : error.name;
}

async function world(t: Parameters<typeof startServerFor>[0]) {
  const server = await startServerFor(t);
  const member = await memberAccount(server);
  const management = server.client(OrganizationsClient);
  return {
    server,
    member,
    management,
    memberClient: server.client(OrganizationsClient, await server.root(member)),
    register: (ServicePrincipal: string, AccountId = member, client = management) =>
      client.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal })),
    deregister: (ServicePrincipal: string) =>
      management.send(new DeregisterDelegatedAdministratorCommand({ AccountId: member, ServicePrincipal })),
    trust: (ServicePrincipal: string) =>
      management.send(new EnableAWSServiceAccessCommand({ ServicePrincipal })),
    administrators: async (ServicePrincipal?: string) => {
      const listed = await management.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal }));
      return listed.DelegatedAdministrators?.map(({ Id }) => Id);
    },
  };
}

test('an account administers services for the organization until it is deregistered', async (t) => {
  const { management, member, register, deregister, trust, administrators } = await world(t);
  const services = async () => {
    const { DelegatedServices } = await management.send(
      new ListDelegatedServicesForAccountCommand({ AccountId: member }),
    );
    return DelegatedServices?.map(({ ServicePrincipal }) => ServicePrincipal);
  };
  assert.deepEqual(await administrators(), []);
  assert.equal(await faultOf(services()), 'AccountNotRegisteredException');
  for (const service of [CONFIG, RAM]) {
    await trust(service);
    await register(service);
  }
  assert.deepEqual(await services(), [CONFIG, RAM]);
  assert.deepEqual(await administrators(), [member]);
  assert.deepEqual(await administrators(RAM), [member]);
  assert.deepEqual(await administrators('sso.amazonaws.com'), []);
  await deregister(RAM);
  assert.deepEqual(await administrators(RAM), []);
  assert.deepEqual(await services(), [CONFIG]);
  await deregister(CONFIG);
  assert.deepEqual(await administrators(), []);
  assert.equal(await faultOf(deregister(CONFIG)), 'AccountNotRegisteredException');
});

test('neither the management account, nor a stranger, nor one for a service that is not let in', async (t) => {
  const { member, register, trust, memberClient } = await world(t);
  const violation = (reason: string) => `ConstraintViolationException ${reason}`;
  assert.equal(await faultOf(register(CONFIG)), violation('SERVICE_ACCESS_NOT_ENABLED'));
  // A name that every object has is a service's like another.
  assert.equal(await faultOf(register('constructor')), violation('SERVICE_ACCESS_NOT_ENABLED'));
  await trust(CONFIG);
  assert.equal(
    await faultOf(register(CONFIG, ACCOUNT)),
    violation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR'),
  );
  assert.equal(await faultOf(register(CONFIG, OTHER_ACCOUNT)), 'AccountNotFoundException');
  assert.equal(await faultOf(register(CONFIG, member, memberClient)), 'AccessDeniedException');
  await register(CONFIG);
  assert.equal(await faultOf(register(CONFIG)), 'AccountAlreadyRegisteredException');
});

test('it reads the organization, changes nothing of it, and stays in it', async (t) => {
  const { server, management, member, memberClient, register, deregister, trust } = await world(t);
  const list = (client: OrganizationsClient) => client.send(new ListAccountsCommand({}));
  assert.equal(await faultOf(list(memberClient)), 'AccessDeniedException');
  await trust(CONFIG);
  await register(CONFIG);
  assert.equal((await list(memberClient)).Accounts?.length, 2);
  const move = new MoveAccountCommand({
    AccountId: member,
    SourceParentId: 'r-aaaa',
    DestinationParentId: 'r-bbbb',
  });
  assert.equal(await faultOf(memberClient.send(move)), 'AccessDeniedException');
  const stays = 'ConstraintViolationException CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG';
  assert.equal(await faultOf(memberClient.send(new LeaveOrganizationCommand({}))), stays);
  const remove = new RemoveAccountFromOrganizationCommand({ AccountId: member });
  assert.equal(await faultOf(management.send(remove)), stays);

  // Only for one service, says the policy.
  const mayRegister = statement('organizations:RegisterDelegatedAdministrator', {
    Condition: { StringEquals: { 'organizations:ServicePrincipal': RAM } },
  });
  const clerk = server.client(OrganizationsClient, await userWith(server, 'clerk', mayRegister));
  assert.match((await refusal(register(CONFIG, member, clerk))).message, /not authorized to perform/);
  await trust(RAM);
  await register(RAM, member, clerk);

  for (const service of [CONFIG, RAM]) await deregister(service);
  assert.equal(await faultOf(list(memberClient)), 'AccessDeniedException');
  await management.send(remove);
  const reader = server.client(OrganizationsClient, await userWith(server, 'reader', allowing('kms:*')));
  assert.match((await refusal(list(reader))).message, /organizations:ListAccounts/);
});
