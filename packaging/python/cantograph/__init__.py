# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands a running Cantograph through its local socket (Settings > Allow scripts).

    with cantograph.connect() as canto:
        canto.set_colour(column="genre")
        for point in canto.points():
            print(point["title"], point["x"], point["y"])

Every method of the protocol (canto.help() lists them) can be called as a method of the connection,
with its parameters by name. What differs: points() gives all points one after another, screenshot()
gives the bytes of a PNG file, transform() takes the name of a MIDI file or its bytes.
"""

import base64
import json
import os
import socket

__all__ = ["Connection", "ScriptError", "connect", "socket_path"]
__version__ = "1.0.0"

_POINTS_AT_ONCE = 5000


class ScriptError(Exception):
    """Cantograph could not carry out a request. `code` is that of JSON-RPC; `hint` says what to do."""

    def __init__(self, code, message, hint=""):
        super().__init__(message)
        self.code = code
        self.hint = hint


def socket_path():
    """Where a running Cantograph of this user listens, unless it was started with --socket."""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or "/run/user/%d" % os.getuid()
    return os.path.join(runtime, "cantograph", "cantograph.sock")


def connect(path=None, timeout=60.0):
    """Connects to Cantograph. `timeout`: seconds that an answer may take."""
    return Connection(path or socket_path(), timeout)


class Connection:
    """A connection to a running Cantograph. One request at a time; not for several threads."""

    def __init__(self, path, timeout=60.0):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        try:
            self._socket.connect(path)
        except OSError as error:
            self._socket.close()
            raise ConnectionError(
                "Cantograph does not listen at %s (%s). Switch on Settings > Allow scripts, "
                "or start it with --serve." % (path, error.strerror)) from error
        self._lines = self._socket.makefile("rb")
        self._id = 0

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()

    def close(self):
        self._lines.close()
        self._socket.close()

    def call(self, method, **parameters):
        """Sends a request and gives its result."""
        self._id += 1
        request = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": parameters}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("Cantograph closed the connection")
        answer = json.loads(line)
        if "error" in answer:
            error = answer["error"]
            raise ScriptError(error["code"], error["message"],
                              (error.get("data") or {}).get("hint", ""))
        if answer.get("id") != self._id:
            raise ConnectionError("Cantograph answered another request")
        return answer["result"]

    def __getattr__(self, method):
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda **parameters: self.call(method, **parameters)

    def points(self, latents=False):
        """All points of the map, one after another."""
        first, total = 0, 1
        while first < total:
            answer = self.call("points", first=first, count=_POINTS_AT_ONCE, latents=latents)
            total = answer["total"]
            yield from answer["points"]
            first += _POINTS_AT_ONCE

    def screenshot(self, of="map", **size):
        """The bytes of a PNG file. `size`: width and height of the map, in pixels."""
        return base64.b64decode(self.call("screenshot", of=of, **size)["png"])

    def transform(self, midi):
        """Phrases of a MIDI file: bar, latent and map position. `midi`: its name, or its bytes."""
        if not isinstance(midi, (bytes, bytearray)):
            with open(midi, "rb") as file:
                midi = file.read()
        return self.call("transform", midi=base64.b64encode(midi).decode())["phrases"]

    def write_midi(self, path, **where):
        """Decodes a row, a position (x, y) or a latent, and writes it as a MIDI file."""
        music = self.call("decode", format="midi", **where)
        with open(path, "wb") as file:
            file.write(base64.b64decode(music["midi"]))
