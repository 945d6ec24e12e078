"""The official openai client against the gateway: whole, streamed, tools, errors.

BASE_URL is the gateway's address, API_KEY a key or a JWT that it takes. Exits non-zero where an answer isn't as it
must be. The model is the emulator's `echo`, so what is asked is what is answered.
"""

import json
import os
import uuid

import openai

BASE_URL, API_KEY = os.environ["BASE_URL"] + "/v1", os.environ["API_KEY"]
MODEL = os.environ.get("MODEL", "echo")
# Nobody asked it before, so the first answer isn't one from the cache.
QUESTION = f"Write to alice@example.com about {uuid.uuid4()} please"
TOOL = {
    "type": "function",
    "function": {
        "name": "send_mail",
        "description": "Sends a mail to bob@example.com or somebody else.",
        "parameters": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
    },
}

client = openai.OpenAI(base_url=BASE_URL, api_key=API_KEY, max_retries=0)


def equal(got, expected, what):
    assert got == expected, f"{what}: {got!r}, not {expected!r}"


def user(text):
    return [{"role": "system", "content": "be brief"}, {"role": "user", "content": text}]


def whole():
    answer = client.chat.completions.create(model=MODEL, messages=user(QUESTION))
    equal(answer.object, "chat.completion", "object")
    equal(answer.choices[0].message.role, "assistant", "role")
    equal(answer.choices[0].message.content, QUESTION, "content")
    equal(answer.choices[0].finish_reason, "stop", "finish reason")
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0, answer.usage
    equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens, "total")


def capped():
    answer = client.chat.completions.create(model=MODEL, messages=user(QUESTION), max_completion_tokens=2)
    equal(answer.choices[0].message.content, "Write to", "capped content")
    equal(answer.choices[0].finish_reason, "length", "finish reason")


def streamed():
    question = QUESTION + " streamed"
    stream = client.chat.completions.create(
        model=MODEL, messages=user(question), stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    texts = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    equal("".join(texts), question, "streamed content")
    assert len([text for text in texts if text]) > 1, texts
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason]
    equal(reasons, ["stop"], "finish reasons")
    usages = [chunk.usage for chunk in chunks if chunk.usage]
    equal(len(usages), 1, "chunks with usage")
    equal(len({chunk.id for chunk in chunks}), 1, "ids")


def tools():
    messages = user(f'{uuid.uuid4()}\ncall send_mail {{"to": "alice@example.com"}}')
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    choice = answer.choices[0]
    equal(choice.finish_reason, "tool_calls", "finish reason")
    [call] = choice.message.tool_calls
    equal(call.function.name, "send_mail", "function")
    equal(json.loads(call.function.arguments), {"to": "alice@example.com"}, "arguments")

    streamed_arguments = ""
    for chunk in client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL], stream=True):
        for choice in chunk.choices:
            for delta in choice.delta.tool_calls or []:
                streamed_arguments += delta.function.arguments or ""
    equal(json.loads(streamed_arguments), {"to": "alice@example.com"}, "streamed arguments")

    messages += [
        answer.choices[0].message,
        {"role": "tool", "tool_call_id": call.id, "content": "sent to alice@example.com"},
    ]
    after = client.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    assert "sent to alice@example.com" in (after.choices[0].message.content or ""), after


def refused(status, error, what, **request):
    try:
        client.with_options(api_key=request.pop("api_key", API_KEY)).chat.completions.create(**request)
    except error as problem:
        equal(problem.status_code, status, what)
        assert problem.body.get("message"), problem.body
        return
    raise AssertionError(f"{what}: not refused")


def errors():
    asked = {"model": MODEL, "messages": user("hi")}
    refused(401, openai.AuthenticationError, "a wrong key", api_key="no-such-key", **asked)
    refused(404, openai.NotFoundError, "an unknown model", **{**asked, "model": "no-such-model"})
    refused(400, openai.BadRequestError, "messages of the wrong shape", **{**asked, "messages": "hi"})


def models():
    assert any(model.id.startswith("gemini-") for model in client.models.list())


for check in (whole, capped, streamed, tools, errors, models):
    check()
    print(f"{check.__name__}: ok")
