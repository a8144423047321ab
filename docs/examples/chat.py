"""WebSockets: the handshake is refused to the origins that the policy refuses.

uvicorn chat:app
"""

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from cors_core.starlette import install


async def home(request):
    return PlainTextResponse("The chat is at /chat.\n")


async def chat(websocket):
    await websocket.accept()
    await websocket.send_text(f"you said: {await websocket.receive_text()}")
    await websocket.close()


app = Starlette(routes=[Route("/", home), WebSocketRoute("/chat", chat)])
install(app, allow_origins=["https://app.example.com"], check_websockets=True)
