"""A browser's side of the page's websocket, without a browser: it can say anything."""

import re
import time
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, build_opener

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def run(address, cookies=None, *, query="", widgets=(), origin=None, **headers):
    """Open the page by its websocket, as these cookies say; return all that it drew.

    `widgets` are the ids of the buttons that it says were pressed, a run each.
    """
    token = xsrf(address)
    cookies = {**(cookies or {}), "_streamlit_xsrf": token}
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with connect(
        address.replace("http", "ws") + "/_stcore/stream",
        origin=origin or address,
        additional_headers={"Cookie": sent, **headers},
        subprotocols=["streamlit", token],
        max_size=None,
    ) as socket:
        drawn = one_run(socket, query)
        for states in widgets:
            drawn += one_run(socket, query, states)
    return drawn


def xsrf(address):
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    with opener.open(f"{address}/_stcore/health", timeout=10):
        pass
    return next(cookie.value for cookie in jar if cookie.name == "_streamlit_xsrf")


def one_run(socket, query, pressed=()):
    asked = BackMsg()
    asked.rerun_script.query_string = query
    for widget in pressed:
        state = asked.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = widget, True
    socket.send(asked.SerializeToString())
    drawn = []
    until = time.monotonic() + 30
    while time.monotonic() < until:
        message = ForwardMsg()
        message.ParseFromString(socket.recv(timeout=30))
        drawn.append(message)
        if message.WhichOneof("type") == "script_finished":
            return drawn
    raise AssertionError("the page did not end its run")


def text_of(drawn):
    return "\n".join(str(message.delta) for message in drawn)


def button_id(drawn, key):
    found = re.search(rf'id: "(\$\$ID-[0-9a-f]+-{key})"', text_of(drawn))
    return found and found[1]
