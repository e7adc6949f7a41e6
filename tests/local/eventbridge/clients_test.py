"""boto3 against the EventBridge of `tidewire local`: every operation, targets of every shape, retries, dead letters, and all pattern vectors."""
import json
import os
import sys
import time
import unittest

from botocore.exceptions import ClientError

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from clients import REGION, WithOneServer  # noqa: E402

VECTORS = os.path.join(os.path.dirname(__file__), "..", "..", "vectors", "eventpattern", "cases.jsonl")
ACCOUNT = "000000000000"


class EventBridge(WithOneServer):
    def queue(self, name):
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def received(self, url, count):
        out, patience_ends = [], time.monotonic() + 120
        while len(out) < count and time.monotonic() < patience_ends:
            out += self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]).get("Messages", [])
        return out

    def test_an_event_passes_the_bus_the_rule_and_the_queue(self):
        e, s = self.events, self.sqs
        url = s.create_queue(QueueName="sink.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
        arn = s.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        e.create_event_bus(Name="products")
        e.put_rule(Name="forward", EventBusName="products", EventPattern='{"source":[{"prefix":""}]}')
        put = e.put_targets(Rule="forward", EventBusName="products",
                            Targets=[{"Id": "1", "Arn": arn, "SqsParameters": {"MessageGroupId": "Group1"}}])
        self.assertEqual(put["FailedEntryCount"], 0)
        answer = e.put_events(Entries=[{"Source": "kinesis.x", "DetailType": "Change", "Detail": '{"a":1}', "EventBusName": "products"},
                                       {"Source": "kinesis.x", "DetailType": "Change", "Detail": '{"a":', "EventBusName": "products"}])
        self.assertEqual((answer["FailedEntryCount"], answer["Entries"][1]["ErrorCode"]), (1, "MalformedDetail"))
        got = s.receive_message(QueueUrl=url, WaitTimeSeconds=20, AttributeNames=["All"])["Messages"]
        event = json.loads(got[0]["Body"])
        self.assertEqual(list(event), ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"])
        self.assertEqual((event["id"], event["detail"], event["region"]), (answer["Entries"][0]["EventId"], {"a": 1}, REGION))
        self.assertEqual(got[0]["Attributes"]["MessageGroupId"], "Group1")
        self.assertTrue(e.test_event_pattern(EventPattern='{"source":["a"]}', Event=json.dumps(
            {"id": "1", "source": "a", "detail-type": "d", "account": "1", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [], "detail": {}}))["Result"])

    def test_buses(self):
        e = self.events
        arn = e.create_event_bus(Name="shop", Tags=[{"Key": "k", "Value": "v"}])["EventBusArn"]
        self.assertEqual(arn, "arn:aws:events:%s:%s:event-bus/shop" % (REGION, ACCOUNT))
        self.refused("ResourceAlreadyExistsException", e.create_event_bus, Name="shop")
        self.assertEqual(e.describe_event_bus(Name=arn)["Name"], "shop")
        self.assertIn("shop", [b["Name"] for b in e.list_event_buses()["EventBuses"]])
        self.assertEqual(e.list_tags_for_resource(ResourceARN=arn)["Tags"], [{"Key": "k", "Value": "v"}])
        e.tag_resource(ResourceARN=arn, Tags=[{"Key": "l", "Value": "w"}])
        e.untag_resource(ResourceARN=arn, TagKeys=["k"])
        self.assertEqual(e.list_tags_for_resource(ResourceARN=arn)["Tags"], [{"Key": "l", "Value": "w"}])
        e.put_permission(EventBusName="shop", Action="events:PutEvents", Principal="111122223333", StatementId="other")
        self.assertEqual(json.loads(e.describe_event_bus(Name="shop")["Policy"])["Statement"][0]["Sid"], "other")
        e.remove_permission(EventBusName="shop", StatementId="other")
        e.delete_event_bus(Name="shop")
        self.refused("ResourceNotFoundException", e.describe_event_bus, Name="shop")

    def test_rules(self):
        e = self.events
        arn = e.put_rule(Name="rules", EventPattern='{"source":["a"]}', Description="d", State="DISABLED")["RuleArn"]
        self.assertEqual(arn, "arn:aws:events:%s:%s:rule/rules" % (REGION, ACCOUNT))
        described = e.describe_rule(Name="rules")
        self.assertEqual((described["State"], described["EventPattern"], described["Description"]), ("DISABLED", '{"source":["a"]}', "d"))
        e.enable_rule(Name="rules")
        self.assertEqual(e.describe_rule(Name="rules")["State"], "ENABLED")
        e.disable_rule(Name="rules")
        for i in range(5):
            e.put_rule(Name="page%d" % i, ScheduleExpression="rate(1 hour)")
        pages = list(e.get_paginator("list_rules").paginate(NamePrefix="page", PaginationConfig={"PageSize": 2}))
        self.assertEqual([[r["Name"] for r in p["Rules"]] for p in pages], [["page0", "page1"], ["page2", "page3"], ["page4"]])
        _, queue_arn = self.queue("rules")
        e.put_targets(Rule="rules", Targets=[{"Id": "1", "Arn": queue_arn}])
        self.assertEqual(e.list_rule_names_by_target(TargetArn=queue_arn)["RuleNames"], ["rules"])
        self.assertIn("has targets", self.refused("ValidationException", e.delete_rule, Name="rules"))
        e.remove_targets(Rule="rules", Ids=["1"])
        self.assertEqual(e.list_targets_by_rule(Rule="rules")["Targets"], [])
        e.delete_rule(Name="rules")
        self.refused("ResourceNotFoundException", e.describe_rule, Name="rules")

    def test_targets_shape_their_messages(self):
        e = self.events
        url, arn = self.queue("shapes")
        e.put_rule(Name="shapes", EventPattern='{"source":["shapes"]}')
        answer = e.put_targets(Rule="shapes", Targets=[
            {"Id": "constant", "Arn": arn, "Input": '{"constant":true}'},
            {"Id": "path", "Arn": arn, "InputPath": "$.detail.after"},
            {"Id": "template", "Arn": arn, "InputTransformer": {"InputPathsMap": {"id": "$.detail.after.id", "name": "$.detail.after.name"},
                                                               "InputTemplate": '{"key":<id>,"said":"<name> by <aws.events.rule-name>","name":<name>}'}},
            {"Id": "bad", "Arn": "arn:aws:lambda:%s:%s:function:f" % (REGION, ACCOUNT)}])
        self.assertEqual((answer["FailedEntryCount"], answer["FailedEntries"][0]["TargetId"]), (1, "bad"))
        e.put_events(Entries=[{"Source": "shapes", "DetailType": "t", "Detail": '{"after":{"id":7,"name":"Zo\\u00eb"}}'}])
        bodies = sorted(m["Body"] for m in self.received(url, 3))
        self.assertEqual(bodies, sorted(['{"constant":true}', '{"id":7,"name":"Zo\\u00eb"}',
                                         '{"key":7,"said":"Zo\\u00eb by shapes","name":"Zo\\u00eb"}']))

    def test_a_queue_that_comes_late_gets_its_event(self):
        e = self.events
        e.put_rule(Name="late", EventPattern='{"source":["late"]}')
        e.put_targets(Rule="late", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:%s:%s:late" % (REGION, ACCOUNT)}])
        e.put_events(Entries=[{"Source": "late", "DetailType": "t", "Detail": "{}"}])
        url, _ = self.queue("late")
        self.assertEqual(len(self.received(url, 1)), 1)

    def test_an_event_without_a_queue_becomes_a_dead_letter(self):
        e = self.events
        url, arn = self.queue("dead")
        e.put_rule(Name="dead", EventPattern='{"source":["dead"]}')
        missing = "arn:aws:sqs:%s:%s:never" % (REGION, ACCOUNT)
        e.put_targets(Rule="dead", Targets=[{"Id": "1", "Arn": missing, "DeadLetterConfig": {"Arn": arn}, "RetryPolicy": {"MaximumRetryAttempts": 1}}])
        put = e.put_events(Entries=[{"Source": "dead", "DetailType": "t", "Detail": "{}"}])
        message = self.received(url, 1)[0]
        self.assertEqual(json.loads(message["Body"])["id"], put["Entries"][0]["EventId"])
        attributes = {name: a["StringValue"] for name, a in message["MessageAttributes"].items()}
        self.assertEqual(attributes["TARGET_ARN"], missing)
        self.assertEqual(attributes["EXHAUSTED_RETRY_CONDITION"], "MaximumRetryAttempts")
        self.assertEqual(attributes["RETRY_ATTEMPTS"], "1")
        self.assertTrue(attributes["RULE_ARN"].endswith(":rule/dead"))
        self.assertIn("NonExistentQueue", attributes["ERROR_CODE"])

    def test_entries_are_refused_alone_and_requests_as_a_whole(self):
        e = self.events
        good = {"Source": "a", "DetailType": "t", "Detail": "{}"}
        answer = e.put_events(Entries=[good, {**good, "Detail": "[]"}, {**good, "Source": "aws.ec2"}, {**good, "DetailType": ""}])
        self.assertEqual([x.get("ErrorCode") for x in answer["Entries"]], [None, "MalformedDetail", "NotAuthorizedForSourceException", "InvalidArgument"])
        self.refused("ValidationException", e.put_events, Entries=[{"Source": "a"}])
        self.assertIn("10", self.refused("ValidationException", e.put_events, Entries=[good] * 11))
        self.assertEqual(self.refused("ValidationException", e.put_events, Entries=[{**good, "Detail": '{"a":"%s"}' % ("x" * (1 << 20))}]),
                         "Total size of the entries in the request is over the limit.")

    def test_every_pattern_of_the_vectors(self):
        e, wrong = self.events, []
        with open(VECTORS, encoding="utf-8") as lines:
            cases = [json.loads(line) for line in lines]
        for case in cases:
            if "quirk" in case or not case["pattern"]:
                continue
            try:
                answer = e.test_event_pattern(EventPattern=case["pattern"], Event=case.get("event", "{}"))["Result"]
                right = case["valid"] and answer == case.get("match", answer)
            except ClientError as error:
                right = not case["valid"] and error.response["Error"]["Code"] == "InvalidEventPatternException"
            if not right:
                wrong.append(case["id"])
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
