"""mail.suppressions as a table, in ten lines: ten_lines.py BROKERS DATABASE [TOPIC]"""
import json, sqlite3, sys, uuid
from confluent_kafka import Consumer

db = sqlite3.connect(sys.argv[2], isolation_level=None)
db.executescript("DROP TABLE IF EXISTS suppressed;"
                 "CREATE TABLE suppressed (key PRIMARY KEY, recipient, domain, sender_domain, list, expires)")
consumer = Consumer({"bootstrap.servers": sys.argv[1], "group.id": str(uuid.uuid4()), "isolation.level": "read_committed",
                     "auto.offset.reset": "earliest", "enable.auto.commit": False})
consumer.subscribe(sys.argv[3:] or ["mail.suppressions"])
while not (message := consumer.poll()).error():
    entry = json.loads(message.value() or "{}") | {"key": message.key()}  # a tombstone has no value
    db.execute("REPLACE INTO suppressed VALUES (:key, :recipient, :domain, :sender_domain, :list, :expires)"
               if entry.get("action") == "suppress" else "DELETE FROM suppressed WHERE key = :key", entry)
