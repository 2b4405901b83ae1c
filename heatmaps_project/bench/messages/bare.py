"""What planning and sending are compared with: COPY of the same rows, and smpplib alone."""

from time import perf_counter

from django.db import connection
from smpplib import consts
from smpplib.client import Client

from feedback.notifications.channels.smpp import WINDOW


def copied() -> float:
    """Return the rows a second of COPY into a table with the columns and indexes of messages."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_message")
        cursor.execute("CREATE TABLE bare_message (LIKE feedback_message INCLUDING ALL)")
        with cursor.copy("COPY feedback_message TO STDOUT") as out:
            rows = [bytes(block) for block in out]
        began = perf_counter()
        with cursor.copy("COPY bare_message FROM STDIN") as into:
            for block in rows:
                into.write(block)
        took = perf_counter() - began
        cursor.execute("SELECT count(*) FROM bare_message")
        (count,) = cursor.fetchone()
        cursor.execute("DROP TABLE bare_message")
    return float(count / took)


def submitted(port: int, *, messages: int, text: str) -> float:
    """Return the messages a second that smpplib alone hands to a centre, receipts taken in."""
    waiting: set[int] = set()
    client = Client("127.0.0.1", port, timeout=10, allow_unknown_opt_params=True)
    client.set_message_sent_handler(lambda pdu: waiting.discard(pdu.sequence))
    client.set_message_received_handler(lambda pdu: int(consts.SMPP_ESME_ROK))
    client.connect()
    client.bind_transceiver(system_id="heatmaps", password="secret")
    began = perf_counter()
    for number in range(messages):
        while len(waiting) >= WINDOW:
            client.read_once(auto_send_enquire_link=False)
        pdu = client.send_message(
            source_addr_ton=consts.SMPP_TON_UNK,
            source_addr="0650",
            dest_addr_ton=consts.SMPP_TON_INTL,
            destination_addr=f"7999{number:07d}",
            data_coding=8,
            registered_delivery=1,
            short_message=text.encode("utf-16-be"),
        )
        waiting.add(pdu.sequence)
    while waiting:
        client.read_once(auto_send_enquire_link=False)
    took = perf_counter() - began
    client.unbind()
    client.disconnect()
    return messages / took
