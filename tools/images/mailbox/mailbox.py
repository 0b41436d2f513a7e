"""A mailbox to look into: SMTP on 1025 takes every mail, HTTP on 8025 shows them. The newest 100,000 are kept.

GET /            a page for people
GET /messages    [{messageId, from, to, subject, text, html?, receivedAt}], oldest first; ?to=ADDRESS only its mails
GET /messages?count   {"count": how many}; together with ?to= as well
DELETE /messages      forgets all
GET /healthz     200
"""

import collections
import datetime
import email
import email.policy
import html
import http.server
import json
import signal
import threading
import urllib.parse

from aiosmtpd.controller import Controller

MAILS = collections.deque(maxlen=100_000)


class Store:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "messageId": (message["Message-ID"] or "").strip(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": message["Subject"] or "",
            "text": body(message, "plain") or "",
            "receivedAt": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
        }
        if page := body(message, "html"):
            mail["html"] = page
        MAILS.append(mail)
        return "250 OK"


def body(message, kind):
    part = message.get_body((kind,))
    return part.get_content().replace("\r\n", "\n") if part else None


def page(mails):
    newest = list(mails)[:-201:-1]
    rows = "".join(
        f"<details><summary><time>{mail['receivedAt'][11:23]}</time> <b>{html.escape(mail['subject'])}</b> to "
        f"{html.escape(', '.join(mail['to']))}</summary><pre>{html.escape(mail['text'])}</pre></details>"
        for mail in newest
    )
    return (
        "<!doctype html><meta charset=utf-8><title>Mailbox</title><style>body{font:16px system-ui;max-width:60em;"
        "margin:2em auto;padding:0 1em}details{border-top:1px solid #ddd;padding:.5em}pre{white-space:pre-wrap}"
        f"time{{color:#777}}</style><h1>Mailbox</h1><p>{len(mails)} mails, the newest first</p>{rows}"
    )


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
        mails = list(MAILS)
        if "to" in query:
            mails = [mail for mail in mails if query["to"][0] in mail["to"]]
        if url.path == "/messages":
            self.answer(200, "application/json", json.dumps({"count": len(mails)} if "count" in query else mails))
        elif url.path == "/healthz":
            self.answer(200, "text/plain", "ok\n")
        elif url.path == "/":
            self.answer(200, "text/html; charset=utf-8", page(mails))
        else:
            self.answer(404, "text/plain", "not here\n")

    def do_DELETE(self):
        MAILS.clear()
        self.answer(200, "text/plain", "forgotten\n")

    def answer(self, status, kind, text):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    smtp = Controller(Store(), hostname="0.0.0.0", port=1025, data_size_limit=1 << 20)
    web = http.server.ThreadingHTTPServer(("0.0.0.0", 8025), Handler)
    smtp.start()
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print("mailbox: SMTP on 1025, HTTP on 8025", flush=True)
    stop.wait()
    smtp.stop()


if __name__ == "__main__":
    main()
