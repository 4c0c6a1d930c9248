/** The errors of authentication, in the words of each family of services. */
import { AwsError } from '../aws/aws-error.ts';
import type { ProtocolName } from '../shapes/shape.ts';

/** The ways in which a request fails to say, believably, who sent it. */
export type AuthenticationFault =
  /** Unsigned. */
  | 'missing'
  /** Signed, but not in a form that can be read. */
  | 'incomplete'
  /** Readable, but the signature, its scope or its headers are wrong, or the clocks differ by too much. */
  | 'mismatch'
  /** A presigned URL older than its X-Amz-Expires. */
  | 'expiredUrl'
  | 'unknownKey'
  | 'invalidToken'
  | 'expiredToken';

/** What the checks throw; `verify` turns it into the protocol's `AwsError`. */
export class AuthenticationRefusal extends Error {
  readonly fault: AuthenticationFault;

  constructor(fault: AuthenticationFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

interface Wording {
  readonly code: string;
  readonly status: number;
  /** Replaces the refusal's message, where a service family has a sentence of its own. */
  readonly message?: string;
}

type Wordings = Readonly<Record<AuthenticationFault, Wording>>;

/** KMS, CloudTrail, EventBridge: every one of these is a 400. */
const JSON_WORDINGS: Wordings = {
  missing: { code: 'MissingAuthenticationTokenException', status: 400 },
  incomplete: { code: 'IncompleteSignatureException', status: 400 },
  mismatch: { code: 'InvalidSignatureException', status: 400 },
  expiredUrl: { code: 'InvalidSignatureException', status: 400 },
  unknownKey: { code: 'UnrecognizedClientException', status: 400 },
  invalidToken: { code: 'UnrecognizedClientException', status: 400 },
  expiredToken: { code: 'ExpiredTokenException', status: 400 },
};

/** IAM, STS, Auto Scaling, CloudFormation. */
const QUERY_WORDINGS: Wordings = {
  missing: { code: 'MissingAuthenticationToken', status: 403 },
  incomplete: { code: 'IncompleteSignature', status: 400 },
  mismatch: { code: 'SignatureDoesNotMatch', status: 403 },
  expiredUrl: { code: 'SignatureDoesNotMatch', status: 403 },
  unknownKey: { code: 'InvalidClientTokenId', status: 403 },
  invalidToken: { code: 'InvalidClientTokenId', status: 403 },
  expiredToken: { code: 'ExpiredToken', status: 403 },
};

/** EC2 answers a wrong key, a wrong signature and a wrong clock alike. */
const EC2_AUTH_FAILURE: Wording = {
  code: 'AuthFailure',
  status: 401,
  message: 'AWS was not able to validate the provided access credentials',
};
const EC2_EXPIRED: Wording = { code: 'RequestExpired', status: 400, message: 'Request has expired.' };

const EC2_WORDINGS: Wordings = {
  missing: {
    code: 'MissingParameter',
    status: 400,
    message: 'The request must contain the parameter AWSAccessKeyId',
  },
  incomplete: { code: 'IncompleteSignature', status: 400 },
  mismatch: EC2_AUTH_FAILURE,
  expiredUrl: EC2_EXPIRED,
  unknownKey: EC2_AUTH_FAILURE,
  invalidToken: EC2_AUTH_FAILURE,
  expiredToken: EC2_EXPIRED,
};

/** EBS direct: the JSON codes, each a 403. */
const REST_JSON_WORDINGS = Object.fromEntries(
  Object.entries(JSON_WORDINGS).map(([fault, { code }]) => [fault, { code, status: 403 }]),
) as unknown as Wordings;

const WORDINGS: Readonly<Record<ProtocolName, Wordings>> = {
  awsJson1_0: JSON_WORDINGS,
  awsJson1_1: JSON_WORDINGS,
  awsQuery: QUERY_WORDINGS,
  ec2Query: EC2_WORDINGS,
  restJson1: REST_JSON_WORDINGS,
  rpcV2Cbor: JSON_WORDINGS,
};

/** The refusal in the words, code and HTTP status of the services that speak `protocol`. */
export function authenticationError(refusal: AuthenticationRefusal, protocol: ProtocolName): AwsError {
  const wording = WORDINGS[protocol][refusal.fault];
  return new AwsError(wording.code, wording.message ?? refusal.message, wording.status);
}
