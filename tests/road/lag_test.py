#!/usr/bin/env python3
"""`tidewire lag` names the stage that holds changes up: each is stopped in turn, and it must be the one that is blamed."""
import subprocess
import unittest

from road import Road, free_port, program, wait_for

STREAM = "kinesis.inventory.products"
TABLE = "create schema inventory; create table inventory.products (id integer primary key, note text);"


class Lag(unittest.TestCase):
    def lag(self, road, *more):
        done = subprocess.run([program(), "lag", "-c", str(road.config), *more], env={"PATH": "/usr/bin", **road.environment}, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    def blames(self, road, words, code=1):
        def asked():
            found, text = self.lag(road)
            return text if found == code and words in text else None
        return wait_for(words, asked, 60, 0.2)

    def test_the_stage_that_stands_is_named(self):
        with Road() as road:
            road.sql(TABLE)
            kinesis, sqs, bus = road.client("kinesis"), road.client("sqs"), road.client("events")
            kinesis.create_stream(StreamName=STREAM, ShardCount=1)
            queue = sqs.create_queue(QueueName="q")["QueueUrl"]
            bus.put_rule(Name="all", EventPattern='{"source":[{"prefix":""}]}')
            bus.put_targets(Rule="all", Targets=[{"Id": "q", "Arn": sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]}])
            port = free_port()
            road.config = road.properties(extra={"quarkus.http.port": port, "tidewire.slot.watch.interval": "200ms", "tidewire.relay.streams": STREAM,
                                                 f"tidewire.relay.{STREAM}.bus": "default", "tidewire.consumer.queue-url": "q",
                                                 "tidewire.relay.checkpoint.dir": road.folder / "checkpoints"})
            self.blames(road, "there is no slot")
            engine = road.part("engine", "run", "-c", road.config).start()
            wait_for("the stream", lambda: "streaming from slot" in engine.logged(), 30)
            road.sql("insert into inventory.products values (1, 'n')")
            text = self.blames(road, "the relay: it is")
            self.assertNotIn("the sink:", text)
            relay = road.part("relay", "relay", "-c", road.config).start()
            text = self.blames(road, "1 messages wait in q, and nobody has received any")
            self.assertRegex(text, r"walsender [0-9A-F]+/[0-9A-F]+ sent, ")
            consumer = road.part("consumer", "consume", "-c", road.config, "--output", "json").start()
            self.blames(road, "Nothing is behind.", 0)

            relay.stop()
            road.sql("insert into inventory.products values (2, 'n')")
            self.blames(road, "the relay: it is")
            relay.start()
            self.blames(road, "Nothing is behind.", 0)

            engine.stop()
            self.blames(road, "no engine runs")
            engine.start()
            self.blames(road, "Nothing is behind.", 0)
            code, text = self.lag(road, "--page", f"http://127.0.0.1:{free_port()}")
            self.assertEqual(code, 1, text)
            self.assertIn("an engine streams, but its pages are not at", text)

            road.parts[0].kill()
            road.sql("insert into inventory.products values (3, 'n')")
            self.blames(road, "the engine is not ready: the sink takes nothing")
            road.cluster.ctl("stop")
            self.blames(road, "the database cannot be asked")
            for part in (engine, relay, consumer):
                part.kill()


if __name__ == "__main__":
    unittest.main(verbosity=2)
