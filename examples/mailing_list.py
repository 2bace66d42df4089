#!/usr/bin/env python3
"""Keeps a table of an SQLite database in step with mail.suppressions.

    mailing_list.py BROKERS DATABASE [TOPIC]

The table is made anew at each start, from the topic's beginning: what went
while nobody looked may have left no trace. Others see it change at once when
all has been read, and from then on as soon as an entry changes.
"""
import json
import sqlite3
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

brokers, database, topic = (sys.argv[1:] + ["mail.suppressions"])[:3]
fields = "tenant", "scope", "recipient", "domain", "sender_domain", "list", "expires"
db = sqlite3.connect(database)
db.execute("PRAGMA journal_mode=WAL")
consumer = Consumer({"bootstrap.servers": brokers, "group.id": "mailing-list", "isolation.level": "read_committed",
                     "enable.auto.commit": False, "enable.partition.eof": True})
unread = set(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in unread])
db.execute("BEGIN")
db.execute("DROP TABLE IF EXISTS suppressed")
db.execute(f"CREATE TABLE suppressed (key PRIMARY KEY, {','.join(fields)})")
while True:
    message = consumer.poll()
    if message.error() and message.error().name() == "_PARTITION_EOF":  # all read, for now
        unread.discard(message.partition())
        if not unread:
            db.commit()
    elif message.error():
        sys.exit(message.error().str())
    else:
        entry = json.loads(message.value() or "{}")  # without a value it is a tombstone
        db.execute("DELETE FROM suppressed WHERE key = ?", [message.key().decode()])
        if entry.get("action") == "suppress":
            db.execute("INSERT INTO suppressed VALUES (?,?,?,?,?,?,?,?)",
                       [message.key().decode(), *(entry[field] for field in fields)])
