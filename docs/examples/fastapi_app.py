"""A FastAPI application: `install` stands outside its error handlers, whatever is added later.

uvicorn fastapi_app:app
curl -i http://127.0.0.1:8000/orders/1 -H 'Origin: https://app.example.com'
"""

from fastapi import FastAPI

from cors_core.starlette import install

app = FastAPI()
install(
    app,
    allow_origins=["https://app.example.com"],
    allow_methods=["PUT"],
    expose_headers=["X-Request-Id"],
)


@app.put("/orders/{number}")
async def save(number: int):
    return {"saved": number}


@app.get("/broken")
async def broken():
    """The page can read the 500, so that it looks like what it is, and not like a CORS error."""
    raise RuntimeError("on purpose")
