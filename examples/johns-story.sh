#!/usr/bin/env bash
# John's story with the AWS CLI, against a server of its own:
#
#   npx latchkey exec --ephemeral -- bash examples/johns-story.sh
#
# The encrypted volume comes with the launch; with the argument "attach" it is made and attached afterwards.
set -euo pipefail
how=${1:-launch}

instance_is() { aws ec2 describe-instances --instance-ids "$instance" --query "Reservations[0].Instances[0].$1" --output text; }
volume_is() { aws ec2 describe-volumes --volume-ids "$volume" --query "Volumes[0].$1" --output text; }
until_rest() { # waits until the instance is running or stopped, and tells which
  for _ in $(seq 100); do
    case $(instance_is State.Name) in running) echo running && return ;; stopped) echo stopped && return ;; esac
    sleep 0.2
  done
  echo "$instance does not come to rest" >&2 && return 1
}
until_volume() {
  for _ in $(seq 100); do
    [ "$(volume_is State)" = "$1" ] && return
    sleep 0.2
  done
  echo "$volume does not become $1" >&2 && return 1
}
as_john() { AWS_ACCESS_KEY_ID=$john_id AWS_SECRET_ACCESS_KEY=$john_secret "$@"; }

key=$(aws kms create-key --description 'data volumes' --query KeyMetadata.Arn --output text)
echo "key: $key"
ami=$(aws ec2 describe-images --owners amazon --query 'Images[0].ImageId' --output text)
run() { aws ec2 run-instances --image-id "$ami" --instance-type t3.micro --query 'Instances[0].InstanceId' --output text "$@"; }

if [ "$how" = attach ]; then
  instance=$(run)
  until_rest > /dev/null
  volume=$(aws ec2 create-volume --availability-zone "$(instance_is Placement.AvailabilityZone)" --size 1 \
    --encrypted --kms-key-id "$key" --query VolumeId --output text)
  until_volume available
  aws ec2 attach-volume --volume-id "$volume" --instance-id "$instance" --device /dev/sdf > /dev/null
else
  instance=$(run --block-device-mappings "DeviceName=/dev/sdf,Ebs={VolumeSize=1,Encrypted=true,KmsKeyId=$key}")
  until_rest > /dev/null
  volume=$(instance_is "BlockDeviceMappings[?DeviceName=='/dev/sdf']|[0].Ebs.VolumeId")
fi
aws ec2 stop-instances --instance-ids "$instance" > /dev/null
echo "instance: $instance is $(until_rest)"
echo "volume: $volume"

# John may do everything in EC2, and nothing else.
aws iam create-user --user-name john > /dev/null
aws iam put-user-policy --user-name john --policy-name ec2-all --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}'
read -r john_id john_secret <<< "$(aws iam create-access-key --user-name john \
  --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)"

echo "john starts it: $(as_john aws ec2 start-instances --instance-ids "$instance" \
  --query 'StartingInstances[0].CurrentState.Name' --output text)"
echo "and it is: $(until_rest)"
echo "StateReason: $(instance_is 'StateReason.[Code,Message]' | tr '\t' '|')"
echo "StateTransitionReason: $(instance_is StateTransitionReason)"

event=$(aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=CreateGrant --max-items 1 \
  --query 'Events[0].CloudTrailEvent' --output text)
echo "CloudTrail: $event"

aws ec2 detach-volume --volume-id "$volume" > /dev/null
until_volume available
as_john aws ec2 start-instances --instance-ids "$instance" > /dev/null
echo "without the volume: $(until_rest)"
as_john aws ec2 stop-instances --instance-ids "$instance" > /dev/null
until_rest > /dev/null
aws ec2 attach-volume --volume-id "$volume" --instance-id "$instance" --device /dev/sdf > /dev/null

# Its exit code says that the call was refused.
npx latchkey explain "$instance" || [ $? = 1 ]
policy=$({ npx latchkey explain "$instance" --json || [ $? = 1 ]; } | python3 -c 'import json,sys; print(json.dumps(json.load(sys.stdin)["remedies"][0]["document"]))')
aws iam put-user-policy --user-name john --policy-name start-encrypted --policy-document "$policy"
as_john aws ec2 start-instances --instance-ids "$instance" > /dev/null
echo "with that policy: $(until_rest)"
aws kms list-grants --key-id "$key" --query "Grants[?Constraints.EncryptionContextSubset.\"aws:ebs:id\"=='$volume'].[GranteePrincipal,Operations[0]]" \
  --output text | sed 's/^/grant: /'

john=$(as_john aws sts get-caller-identity --query Arn --output text)
echo "john himself: $(as_john aws kms create-grant --key-id "$key" --grantee-principal "$john" --operations Decrypt 2>&1 || true)"
