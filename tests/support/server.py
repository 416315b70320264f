#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A web server on the loopback, well behaved or not: server.py FOLDER

Serves FOLDER as a mirror, HOST/PATH, with ETag, conditions and ranges. Prints its address, and writes
a line for every request to requests.log. Hosts of these names behave as they are called:
  stops.test      every answer breaks off after half of what it should send
  once.test       the same, but only the first answer for each path
  silent.test     never answers
  stalls.test     sends half and then nothing
  html.test       a web page in place of everything
  norange.test    ignores ranges
  otherrange.test sends another part than was asked for
  moved.test      redirects to good.test
  away.test       redirects for ever
  plain.test      tells neither ETag nor Last-Modified
  busy.test       429 with Retry-After: 1 to the first request, then well behaved
  busyforlong.test  429 with Retry-After: 7200
  <number>.test   that status
"""
import hashlib
import os
import sys
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

seen = set()
ROOT = Path(sys.argv[1])
LOG = open("requests.log", "a", encoding="utf-8", buffering=1)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, headers, body=b"", length=None):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        host, _, path = self.path.lstrip("/").partition("/")
        asked = [f"{name}: {self.headers[name]}" for name in ("Range", "If-None-Match")
                 if name in self.headers]
        agent = self.headers.get("User-Agent", "")
        LOG.write(" ".join(["GET", f"{host}/{path}", agent.split("/")[0], *asked]) + "\n")
        first = self.path not in seen
        seen.add(self.path)
        name = host.removesuffix(".test")
        if name == "silent":
            time.sleep(60)
        elif name == "html":
            self.answer(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>\n<p>Please log in")
        elif name == "moved":
            self.answer(302, {"Location": f"/good.test/{path}"})
        elif name == "away":
            self.answer(302, {"Location": f"/away.test/{path}x"})
        elif name == "busy" and first:
            self.answer(429, {"Retry-After": "1"}, b"too often")
        elif name == "busyforlong":
            self.answer(429, {"Retry-After": "7200"}, b"too often")
        elif name.isdigit():
            self.answer(int(name), {"Content-Type": "text/html"}, b"<html>no")
        else:
            self.send_file(host, name, path.partition("?")[0], first)

    def send_file(self, host, name, path, first):
        file = ROOT / host / path
        if not file.is_file():
            file = ROOT / "good.test" / path
        if not file.is_file():
            self.answer(404, {"Content-Type": "text/html"}, b"<html>no such file")
            return
        body = file.read_bytes()
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        headers = {"Content-Type": "application/octet-stream"}
        if name != "plain":
            headers["ETag"] = etag
            headers["Last-Modified"] = formatdate(os.stat(file).st_mtime, usegmt=True)
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, headers)
            return
        wanted = self.headers.get("Range", "")
        code = 200
        if wanted.startswith("bytes=") and name != "norange":
            at = int(wanted[6:].rstrip("-"))
            if at >= len(body):
                self.answer(416, {"Content-Range": f"bytes */{len(body)}"})
                return
            if name == "otherrange":
                at += 1
            headers["Content-Range"] = f"bytes {at}-{len(body) - 1}/{len(body)}"
            body = body[at:]
            code = 206
        breaks = name == "stops" or (name == "once" and first) or name == "stalls"
        self.answer(code, headers, body[: len(body) // 2] if breaks else body, len(body))
        if name == "stalls":
            self.wfile.flush()
            time.sleep(60)
        if breaks:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that left


server = Server(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
