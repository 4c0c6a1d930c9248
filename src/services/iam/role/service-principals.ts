/**
 * Which names AWS's services go by as principals. AWS refuses names that it does not know, and publishes no list of those
 * that it does (aws-facts G1.11): here they are the prefixes of IAM actions, the services that have a service-linked role, and
 * those below, each with a Region where it may have one. What stands before a known name is not looked at: a service
 * names its parts as it likes (`malware-protection.guardduty`).
 */
import { awsServiceName } from '../../../shapes/services.ts';
import { TEMPLATES } from '../service-linked-role/templates.ts';

/**
 * Principals in AWS's documentation and managed policies, and endpoints of its API models, that are no prefixes of actions.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const OTHERS: ReadonlySet<string> = new Set(
  `
  agreement-marketplace airflow-env alexaforbusiness amazonmq appconfigdata application-cost-profiler appstream2
  aws-artifact-account-sync awsssoportal bedrock-agent bedrock-agent-runtime bedrock-agentcore-control
  bedrock-data-automation bedrock-data-automation-runtime bedrock-runtime billingreports cassandra-streams cks
  cloudcontrolapi cloudhsmv2 cloudsearchdomain codecatalyst-runner cognito-identity-us-gov contact-lens costalerts
  data-signer deeplens deepracer delivery deployment-marketplace discovery-marketplace dnssec-route53 ec2-images ec2fleet
  ec2sqlha ecs-tasks edgelambda eks-fargate-pods email forecastquery identity-chime iot-jobs-data iotdata ioteventsdata
  iotsecuredtunneling iotthingsgraph ivsrealtime lexv2 macie mail-manager managedservices marketplace media-pipelines-chime
  meetings-chime memory-db messaging-chime migrationhub migrationhub-config mobilehub models-v2-lex monitoring msk
  mturk-requester oidc opensearchservice osis-pipelines partnercentral-account partnercentral-benefits
  partnercentral-channel partnercentral-selling personalize-events personalize-runtime pinpoint rds-preview replicator
  reporting-marketplace runtime-v2-lex s3-control securityhubv2 serverless servermigration servicecatalog-appregistry spot
  spotfleet supportauthz tagging tagpolicies transitgateway vmie voice-chime vpc-flow-logs
  `
    .trim()
    .split(/\s+/),
);

const FORM = /^((?:[a-z0-9_-]+\.)+)(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal|aws)$/;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

export function isServicePrincipal(name: string): boolean {
  const [, labels] = FORM.exec(name) ?? [];
  if (labels === undefined) return false;
  if (!name.includes('.amazonaws.com') || TEMPLATES.has(name)) return true;
  const own = labels.split('.').filter((label) => label !== '' && !REGION.test(label));
  const service = own.at(-1);
  return service !== undefined && (awsServiceName(service) !== undefined || OTHERS.has(service));
}
