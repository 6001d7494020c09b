"""mailpit-api-client against the server at the URL given, which holds one letter; prints what it found, as JSON."""

from __future__ import annotations

import json
import sys

from mailpit.client.api import API

api = API(sys.argv[1], timeout=10)
listed = api.get_messages()
message = api.get_message(listed.messages[0].id)
part = message.attachments[0].part_id
found = {
    "total": listed.total,
    "subject": message.subject,
    "from": message.from_.address,
    "attachment": api.get_message_attachment(message.id, part),
    "headers": api.get_message_headers(message.id).from_,
}
api.put_messages([message.id], "Read", False)
found["read"] = api.get_messages().messages[0].read
api.delete_messages([message.id])
found["left"] = len(api.get_messages().messages)
print(json.dumps(found))
