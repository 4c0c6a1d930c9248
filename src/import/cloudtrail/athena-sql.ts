/**
 * The fold of use.ts as SQL, for logs that are too many to carry away: one query for Athena's table of CloudTrail logs
 * (https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html) or a CloudTrail Lake event data store, whose
 * request parameters are a map. Its CSV is read by `latchkey import files`.
 */
import {
  DENIAL_REASON,
  DENIED_ACTION,
  DENIED_RESOURCE,
  DIGITS_IN_VALUE,
  FACT_NAMES,
  MANY,
  MAX_VARYING,
  VARYING_NAMES,
  VPC_ENDPOINT,
} from './use.ts';

export const CSV_COLUMNS = [...FACT_NAMES, 'count', 'first', 'last', 'lastEvent', ...VARYING_NAMES];

interface Dialect {
  readonly parameter: (path: string) => string;
  /** A member of the request parameters as compact JSON. */
  readonly json: (path: string) => string;
  readonly noParameters: string;
  readonly time: string;
}

const ATHENA: Dialect = {
  parameter: (path) => `json_extract_scalar(requestparameters, '$.${path}')`,
  json: (path) => `json_format(json_extract(requestparameters, '$.${path}'))`,
  noParameters: `coalesce(requestparameters, '') IN ('', 'null')`,
  time: 'eventtime',
};

/** Lake's map holds text: nested members are JSON within it. */
const LAKE: Dialect = {
  parameter: (path) => `element_at(requestparameters, '${path}')`,
  json: (path) => `element_at(requestparameters, '${path}')`,
  noParameters: 'coalesce(cardinality(requestparameters), 0) = 0',
  time: `date_format(eventtime, '%Y-%m-%dT%H:%i:%sZ')`,
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const shape = (json: string) => `regexp_replace(${json}, ${quoted(DIGITS_IN_VALUE)}, ':"*"')`;
const few = (value: string) =>
  `CASE WHEN count(DISTINCT nullif(${value}, '')) > ${MAX_VARYING} THEN '${MANY}' ` +
  `ELSE array_join(array_agg(DISTINCT nullif(${value}, '')), ' ') END`;

function factColumns({
  parameter,
  json,
  noParameters,
}: Dialect): Record<(typeof FACT_NAMES)[number], string> {
  const isSession = `useridentity.type IN ('AssumedRole', 'FederatedUser')`;
  const arns = `array_join(transform(resources, r -> r.arn), ' ')`;
  const ofSession = (inSession: string, otherwise: string) =>
    `CASE WHEN ${isSession} THEN coalesce(${inSession}, ${otherwise}) ELSE ${otherwise} END`;
  return {
    identity: 'useridentity.type',
    arn: ofSession('useridentity.sessioncontext.sessionissuer.arn', 'useridentity.arn'),
    id:
      `CASE useridentity.type WHEN 'AssumedRole' THEN split_part(useridentity.principalid, ':', 1) ` +
      `WHEN 'FederatedUser' THEN useridentity.sessioncontext.sessionissuer.principalid ` +
      'ELSE useridentity.principalid END',
    account: 'useridentity.accountid',
    invokedBy: 'useridentity.invokedby',
    recipient: 'recipientaccountid',
    region: 'awsregion',
    source: `replace(eventsource, '.amazonaws.com', '')`,
    name: 'eventname',
    resource:
      `coalesce(CASE WHEN eventsource IN ('kms.amazonaws.com', 'sts.amazonaws.com') ` +
      `THEN coalesce(nullif(${arns}, ''), ${parameter('keyId')}, ` +
      `${parameter('roleArn')} || coalesce(' ' || ${parameter('principalArn')}, '')) END, ` +
      `regexp_extract(errormessage, ${quoted(DENIED_RESOURCE)}, 1))`,
    context:
      `CASE WHEN ${noParameters} THEN '?' WHEN eventname = 'ReEncrypt' THEN ` +
      `'{"destinationEncryptionContext":' || coalesce(${shape(json('destinationEncryptionContext'))}, '{}') || ` +
      `',"sourceEncryptionContext":' || coalesce(${shape(json('sourceEncryptionContext'))}, '{}') || '}' ` +
      `ELSE ${shape(json('encryptionContext'))} END`,
    grant:
      `CASE WHEN eventsource = 'kms.amazonaws.com' AND eventname = 'CreateGrant' AND NOT (${noParameters}) ` +
      `THEN '{' || coalesce('"constraints":' || ${shape(json('constraints'))} || ',', '') || ` +
      `'"operations":' || ${json('operations')} || '}' END`,
    error: 'errorcode',
    denied: `regexp_extract(errormessage, ${quoted(DENIED_ACTION)}, 1)`,
    reason: `regexp_extract(errormessage, ${quoted(DENIAL_REASON)})`,
  };
}

const VARYING_COLUMNS: Readonly<Record<(typeof VARYING_NAMES)[number], string>> = {
  sessions: `CASE WHEN useridentity.type IN ('AssumedRole', 'FederatedUser') THEN substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1) END`,
  addresses: 'sourceipaddress',
  vpcEndpoints: `regexp_extract(vpcendpointid, ${quoted(VPC_ENDPOINT)})`,
  mfa: 'useridentity.sessioncontext.attributes.mfaauthenticated',
};

/** Event data stores are named by their ids. */
const isEventDataStore = (table: string) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(table);

export function athenaSql({
  table = 'cloudtrail_logs',
  days = 30,
}: {
  table?: string;
  days?: number;
}): string {
  const lake = isEventDataStore(table);
  const dialect = lake ? LAKE : ATHENA;
  const facts = factColumns(dialect);
  const since = lake
    ? `eventtime > current_timestamp - interval '${days}' day`
    : `eventtime > date_format(current_timestamp - interval '${days}' day, '%Y-%m-%dT%H:%i:%sZ')`;
  const columns = [
    ...FACT_NAMES.map((name) => `  coalesce(${facts[name]}, '') AS "${name}"`),
    ...VARYING_NAMES.map((name) => `  coalesce(${VARYING_COLUMNS[name]}, '') AS "${name}"`),
    `  ${dialect.time} AS event_at`,
    '  eventid',
  ];
  const aggregates = [
    ...FACT_NAMES.map((name) => `"${name}"`),
    'count(*) AS "count"',
    'min(event_at) AS "first"',
    'max(event_at) AS "last"',
    `substr(max(event_at || ' ' || eventid), length(max(event_at)) + 2) AS "lastEvent"`,
    ...VARYING_NAMES.map((name) => `${few(`"${name}"`)} AS "${name}"`),
  ];
  // A record may be delivered twice: the inner query takes each event once.
  return `-- Folds CloudTrail records into distinct uses, as Latchkey does. Save the result as CSV, then:
-- latchkey import files RESULT.csv --out DIR
SELECT
  ${aggregates.join(',\n  ')}
FROM (
  SELECT DISTINCT
  ${columns.join(',\n  ')}
  FROM ${lake ? quotedName(table) : table}
  WHERE (coalesce(eventtype, 'AwsApiCall') IN ('AwsApiCall', 'AwsConsoleAction')
    OR (eventtype LIKE 'AwsVpceEvent%' AND errorcode = 'VpceAccessDenied'))
    AND ${since}
) AS events
GROUP BY ${FACT_NAMES.map((_name, i) => i + 1).join(', ')}
`;
}

const quotedName = (name: string) => `"${name}"`;
