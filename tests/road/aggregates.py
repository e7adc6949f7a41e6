"""Takes apart Kinesis records in the form of Amazon's producer library, as little of it as the tests need."""
import hashlib

MAGIC = b"\xf3\x89\x9a\xc2"


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _fields(message):
    """(number, value) of each field; lengths are taken at their word, since the digest was right."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value, at = _varint(message, at)
        if tag & 7 == 2:
            value, at = message[at:at + value], at + value
        yield tag >> 3, value


def user_records(partition_key, data):
    """[(partition key, data)] of what is in a Kinesis record: itself, where it is no aggregate."""
    message, digest = data[len(MAGIC):-16], data[-16:]
    if not data.startswith(MAGIC) or hashlib.md5(message).digest() != digest:
        return [(partition_key, data)]
    fields = list(_fields(message))
    keys = [value.decode() for number, value in fields if number == 1]
    inside = [dict(_fields(value)) for number, value in fields if number == 3]
    return [(keys[record[1]], record[3]) for record in inside]
