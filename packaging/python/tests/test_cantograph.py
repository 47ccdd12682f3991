#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module against a socket that answers what a test prepared.

    python3 packaging/python/tests/test_cantograph.py
"""

import base64
import json
import os
import socket
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import cantograph


class Window:
    """Answers each request by a function of its method and parameters; keeps the requests."""

    def __init__(self, answer):
        self.requests = []
        self._folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self._folder.name, "s")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(self.path)
        self._socket.listen()
        self._answer = answer
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rwb") as file:
            for line in file:
                request = json.loads(line)
                self.requests.append(request)
                answer = self._answer(request["method"], request["params"])
                if answer is None:
                    return
                file.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}).encode())
                file.write(b"\n")
                file.flush()

    def close(self):
        self._thread.join(10)
        self._socket.close()
        self._folder.cleanup()


class TestCantograph(unittest.TestCase):
    def window(self, answer):
        window = Window(answer)
        self.addCleanup(window.close)
        connection = cantograph.connect(window.path, timeout=10)
        self.addCleanup(connection.close)
        return window, connection

    def test_a_method_is_a_request_with_its_parameters(self):
        window, canto = self.window(lambda method, _: {"result": {"column": "genre"}})
        self.assertEqual(canto.set_colour(column="genre"), {"column": "genre"})
        self.assertEqual(window.requests[0], {"jsonrpc": "2.0", "id": 1, "method": "set_colour",
                                              "params": {"column": "genre"}})

    def test_an_error_has_its_text_code_and_hint(self):
        error = {"code": -32602, "message": "No such column. Look", "data": {"hint": "Look"}}
        _, canto = self.window(lambda *_: {"error": error})
        with self.assertRaises(cantograph.ScriptError) as raised:
            canto.set_colour(column="x")
        self.assertEqual(str(raised.exception), "No such column. Look")
        self.assertEqual((raised.exception.code, raised.exception.hint), (-32602, "Look"))

    def test_points_come_in_pieces(self):
        def answer(_, parameters):
            rows = range(parameters["first"], min(parameters["first"] + parameters["count"], 12001))
            return {"result": {"total": 12001, "points": [{"row": row} for row in rows]}}

        window, canto = self.window(answer)
        self.assertEqual([p["row"] for p in canto.points()], list(range(12001)))
        self.assertEqual(len(window.requests), 3)

    def test_no_points(self):
        _, canto = self.window(lambda *_: {"result": {"total": 0, "points": []}})
        self.assertEqual(list(canto.points()), [])

    def test_files_travel_as_base64(self):
        def answer(method, parameters):
            if method == "transform":
                self.assertEqual(base64.b64decode(parameters["midi"]), b"MThd")
                return {"result": {"phrases": [{"bar": 1}]}}
            if method == "screenshot":
                return {"result": {"png": base64.b64encode(b"\x89PNG").decode()}}
            return {"result": {"midi": base64.b64encode(b"MThd!").decode()}}

        window, canto = self.window(answer)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.mid")
            canto.write_midi(path, row=3)
            with open(path, "rb") as file:
                self.assertEqual(file.read(), b"MThd!")
        self.assertEqual(window.requests[0]["params"], {"format": "midi", "row": 3})
        self.assertEqual(canto.transform(b"MThd"), [{"bar": 1}])
        self.assertEqual(canto.screenshot(width=200), b"\x89PNG")

    def test_a_window_that_goes_away(self):
        _, canto = self.window(lambda *_: None)
        with self.assertRaises(ConnectionError):
            canto.state()

    def test_nobody_listens(self):
        with self.assertRaises(ConnectionError) as raised:
            cantograph.connect("/nowhere/s")
        self.assertIn("Allow scripts", str(raised.exception))

    def test_the_path_is_in_the_runtime_folder(self):
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = "/run/user/7"
        try:
            self.assertEqual(cantograph.socket_path(), "/run/user/7/cantograph/cantograph.sock")
        finally:
            if before is None:
                del os.environ["XDG_RUNTIME_DIR"]
            else:
                os.environ["XDG_RUNTIME_DIR"] = before


if __name__ == "__main__":
    unittest.main()
