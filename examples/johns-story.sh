#!/usr/bin/env bash
# John's story with the AWS CLI. Run it against a server of its own:
#   npx latchkey exec --ephemeral --delays 0.1 -- bash examples/johns-story.sh
set -euo pipefail

state() { aws ec2 describe-instances --instance-ids "$1" --query 'Reservations[0].Instances[0].State.Name' --output text; }
rest() { # waits until an instance is running, stopped or terminated
  local now
  for _ in $(seq 100); do
    now=$(state "$1")
    case $now in running | stopped | terminated) echo "$1 is $now" && return ;; esac
    sleep 0.2
  done
  echo "$1 is still $now" && return 1
}
as_john() { AWS_ACCESS_KEY_ID=$john_id AWS_SECRET_ACCESS_KEY=$john_secret "$@"; }

key=$(aws kms create-key --description 'data volumes' --query KeyMetadata.Arn --output text)
ami=$(aws ec2 describe-images --owners amazon --query 'Images[0].ImageId' --output text)
instance=$(aws ec2 run-instances --image-id "$ami" --instance-type t3.micro --query 'Instances[0].InstanceId' --output text \
  --block-device-mappings "DeviceName=/dev/sdf,Ebs={VolumeSize=1,Encrypted=true,KmsKeyId=$key}")
rest "$instance"
aws ec2 stop-instances --instance-ids "$instance" > /dev/null
rest "$instance"

aws iam create-user --user-name john > /dev/null
aws iam put-user-policy --user-name john --policy-name ec2-all --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}'
read -r john_id john_secret <<< "$(aws iam create-access-key --user-name john \
  --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)"

echo '--- john starts it'
as_john aws ec2 start-instances --instance-ids "$instance" --query 'StartingInstances[0].CurrentState.Name' --output text
rest "$instance"
aws ec2 describe-instances --instance-ids "$instance" --query 'Reservations[0].Instances[0].StateReason.Message' --output text

echo '--- what CloudTrail says of CreateGrant'
aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateGrant --max-items 1 \
  --query 'Events[0].CloudTrailEvent' --output text | grep -o '"errorMessage":"[^"]*"'

echo '--- what Latchkey says'
npx latchkey explain "$instance"

echo '--- with the policy that it proposes'
npx latchkey explain "$instance" --json | python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin)["remedies"][0]["document"]))' > /tmp/mend.$$
aws iam put-user-policy --user-name john --policy-name start-encrypted --policy-document "file:///tmp/mend.$$"
rm /tmp/mend.$$
as_john aws ec2 start-instances --instance-ids "$instance" > /dev/null
rest "$instance"
aws kms list-grants --key-id "$key" --query 'Grants[].[GranteePrincipal,Operations[0]]' --output text

echo '--- and john himself'
as_john aws kms create-grant --key-id "$key" --grantee-principal arn:aws:iam::123456789012:user/john --operations Decrypt || true
