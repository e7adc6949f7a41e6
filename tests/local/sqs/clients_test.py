"""boto3, and requests in JSON and in the Query protocol, against the SQS of `tidewire local`."""
import hashlib
import json
import os
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from clients import WithOneServer  # noqa: E402


class Sqs(WithOneServer):
    def queue(self, name, **attributes):
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def receive(self, url, **how):
        return self.sqs.receive_message(QueueUrl=url, **how).get("Messages", [])

    def test_a_queue_is_made_once_found_listed_and_deleted(self):
        url = self.queue("life", VisibilityTimeout="10")
        self.assertEqual(url, self.aws.url + "/000000000000/life")
        self.assertEqual(self.queue("life", VisibilityTimeout="10"), url)
        with self.assertRaises(self.sqs.exceptions.QueueNameExists):
            self.queue("life", VisibilityTimeout="11")
        self.assertEqual(self.sqs.get_queue_url(QueueName="life")["QueueUrl"], url)
        self.assertIn(url, self.sqs.list_queues(QueueNamePrefix="li")["QueueUrls"])
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual((attributes["VisibilityTimeout"], attributes["QueueArn"]), ("10", "arn:aws:sqs:eu-west-1:000000000000:life"))
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0", "Policy": '{"Version":"2012-10-17","Statement":[]}'})
        self.refused("InvalidAttributeValue", self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"VisibilityTimeout": "43201"})
        self.refused("InvalidAttributeName", self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"Colour": "blue"})
        self.sqs.tag_queue(QueueUrl=url, Tags={"a": "b"})
        self.assertEqual(self.sqs.list_queue_tags(QueueUrl=url)["Tags"], {"a": "b"})
        self.sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
        self.assertNotIn("Tags", self.sqs.list_queue_tags(QueueUrl=url))
        self.sqs.delete_queue(QueueUrl=url)
        with self.assertRaises(self.sqs.exceptions.QueueDoesNotExist):
            self.sqs.get_queue_url(QueueName="life")

    def test_permissions_are_statements_of_the_policy(self):
        url, s = self.queue("permitted"), self.sqs
        s.add_permission(QueueUrl=url, Label="one", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
        s.add_permission(QueueUrl=url, Label="two", AWSAccountIds=["111111111111", "222222222222"], Actions=["ReceiveMessage", "DeleteMessage"])
        policy = json.loads(s.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"])
        self.assertEqual(policy["Id"], self.arn(url) + "/SQSDefaultPolicy")
        one, two = policy["Statement"]
        self.assertEqual(one, {"Sid": "one", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                               "Action": "SQS:SendMessage", "Resource": self.arn(url)})
        self.assertEqual((two["Action"], len(two["Principal"]["AWS"])), (["SQS:ReceiveMessage", "SQS:DeleteMessage"], 2))
        self.assertIn("Already exists", self.refused("InvalidParameterValue", s.add_permission, QueueUrl=url, Label="one",
                                                     AWSAccountIds=["111111111111"], Actions=["SendMessage"]))
        self.refused("InvalidParameterValue", s.add_permission, QueueUrl=url, Label="x", AWSAccountIds=["111111111111"], Actions=["Dance"])
        self.refused("InvalidParameterValue", s.remove_permission, QueueUrl=url, Label="three")
        for label in ("one", "two"):
            s.remove_permission(QueueUrl=url, Label=label)
        self.assertNotIn("Attributes", s.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]))

    def test_tags_have_their_lengths(self):
        url = self.queue("tagged")
        for tags in ({"": "v"}, {"k" * 129: "v"}, {"k": "v" * 257}):
            self.refused("InvalidParameterValue", self.sqs.tag_queue, QueueUrl=url, Tags=tags)
            self.refused("InvalidParameterValue", self.sqs.create_queue, QueueName="tagged2", tags=tags)
        with self.assertRaises(self.sqs.exceptions.ClientError):   # a form has no empty list: there it is missing
            self.sqs.untag_queue(QueueUrl=url, TagKeys=[])
        self.sqs.tag_queue(QueueUrl=url, Tags={"k" * 128: "v" * 256})

    def test_a_limit_by_group_needs_deduplication_by_group(self):
        fifo, limit, scope = {"FifoQueue": "true"}, {"FifoThroughputLimit": "perMessageGroupId"}, {"DeduplicationScope": "messageGroup"}
        self.refused("InvalidAttributeValue", self.sqs.create_queue, QueueName="limit.fifo", Attributes={**fifo, **limit})
        url = self.queue("limit.fifo", **fifo, **limit, **scope)
        self.refused("InvalidAttributeValue", self.sqs.set_queue_attributes, QueueUrl=url, Attributes={"DeduplicationScope": "queue"})

    def test_a_message_arrives_with_its_attributes_and_checksums(self):
        url = self.queue("plain")
        attributes = {"text": {"DataType": "String", "StringValue": "grüße <&>"}, "n": {"DataType": "Number.int", "StringValue": "-7"},
                      "raw": {"DataType": "Binary", "BinaryValue": b"\x00\x01\xff"}}
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="body \"<&>\"\r\n\t☃😀", MessageAttributes=attributes)
        got = self.receive(url, AttributeNames=["All"], MessageAttributeNames=["All"])
        self.assertEqual(len(got), 1)
        self.assertEqual(got[0]["Body"], "body \"<&>\"\r\n\t☃😀")
        self.assertEqual(got[0]["MessageAttributes"], attributes)
        self.assertEqual(got[0]["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"])
        self.assertEqual(got[0]["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertEqual(self.receive(url), [])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
        self.refused("ReceiptHandleIsInvalid", self.sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")

    def test_only_the_attributes_asked_for_are_told(self):
        url = self.queue("asked")
        value = {"DataType": "String", "StringValue": "v"}
        self.sqs.send_message(QueueUrl=url, MessageBody="b", MessageAttributes={"one.a": value, "one.b": value, "two": value})
        got = self.receive(url, MessageAttributeNames=["one.*"], VisibilityTimeout=0)[0]
        self.assertEqual(sorted(got["MessageAttributes"]), ["one.a", "one.b"])
        self.assertNotIn("Attributes", got)

    def test_a_long_poll_ends_when_a_message_comes_or_becomes_visible(self):
        url = self.queue("poll", VisibilityTimeout="1")
        begun = time.monotonic()
        threading.Timer(0.4, lambda: self.aws.client("sqs").send_message(QueueUrl=url, MessageBody="late")).start()
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=20)], ["late"])
        self.assertTrue(0.4 <= time.monotonic() - begun < 20)
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=20)], ["late"])
        self.assertTrue(1.4 <= time.monotonic() - begun < 20)
        begun = time.monotonic()
        self.assertEqual(self.receive(self.queue("silent"), WaitTimeSeconds=1), [])
        self.assertGreater(time.monotonic() - begun, 0.9)

    def test_visibility_can_be_given_back_and_extended(self):
        url = self.queue("visible")
        self.sqs.send_message(QueueUrl=url, MessageBody="m")
        first = self.receive(url)[0]
        self.sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)
        second = self.receive(url, AttributeNames=["ApproximateReceiveCount"])[0]
        self.assertEqual(second["Attributes"], {"ApproximateReceiveCount": "2"})
        answer = self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
            {"Id": "a", "ReceiptHandle": second["ReceiptHandle"], "VisibilityTimeout": 100},
            {"Id": "b", "ReceiptHandle": "nonsense", "VisibilityTimeout": 1}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["a"])
        self.assertEqual([(f["Id"], f["Code"], f["SenderFault"]) for f in answer["Failed"]], [("b", "ReceiptHandleIsInvalid", True)])

    def test_batches_succeed_and_fail_entry_by_entry(self):
        url = self.queue("batch")
        answer = self.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "good", "MessageBody": "m"}, {"Id": "bad", "MessageBody": "m", "DelaySeconds": 901}])
        self.assertEqual(([s["Id"] for s in answer["Successful"]], [f["Id"] for f in answer["Failed"]]), (["good"], ["bad"]))
        got = self.receive(url, MaxNumberOfMessages=10)
        answer = self.sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "x", "ReceiptHandle": got[0]["ReceiptHandle"]}])
        self.assertEqual([s["Id"] for s in answer["Successful"]], ["x"])
        prefix = "AWS.SimpleQueueService."
        entries = [{"Id": str(i), "MessageBody": "m"} for i in range(11)]
        self.refused(prefix + "TooManyEntriesInBatchRequest", self.sqs.send_message_batch, QueueUrl=url, Entries=entries)
        self.refused(prefix + "BatchEntryIdsNotDistinct", self.sqs.send_message_batch, QueueUrl=url, Entries=entries[:1] * 2)
        large = [{"Id": str(i), "MessageBody": "x" * 600000} for i in range(2)]
        self.refused(prefix + "BatchRequestTooLong", self.sqs.send_message_batch, QueueUrl=url, Entries=large)

    def test_a_delayed_message_comes_later(self):
        url = self.queue("delay")
        self.sqs.send_message(QueueUrl=url, MessageBody="d", DelaySeconds=5)
        counts = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])["Attributes"]
        self.assertEqual(counts, {"ApproximateNumberOfMessagesDelayed": "1"})
        self.assertEqual(self.receive(url), [])
        self.assertEqual([m["Body"] for m in self.receive(url, WaitTimeSeconds=20)], ["d"])

    def test_a_fifo_queue_keeps_the_order_of_a_group_and_drops_repeats(self):
        url = self.queue("order.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        for group, body in (("a", "1"), ("a", "2"), ("b", "3"), ("a", "4"), ("a", "4")):
            self.sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
        first = self.receive(url, AttributeNames=["All"])[0]
        self.assertEqual((first["Body"], first["Attributes"]["MessageGroupId"]), ("1", "a"))
        self.assertEqual(first["Attributes"]["MessageDeduplicationId"], hashlib.sha256(b"1").hexdigest())
        others = self.receive(url, MaxNumberOfMessages=10)
        self.assertEqual([m["Body"] for m in others], ["3"])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        rest = self.receive(url, MaxNumberOfMessages=10, AttributeNames=["SequenceNumber"])
        self.assertEqual([m["Body"] for m in rest], ["2", "4"])
        self.assertLess(int(first["Attributes"]["SequenceNumber"]), int(rest[0]["Attributes"]["SequenceNumber"]))
        self.refused("MissingParameter", self.sqs.send_message, QueueUrl=url, MessageBody="m")

    def test_a_call_that_was_repeated_gets_the_same_messages_of_a_fifo_queue(self):
        url = self.queue("again.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        self.sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="g")
        first, again = (self.receive(url, ReceiveRequestAttemptId="attempt-1") for _ in range(2))
        self.assertEqual((again, len(first)), (first, 1))
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
        self.refused("InvalidParameterValue", self.sqs.receive_message, QueueUrl=url, ReceiveRequestAttemptId="attempt-1")

    def test_a_message_received_too_often_goes_to_the_dead_letter_queue(self):
        dead = self.queue("dead")
        policy = json.dumps({"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": 2})
        url = self.queue("alive", RedrivePolicy=policy, VisibilityTimeout="0")
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="poison")
        self.assertEqual([len(self.receive(url)) for _ in range(3)], [1, 1, 0])
        got = self.receive(dead, AttributeNames=["All"])[0]
        self.assertEqual((got["MessageId"], got["Body"]), (sent["MessageId"], "poison"))
        self.assertEqual(self.sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [url])

    def test_dead_letters_are_moved_back(self):
        dead = self.queue("moved-dead")
        policy = json.dumps({"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": 1})
        source = self.queue("moved", VisibilityTimeout="0", RedrivePolicy=policy)
        self.sqs.send_message(QueueUrl=source, MessageBody="again")
        while self.receive(source):
            pass
        status, body = self.aws.query("StartMessageMoveTask", SourceArn=self.arn(dead))   # Debian's boto3 does not know it
        self.assertEqual((status, "<TaskHandle>" in body), (200, True), body)
        self.assertEqual(self.receive(source, WaitTimeSeconds=10)[0]["Body"], "again")
        status, body = self.aws.query("ListMessageMoveTasks", SourceArn=self.arn(dead))
        self.assertIn("<ListMessageMoveTasksResultEntry><Status>COMPLETED</Status>", body)

    def test_bad_bodies_are_refused(self):
        url = self.queue("bodies")
        self.refused("InvalidMessageContents", self.sqs.send_message, QueueUrl=url, MessageBody="a\x01b")
        self.refused("InvalidParameterValue", self.sqs.send_message, QueueUrl=url, MessageBody="x" * (2 ** 20 + 1))
        self.sqs.send_message(QueueUrl=url, MessageBody="x" * 2 ** 20)
        self.sqs.purge_queue(QueueUrl=url)
        self.assertEqual(self.receive(url), [])
        self.refused("AWS.SimpleQueueService.PurgeQueueInProgress", self.sqs.purge_queue, QueueUrl=url)

    def test_the_query_protocol(self):
        status, xml = self.aws.query("CreateQueue", QueueName="query", **{"Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "0"})
        self.assertEqual(status, 200)
        url = re.search("<QueueUrl>(.*)</QueueUrl>", xml).group(1)
        status, xml = self.aws.query("SendMessageBatch", QueueUrl=url, **{
            "SendMessageBatchRequestEntry.1.Id": "a", "SendMessageBatchRequestEntry.1.MessageBody": "1 & <2>",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Name": "k",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType": "String",
            "SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue": "v"})
        self.assertIn("<SendMessageBatchResultEntry><MD5OfMessageBody>" + hashlib.md5(b"1 & <2>").hexdigest(), xml)
        status, xml = self.aws.query("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages="10", **{"MessageAttributeName.1": "All"})
        self.assertIn("<Body>1 &amp; &lt;2&gt;</Body>", xml)
        self.assertIn("<MessageAttribute><Name>k</Name><Value><DataType>String</DataType><StringValue>v</StringValue></Value></MessageAttribute>", xml)
        status, xml = self.aws.query("GetQueueUrl", QueueName="missing")
        self.assertEqual(status, 400)
        self.assertIn("<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>", xml)
        status, xml = self.aws.query("FlyToTheMoon")
        self.assertIn("<Code>InvalidAction</Code>", xml)

    def test_the_json_protocol(self):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.GetQueueUrl", "x-amzn-query-mode": "true"}
        status, answer, body = self.aws.signed("sqs", b'{"QueueName":"missing"}', headers)
        self.assertEqual(status, 400)
        self.assertEqual(answer["x-amzn-query-error"], "AWS.SimpleQueueService.NonExistentQueue;Sender")
        self.assertEqual(json.loads(body)["__type"], "com.amazonaws.sqs#QueueDoesNotExist")


if __name__ == "__main__":
    unittest.main()
