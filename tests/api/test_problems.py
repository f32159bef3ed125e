"""Every error is a problem document (RFC 9457), whatever raised it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query, Request

from api.bodies import read_body
from api.problems import install_problem_handlers
from practicegraph.errors import Conflict, MalformedDocument, Overloaded

app = FastAPI()
install_problem_handlers(app)
router = APIRouter()


@router.get("/conflict")
def conflict() -> None:
    raise Conflict("Read it again.", current=7)


@router.get("/document")
def document() -> None:
    raise MalformedDocument("cases.csv", "a quote is not closed", line=3)


@router.get("/overloaded")
def overloaded() -> None:
    raise Overloaded("Later.", retry_after=9)


@router.get("/defect")
def defect() -> None:
    raise KeyError("secret")


@router.get("/teapot")
def teapot() -> None:
    raise HTTPException(418, "short and stout", headers={"X-Tea": "green"})


@router.get("/number")
def number(size: Annotated[int, Query(ge=1)]) -> int:
    return size


@router.post("/number")
async def body(request: Request) -> int:
    return len(await read_body(request, 10))


app.include_router(router)


class Client:
    """Calls the application in-process."""

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
                return await client.request(method, path, **options)

        return asyncio.run(call())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


def problem(response: Any) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert {"type", "title", "status", "detail"} <= set(document)
    assert document["status"] == response.status_code
    assert document["type"].startswith("https://w3id.org/practicegraph/problems/")
    return dict(document)


def test_an_error_of_ours_keeps_its_status_detail_and_members(client: Client) -> None:
    document = problem(client.get("/conflict"))
    assert document["status"] == 409
    assert document["type"].endswith("/conflict")
    assert (document["detail"], document["current"]) == ("Read it again.", 7)


def test_members_that_are_not_known_are_left_out(client: Client) -> None:
    document = problem(client.get("/document"))
    assert document["line"] == 3
    assert "column" not in document


def test_an_overloaded_service_says_when_to_come_again(client: Client) -> None:
    assert client.get("/overloaded").headers["retry-after"] == "9"


def test_a_defect_is_told_without_its_insides(client: Client) -> None:
    response = client.get("/defect")
    assert problem(response)["status"] == 500
    assert "secret" not in response.text


def test_an_error_of_the_framework_keeps_its_headers(client: Client) -> None:
    response = client.get("/teapot")
    assert problem(response)["detail"] == "short and stout"
    assert response.headers["x-tea"] == "green"


def test_a_wrong_parameter_is_named_and_not_repeated(client: Client) -> None:
    response = client.get("/number", params={"size": "<script>"})
    document = problem(response)
    assert document["status"] == 400
    assert document["errors"][0]["name"] == "size"
    assert "script" not in response.text


def test_an_unknown_address_is_named(client: Client) -> None:
    assert problem(client.get("/nowhere"))["detail"] == "There is nothing at /nowhere."


def test_a_wrong_method_is_told_all_right_ones(client: Client) -> None:
    response = client.request("PUT", "/number")
    assert problem(response)["status"] == 405
    assert response.headers["allow"] == "GET, POST"


def test_a_body_of_just_the_limit_is_read(client: Client) -> None:
    assert client.post("/number", content=b"x" * 10).json() == 10


@pytest.mark.parametrize("streamed", [False, True])
def test_a_longer_body_is_refused(client: Client, streamed: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x" * 6
        yield b"x" * 5

    content = pieces() if streamed else b"x" * 11
    document = problem(client.post("/number", content=content))
    assert (document["status"], document["limit"]) == (413, 10)


@pytest.mark.parametrize("length", ["-1", "1e3", "²"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    headers = {"content-length": length.encode()}
    assert client.post("/number", content=b"x", headers=headers).status_code == 400
