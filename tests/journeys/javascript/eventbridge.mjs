// An event through a rule on a bus of its own, transformed, into a queue; and a pattern that AWS refuses.
import assert from "node:assert/strict";
import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const events = new EventBridgeClient({ maxAttempts: 1 });
const sqs = new SQSClient({ maxAttempts: 1 });
const EventBusName = "ecommerce-events";

const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: EventBusName }));
assert.match(EventBusArn, /:event-bus\/ecommerce-events$/);
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "placed" }));
const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));

const EventPattern = JSON.stringify({ "detail-type": [{ prefix: "order." }], detail: { currency: ["EUR"] } });
await events.send(new PutRuleCommand({ Name: "in-euros", EventBusName, EventPattern }));
assert.equal((await events.send(new DescribeRuleCommand({ Name: "in-euros", EventBusName }))).State, "ENABLED");
const InputTransformer = { InputPathsMap: { id: "$.detail.orderId" }, InputTemplate: '{"order": <id>}' };
const Targets = [{ Id: "queue", Arn: Attributes.QueueArn, InputTransformer }];
const put = await events.send(new PutTargetsCommand({ Rule: "in-euros", EventBusName, Targets }));
assert.equal(put.FailedEntryCount, 0);

const Entries = ["EUR", "USD"].map((currency) => ({
  EventBusName,
  Source: "com.myapp.orders",
  DetailType: "order.placed",
  Detail: JSON.stringify({ orderId: `ord-${currency}`, currency }),
}));
const answer = await events.send(new PutEventsCommand({ Entries: [...Entries, { Source: "incomplete" }] }));
assert.equal(answer.FailedEntryCount, 1);
assert.equal(answer.Entries[2].ErrorCode, "InvalidArgument");
const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }));
assert.deepEqual(received.Messages.map((message) => JSON.parse(message.Body)), [{ order: "ord-EUR" }]);

const refused = new PutRuleCommand({ Name: "broken", EventBusName, EventPattern: '{"source": "not a list"}' });
await assert.rejects(events.send(refused), InvalidEventPatternException);
console.log("the journey has ended");
