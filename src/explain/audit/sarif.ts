/**
 * An audit in SARIF 2.1.0, which code scanning reads
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
 */
import { parseArn } from '../../aws/arn.ts';
import type { Audit } from './audit.ts';
import { type Finding, RULES, type RuleId } from './finding.ts';

export function sarif({ findings }: Pick<Audit, 'findings'>, version: string): object {
  const ids = Object.keys(RULES) as RuleId[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Latchkey', version, rules: ids.map(ruleOf) } },
        results: findings.map((finding) => resultOf(finding, ids)),
      },
    ],
  };
}

function ruleOf(id: RuleId): object {
  const { title, why, page, severity } = RULES[id];
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    helpUri: page,
    defaultConfiguration: { level: severity },
  };
}

function resultOf(
  { rule, severity, subject, name, statement, what, fix }: Finding,
  ids: readonly RuleId[],
): object {
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule as RuleId),
    level: severity,
    message: { text: `${name}: ${what} ${fix}` },
    locations: [
      {
        // Code scanning shows only what has a file: the policy, as if it lay in one.
        physicalLocation: {
          artifactLocation: { uri: fileOf(subject) },
          region: { startLine: statement?.line ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: subject, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'latchkey/v1': `${rule} ${subject} ${statement?.index ?? ''}` },
  };
}

/** `aws/123456789012/us-east-1/kms/key/1234….json` */
function fileOf(subject: string): string {
  const arn = parseArn(subject);
  if (!arn) return `aws/${encodeURIComponent(subject)}.json`;
  const parts = ['aws', arn.account, arn.region, arn.service, ...arn.resource.split(/[/:]/)];
  return `${parts.filter(Boolean).map(encodeURIComponent).join('/')}.json`;
}
