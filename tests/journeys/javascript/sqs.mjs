// A message's whole life in a standard queue, order and deduplication in a FIFO queue, and an error by its class.
import assert from "node:assert/strict";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const sqs = new SQSClient({ maxAttempts: 1 });

const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
const MessageAttributes = {
  kind: { DataType: "String", StringValue: "order.placed" },
  bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) },
};
const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "größer", MessageAttributes }));
const receive = { QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] };
// The SDK compares the MD5 of each body with its own, so a wrong one would throw here.
const [first] = (await sqs.send(new ReceiveMessageCommand(receive))).Messages;
assert.equal(first.MessageId, sent.MessageId);
assert.equal(first.Body, "größer");
assert.equal(first.Attributes.ApproximateReceiveCount, "1");
assert.deepEqual([...first.MessageAttributes.bytes.BinaryValue], [1, 2, 3]);
await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first.ReceiptHandle, VisibilityTimeout: 0 }));
const [again] = (await sqs.send(new ReceiveMessageCommand(receive))).Messages;
assert.equal(again.Attributes.ApproximateReceiveCount, "2");
await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.ReceiptHandle }));
assert.equal((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages, undefined);

const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
const fifo = (await sqs.send(new CreateQueueCommand({ QueueName: "orders.fifo", Attributes }))).QueueUrl;
const bodies = ["created", "updated", "updated", "cancelled"];
const Entries = bodies.map((MessageBody, n) => ({ Id: `${n}`, MessageBody, MessageGroupId: "ord-1" }));
const batch = await sqs.send(new SendMessageBatchCommand({ QueueUrl: fifo, Entries }));
assert.equal(batch.Successful.length, 4);
const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: fifo, MaxNumberOfMessages: 10 }));
assert.deepEqual(Messages.map((message) => message.Body), ["created", "updated", "cancelled"]);

await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: "nowhere" })), QueueDoesNotExist);
console.log("the journey has ended");
