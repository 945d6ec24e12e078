"""The official google-genai client, as for Vertex AI, against the gateway or the emulator itself.

BASE_URL is its address, API_KEY what it takes as a bearer. Exits non-zero where an answer isn't as it must be.
"""

import os
import uuid

from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

MODEL = os.environ.get("MODEL", "echo")
QUESTION = f"Write to alice@example.com about {uuid.uuid4()} please"
MAIL = types.FunctionDeclaration(
    name="send_mail",
    description="Sends a mail.",
    parameters=types.Schema(type="OBJECT", properties={"to": types.Schema(type="STRING")}, required=["to"]),
)


def client(key):
    return genai.Client(
        vertexai=True,
        project=os.environ.get("PROJECT", "demo"),
        location=os.environ.get("LOCATION", "us-central1"),
        credentials=Credentials(token=key),
        http_options=types.HttpOptions(base_url=os.environ["BASE_URL"]),
    )


# A client that nobody holds closes its connections.
vertex = client(os.environ["API_KEY"])
models = vertex.models


def equal(got, expected, what):
    assert got == expected, f"{what}: {got!r}, not {expected!r}"


def whole():
    config = types.GenerateContentConfig(system_instruction="be brief", temperature=0.1, max_output_tokens=100)
    answer = models.generate_content(model=MODEL, contents=QUESTION, config=config)
    equal(answer.text, QUESTION, "text")
    equal(answer.candidates[0].finish_reason, types.FinishReason.STOP, "finish reason")
    usage = answer.usage_metadata
    assert usage.prompt_token_count > 0 and usage.candidates_token_count > 0, usage


def streamed():
    question = QUESTION + " streamed"
    chunks = list(models.generate_content_stream(model=MODEL, contents=question))
    equal("".join(chunk.text or "" for chunk in chunks), question, "streamed text")
    assert len(chunks) > 1, chunks
    equal(chunks[-1].candidates[0].finish_reason, types.FinishReason.STOP, "finish reason")
    assert chunks[-1].usage_metadata.candidates_token_count > 0, chunks[-1]


def tools():
    question = f'{uuid.uuid4()}\ncall send_mail {{"to": "alice@example.com"}}'
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[MAIL])])
    answer = models.generate_content(model=MODEL, contents=question, config=config)
    [call] = answer.function_calls
    equal((call.name, call.args), ("send_mail", {"to": "alice@example.com"}), "function call")
    result = types.Part.from_function_response(name="send_mail", response={"sent": "to alice@example.com"})
    turns = [
        types.Content(role="user", parts=[types.Part(text=question)]),
        answer.candidates[0].content,
        types.Content(role="user", parts=[result]),
    ]
    after = models.generate_content(model=MODEL, contents=turns, config=config)
    assert "to alice@example.com" in after.text, after


def counted():
    assert models.count_tokens(model=MODEL, contents=QUESTION).total_tokens > 0


def refused():
    for status, key, model, contents in [
        (401, "no-such-key", MODEL, "hi"),
        (404, os.environ["API_KEY"], "no-such-model", "hi"),
        (400, os.environ["API_KEY"], MODEL, [types.Content(role="wizard", parts=[types.Part(text="hi")])]),
    ]:
        other = client(key)
        try:
            other.models.generate_content(model=model, contents=contents)
        except errors.ClientError as problem:
            equal(problem.code, status, "status")
            assert problem.status and problem.message, problem
        else:
            raise AssertionError(f"{status}: not refused")


for check in (whole, streamed, tools, counted, refused):
    check()
    print(f"{check.__name__}: ok")
