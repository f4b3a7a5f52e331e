#!/usr/bin/python3
"""Doses over MQTT: finds the benches of a broker, asks a pump to dose, waits until it has, and shows what repeats and cancels do.

    apt install python3-paho-mqtt
    python3 dose.py --broker broker.lab.example --port 8883 --tls --user ada --password-file ./broker-password

Works with paho-mqtt 1.6 (Debian bookworm) and 2.1 (trixie), and knows nothing of benchd but its topics.
"""

import argparse
import json
import queue
import sys
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties


class Refused(Exception):
    """The gateway has said no; nothing was done."""


class Broker:
    """A connection to a broker, and what is answered to whoever asks over it."""

    def __init__(self, options):
        self.replies = f"replies/{options.user or 'anybody'}/{uuid.uuid4()}"
        self.token = open(options.token_file).read().strip() if options.token_file else None
        self.found = {}
        self.waiting = {}
        self.connected = threading.Event()
        # 2.0 wants to be told which callbacks are meant; 1.6 knows but one kind.
        kind = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
        self.client = mqtt.Client(*kind, protocol=mqtt.MQTTv5)
        self.client.on_connect = self.on_connect
        self.client.on_message = self.on_message
        if options.user:
            password = open(options.password_file).read().strip() if options.password_file else None
            self.client.username_pw_set(options.user, password)
        if options.tls:
            self.client.tls_set(ca_certs=options.ca)
        self.prefix = options.prefix
        self.client.connect(options.broker, options.port)
        self.client.loop_start()
        if not self.connected.wait(10):
            sys.exit("the broker does not answer")

    def on_connect(self, client, userdata, flags, reason, properties):
        # After each connection anew: answers to what was asked before may come yet.
        client.subscribe([(f"{self.prefix}/+/things/+/description", 1), (self.replies, 1)])
        self.connected.set()

    def on_message(self, client, userdata, message):
        if message.topic != self.replies:
            _, gateway, _, thing, _ = message.topic.rsplit("/", 4)
            self.found[gateway, thing] = json.loads(message.payload)
            return
        told = dict(message.properties.UserProperty)
        answers = self.waiting.get(message.properties.CorrelationData)
        if answers:
            answers.put((int(told["status"]), told, json.loads(message.payload or b"null")))

    def publish(self, topic, payload, **user):
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = self.replies
        properties.CorrelationData = uuid.uuid4().bytes
        properties.ContentType = "application/json"
        said = {name.replace("_", "-"): value for name, value in user.items()}
        if self.token:
            said["authorization"] = f"Bearer {self.token}"
        properties.UserProperty = list(said.items())
        answers = self.waiting[properties.CorrelationData] = queue.Queue()
        self.client.publish(topic, json.dumps(payload), qos=1, properties=properties)
        return answers


class Action:
    """An action that was asked for, once, whatever the network does."""

    def __init__(self, broker, gateway, thing, action, given, key=None, seconds=30):
        self.broker = broker
        self.topic = f"{broker.prefix}/{gateway}/things/{thing}/actions/{action}"
        self.key = key or str(uuid.uuid4())
        start_by = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        for attempt in range(5):
            self.answers = broker.publish(
                f"{self.topic}/request",
                given,
                idempotency_key=self.key,
                start_by=start_by.isoformat(timespec="milliseconds"),
            )
            try:
                status, self.told, self.invocation = self.answers.get(timeout=5)
            except queue.Empty:
                continue  # Lost, there or back: under the same key it is done once.
            if status in (429, 503):
                time.sleep(int(self.told.get("retry-after", 2)))
                continue
            if status != 201:
                raise Refused(f"{status}: {self.invocation}")
            return
        raise Refused("nobody answers")

    def end(self, seconds=60):
        """The invocation once it has ended."""
        while self.told["final"] == "false":
            _, self.told, self.invocation = self.answers.get(timeout=seconds)
        return self.invocation

    def cancel(self):
        self.broker.publish(f"{self.topic}/cancel", {"id": self.invocation["id"]})


def main():
    options = argparse.ArgumentParser(description="Doses over MQTT.")
    options.add_argument("--broker", default="127.0.0.1")
    options.add_argument("--port", type=int, default=1883)
    options.add_argument("--tls", action="store_true")
    options.add_argument("--ca", help="certificates of whom to trust, PEM")
    options.add_argument("--user")
    options.add_argument("--password-file")
    options.add_argument("--token-file", help="a token of the gateway, where it asks for one")
    options.add_argument("--prefix", default="benchd")
    broker = Broker(options.parse_args())

    time.sleep(1)  # What is retained comes at once.
    pumps = []
    for (gateway, thing), description in sorted(broker.found.items()):
        print(f"found {gateway}/{thing}: {description['title']}")
        if "dispense" in description.get("actions", {}):
            pumps.append((gateway, thing))
    if not pumps:
        sys.exit("there is no pump on this broker")
    pump = pumps[0]

    dose = Action(broker, *pump, "dispense", {"volume": 0.05})
    print(f"accepted {dose.invocation['id']}: {dose.invocation['status']}")
    ended = dose.end()
    print(f"ended {ended['id']}: {ended['status']} {json.dumps(ended['output'])}")

    again = Action(broker, *pump, "dispense", {"volume": 0.05}, key=dose.key)
    print(f"again {again.invocation['id']}: replayed {again.told.get('replayed', 'false')}")

    long = Action(broker, *pump, "dispense", {"volume": 20})
    long.cancel()
    ended = long.end()
    print(f"cancelled {ended['id']}: {ended['status']}, reason {ended['reason']}")

    try:
        Action(broker, *pump, "dispense", {"volume": 1}, seconds=-60)
    except Refused as refusal:
        print(f"refused {refusal}")


if __name__ == "__main__":
    main()
