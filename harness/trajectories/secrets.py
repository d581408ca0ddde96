"""Secrets in trajectories: keys and tokens that a tool, a user or a model let slip, found by detect-secrets."""

from collections.abc import Iterable

from detect_secrets.core.scan import scan_line
from detect_secrets.settings import transient_settings

from skillweave.tasks.trajectory import Message

# Detectors of tokens with a known shape. Those that go by entropy or by a word such as "password" beside any value
# would take ids and mails of a made-up office for secrets.
DETECTORS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "CloudantDetector",
    "DiscordBotTokenDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "IbmCosHmacDetector",
    "JwtTokenDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)
_SETTINGS = {"plugins_used": [{"name": name} for name in DETECTORS]}


def secrets_in(messages: Iterable[Message]) -> list[str]:
    """Return the kinds of secrets in the messages, sorted; never the secrets themselves."""
    texts = []
    for message in messages:
        texts.append(str(message.get("content") or ""))
        texts.append(str(message.get("reasoning_content") or ""))
        texts += [str(call["function"]["arguments"]) for call in message.get("tool_calls") or ()]
    found = [_KNOWN[text] for text in texts if text in _KNOWN]
    fresh = {text for text in texts if text and text not in _KNOWN}
    if fresh:
        with transient_settings(_SETTINGS):
            found += [_kinds(text) for text in sorted(fresh)]
    return sorted({kind for kinds in found for kind in kinds})


_KNOWN: dict[str, tuple[str, ...]] = {}
"""texts that were looked at: system prompts and SKILL.md come again in every row"""
_MOST_KNOWN = 20_000


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(sorted({found.type for line in text.splitlines() for found in scan_line(line)}))
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[text] = kinds
    return kinds
