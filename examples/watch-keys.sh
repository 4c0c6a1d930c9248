#!/usr/bin/env bash
# A rule that watches volumes and keys, and a log group that tells what it saw, against a server of its own:
#
#   npx latchkey exec --ephemeral -- bash examples/watch-keys.sh
set -euo pipefail

group=/aws/events/keys
account=$(aws sts get-caller-identity --query Account --output text)
arn=arn:aws:logs:$AWS_REGION:$account:log-group:$group

aws logs create-log-group --log-group-name $group
aws logs put-resource-policy --policy-name events --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": { "Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "'"$arn"':*"
  }]
}' > /dev/null

# What fails for a key, and who disabled it.
aws events put-rule --name keys --event-pattern '{
  "$or": [
    { "detail-type": ["EBS Volume Notification"], "detail": { "result": ["failed"] } },
    { "source": ["aws.kms"], "detail": { "eventName": ["DisableKey", "ScheduleKeyDeletion"] } }
  ]
}' > /dev/null
aws events put-targets --rule keys --targets "Id=log,Arn=$arn" > /dev/null

key=$(aws kms create-key --query KeyMetadata.Arn --output text)
aws kms disable-key --key-id "$key"
aws ec2 create-volume --availability-zone "${AWS_REGION}a" --size 1 --encrypted --kms-key-id "$key" > /dev/null

failures() {
  aws logs filter-log-events --log-group-name $group --filter-pattern '{ $.detail.result = "failed" }' \
    --query 'events[].message' --output text
}
for _ in $(seq 50); do
  [ -n "$(failures)" ] && break
  sleep 0.2
done

echo 'Who disabled it:'
aws logs filter-log-events --log-group-name $group --filter-pattern '{ $.detail.eventName = "DisableKey" }' \
  --query 'events[].message' --output text
echo 'What failed for it:'
failures
