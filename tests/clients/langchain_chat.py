"""LangChain's ChatOpenAI against the gateway: whole, streamed, tools.

BASE_URL is the gateway's address, API_KEY a key or a JWT that it takes. Exits non-zero where an answer isn't as it
must be.
"""

import os
import uuid

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

QUESTION = f"Write to alice@example.com about {uuid.uuid4()} please"

chat = ChatOpenAI(
    base_url=os.environ["BASE_URL"] + "/v1",
    api_key=os.environ["API_KEY"],
    model=os.environ.get("MODEL", "echo"),
    max_retries=0,
    stream_usage=True,
)


@tool
def send_mail(to: str) -> str:
    """Sends a mail."""
    return f"sent to {to}"


def equal(got, expected, what):
    assert got == expected, f"{what}: {got!r}, not {expected!r}"


def whole():
    answer = chat.invoke([SystemMessage("be brief"), HumanMessage(QUESTION)])
    equal(answer.content, QUESTION, "content")
    assert answer.usage_metadata["output_tokens"] > 0, answer


def streamed():
    question = QUESTION + " streamed"
    chunks = list(chat.stream(question))
    equal("".join(chunk.content for chunk in chunks), question, "streamed content")
    assert len([chunk for chunk in chunks if chunk.content]) > 1, chunks


def tools():
    question = HumanMessage(f'{uuid.uuid4()}\ncall send_mail {{"to": "alice@example.com"}}')
    bound = chat.bind_tools([send_mail])
    answer = bound.invoke([question])
    [call] = answer.tool_calls
    equal((call["name"], call["args"]), ("send_mail", {"to": "alice@example.com"}), "tool call")
    after = bound.invoke([question, answer, send_mail.invoke(call)])
    assert "sent to alice@example.com" in after.content, after


for check in (whole, streamed, tools):
    check()
    print(f"{check.__name__}: ok")
