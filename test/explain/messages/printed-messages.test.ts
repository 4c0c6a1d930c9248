/** One sentence of AWS as SDKs, tools and logs print it: who was refused what is read out of each, without a record of the call. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ACCOUNT, REGION } from '../../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../../worlds/kms.ts';
import type { Explained } from '../../worlds/remedies.ts';

let world: KmsWorld;
let key: string;
before(async () => {
  world = await kmsWorld(undefined);
  key = await world.key();
  await world.role('App', {});
});
after(() => world.server.close());

const explain = (subject: string) =>
  world.server.ask<Explained>('explain', { subject, accountId: ACCOUNT, region: REGION });

const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/App/i-0abc`;
const REQUEST = '4c3a6a4e-41ea-4a26-9d4a-6ea1a5d3f2b1';
const sentence = () =>
  `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy allows the kms:Decrypt action`;
const everyColumns = (width: number, text: string) =>
  text.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';

const FORMS: Readonly<Record<string, () => string>> = {
  boto3: () =>
    `botocore.errorfactory.AccessDeniedException: An error occurred (AccessDeniedException) when calling the Decrypt operation: ${sentence()}`,
  'Java, version 1': () =>
    `com.amazonaws.services.kms.model.AWSKMSException: ${sentence()} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${REQUEST}; Proxy: null)\n\tat com.amazonaws.http.AmazonHttpClient`,
  'Java, version 2': () =>
    `software.amazon.awssdk.services.kms.model.KmsException: ${sentence()} (Service: Kms, Status Code: 400, Request ID: ${REQUEST}, Extended Request ID: null)`,
  'Go, version 1': () => `AccessDeniedException: ${sentence()}\n\tstatus code: 400, request id: ${REQUEST}`,
  'Go, version 2': () =>
    `operation error KMS: Decrypt, https response error StatusCode: 400, RequestID: ${REQUEST}, api error AccessDeniedException: ${sentence()}`,
  '.NET': () =>
    `Amazon.KeyManagementService.AmazonKeyManagementServiceException: ${sentence()}\n ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type`,
  Rust: () =>
    `ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some("AccessDeniedException"), message: Some("${sentence()}"), extras: Some({"aws_request_id": "${REQUEST}"}) } }) })`,
  PHP: () =>
    `Error executing "Decrypt" on "https://kms.us-east-1.amazonaws.com"; AWS HTTP error: Client error: \`POST https://kms.us-east-1.amazonaws.com\` resulted in a \`400 Bad Request\` response:\n{"__type":"AccessDeniedException","Message":"${sentence()}"}`,
  Ruby: () =>
    `raise_response_errors.rb:17:in 'call': ${sentence()} (Aws::KMS::Errors::AccessDeniedException)`,
  'the SDK for JavaScript': () =>
    `AccessDeniedException: ${sentence()}\n    at throwDefaultError (index.js:867:20) {\n  '$metadata': { requestId: '${REQUEST}' }\n}`,
  'CloudFormation and the CDK': () =>
    `Resource handler returned message: "${sentence()} (Service: Kms, Status Code: 400, Request ID: ${REQUEST}) (SDK Attempt Count: 1)" (RequestToken: 11111111-2222-3333-4444-555555555555, HandlerErrorCode: AccessDenied)`,
  Lambda: () =>
    `{"errorMessage":"Lambda was unable to decrypt the environment variables because KMS access was denied. KMS Exception: AccessDeniedExceptionKMS Message: ${sentence()}","errorType":"KMSAccessDeniedException"}`,
  'XML, and HTML': () =>
    `&lt;Message&gt;User: &quot;${SESSION}&quot; is not authorized to perform: kms:Decrypt on resource: &quot;${key}&quot;&lt;/Message&gt;`,
  'SOPS, in a frame': () =>
    `Group 0: FAILED\n  - | operation error KMS: Decrypt, https response\n    | error AccessDeniedException: User:\n    | ${SESSION}\n    | is not authorized to perform: kms:Decrypt on resource:\n    | ${key}`,
  'a narrow terminal, mid-word': () => everyColumns(60, sentence()),
  'a service, without "resource:"': () =>
    `Role arn:aws:iam::${ACCOUNT}:role/App is not authorized to perform kms:Decrypt on ${key}`,
  'a backup tool, the resource first': () =>
    `User ${SESSION} is not authorized to use resource ${key} (Actions: kms:Decrypt)`,
  'a mainframe, in capitals': () => sentence().toUpperCase(),
  'a search index, in small letters': () => sentence().toLowerCase(),
  'a headline, each word with a capital': () =>
    sentence()
      .replace('is not authorized to perform', 'Is Not Authorized To Perform')
      .replace(' on r', ' On R'),
  'a British ticket': () => sentence().replace('authorized', 'authorised'),
  'a chat, with links': () => sentence().replace(SESSION, `<${SESSION}>`).replace(key, `<${key}|the key>`),
  'a chat, in bold': () =>
    sentence().replace(SESSION, `**${SESSION}**`).replace('kms:Decrypt on', '*kms:Decrypt* on'),
  'a ticket, as code': () => sentence().replace(SESSION, `{{${SESSION}}}`).replace(key, `{{${key}}}`),
  'Markdown, with escapes': () => sentence().replace(/-/g, '\\-'),
  'a word processor': () => sentence().replace(SESSION, `“${SESSION}”`).replace(key, `‘${key}’`),
  'a web page that lets no line break': () => sentence().replaceAll(' ', '&nbsp;'),
  'a web page, with its elements': () =>
    `<p>${sentence().replace(key, `<code class="arn">${key}</code>`)}<br/>Try again</p>`,
  'a page with characters that nobody sees': () => sentence().replaceAll(':', ':\u200b'),
  'the query of a URL': () => encodeURIComponent(sentence()),
  'a form, with a plus for each blank': () => encodeURIComponent(sentence()).replaceAll('%20', '+'),
  'JSON that escapes whatever HTML would read': () =>
    JSON.stringify({ m: sentence() }).replaceAll('"', '\\u0022'),
  'a mail, as it is sent': () => sentence().replace(/.{70}/g, '$&=\n'),
  'a mail that answers an answer': () => sentence().replace(/(?:^| )(User|is not|on|because)/g, '\n>> $1'),
  'containers, each line with the name of one': () =>
    sentence()
      .replace(/^|(?<=\S{60,}) /g, '\nweb-1  | ')
      .trim(),
  syslog: () => headed(90, () => 'Nov 30 12:00:00 web app[123]: '),
  'grep, with the numbers of lines': () => headed(80, (at) => `${at + 1}:`),
  'a log of containers, with times': () => headed(100, () => '2026-11-30T12:00:00.123456Z '),
};

const headed = (width: number, head: (at: number) => string) =>
  everyColumns(width, sentence())
    .split('\n')
    .map((line, at) => head(at) + line)
    .join('\n');

describe('the sentence, printed by', () => {
  for (const [name, text] of Object.entries(FORMS)) {
    test(name, async () => {
      const { verdict, headline, remedies } = await explain(text());
      assert.equal(verdict, 'denied', headline);
      assert.match(headline, /role App may not kms:Decrypt on key /);
      assert.deepEqual(
        remedies.map(({ target }) => target),
        [`arn:aws:iam::${ACCOUNT}:role/App`],
      );
    });
  }
});

describe('what AWS says refused it, and nobody here has read:', () => {
  for (const kind of ['permissions boundary', 'service control policy', 'resource control policy']) {
    test(`a ${kind} that lacks it`, async () => {
      const text = sentence().replace(/because .*/, `because no ${kind} allows the kms:Decrypt action`);
      const { checks, remediesVerified, text: page } = await explain(text);
      assert.equal(checks[0]?.policyType, kind);
      assert.equal(remediesVerified, false);
      assert.match(page, new RegExp(`which does not have the ${kind} that AWS speaks of`));
    });
  }
});

test('a role that IAM names without its ARN is found, with its path', async () => {
  await world.role('worker', { path: '/apps/' });
  const { verdict, headline, remedies } = await explain(
    `An error occurred (AccessDenied) when calling the PutRolePolicy operation: User: ${SESSION} is not authorized to perform: iam:PutRolePolicy on resource: role worker because no identity-based policy allows the iam:PutRolePolicy action`,
  );
  assert.equal(verdict, 'denied', headline);
  assert.match(JSON.stringify(remedies[0]?.document), /:role\/apps\/worker"/);
});

/** What is said to a message that names neither who nor what. */
const MEANT: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'an unreachable proxy': [
    'An error occurred (KMSInvalidStateException) when calling the Encrypt operation: AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue.',
    /no policy of AWS is in the way: the proxy of the external key store was not reached/,
  ],
  'a proxy that wants another credential': [
    'The external key store proxy rejected the request because it could not authenticate AWS KMS.',
    /update-custom-key-store/,
  ],
  'an external key that is gone': [
    'KMSInvalidStateException: The external key store proxy rejected the request because it could not find the external key.',
    /external key is gone, not enabled/,
  ],
  'a ciphertext that the proxy refuses': [
    'The external key store proxy rejected the request because the specified ciphertext or additional authenticated data is corrupted, missing, or otherwise invalid.',
    /ciphertext or the encryption context is not the one/,
  ],
  'a key store that is not connected': [
    'An error occurred (CustomKeyStoreInvalidStateException) when calling the CreateKey operation',
    /connect-custom-key-store connects it/,
  ],
  'a volume that AWS Backup may not look at': [
    `Your backup job failed as AWS Backup does not have permission to describe resource arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-0123456789abcdef0. Please review your IAM policies to ensure AWS Backup can protect your resources.`,
    /that role may not look at arn:aws:ec2:\S+vol-0123456789abcdef0; .* latchkey can role\/AWSBackupDefaultServiceRole ec2:DescribeVolumes\.$/,
  ],
  'a bucket that AWS Backup may not look at': [
    'AWS Backup does not have permission to describe resource arn:aws:s3:::books',
    /no key is in play yet: for a bucket it needs AWSBackupServiceRolePolicyForS3Backup/,
  ],
  'a stream whose grant is gone': [
    'InvalidKMSResourceException: The grant for the CMK to this delivery stream might have been revoked or caller might not have sufficient permissions for the CMK.',
    /list-grants.*latchkey can PRINCIPAL kms:CreateGrant KEY --through firehose:StartDeliveryStreamEncryption\.$/,
  ],
  'a token that no trust policy lets in': [
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    /trust policy does not let that token in.*system:serviceaccount:NAMESPACE:NAME/,
  ],
  'a grant token that is none': [
    'An error occurred (InvalidGrantTokenException) when calling the Decrypt operation:',
    /can be left out: a grant needs its token only until/,
  ],
  "a database's snapshot that is shared": [
    'An error occurred (InvalidDBSnapshotState): You cannot share snapshots encrypted with the default AWS KMS key for RDS.',
    /has to be under a customer managed key/,
  ],
  'a key without Encrypted': [
    'An error occurred (InvalidParameterDependency) when calling the CreateVolume operation: The parameter KmsKeyId requires the parameter Encrypted to be set.',
    /Encrypted has to be given/,
  ],
  'an alias that Systems Manager does not find': [
    'An error occurred (InvalidKeyId) when calling the PutParameter operation: Invalid keyId alias/none',
    /There is no such key or alias in the account and the Region/,
  ],
  EMR: [
    "Amazon EMR couldn't launch the cluster because the KMS key is invalid. Make sure the key is valid and that your service role has permissions to use the key.",
    /EMR_DefaultRole_V2, if no other was given.*latchkey can role\/EMR_DefaultRole_V2 kms:CreateGrant KEY --through ec2:RunInstances/,
  ],
};

describe('what is meant by', () => {
  for (const [name, [text, says]] of Object.entries(MEANT)) {
    test(name, async () => {
      const { verdict, headline } = await explain(text);
      assert.equal(verdict, 'unknown');
      assert.match(headline, says);
    });
  }
});
