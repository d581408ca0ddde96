"""The file that describes a server, and what it refuses."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skillweave.tasks.suites.mcp.suite import McpSuite, mcp_suite
from skillweave.tasks.suites.registry import load_suite
from skillweave.taxonomy.errors import UserError


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"url": "http://127.0.0.1:1/mcp"}, r"notes\.yaml: give either command or url"),
        ({"command": None}, r"notes\.yaml: give either command or url"),
        ({"reset": ["true"]}, "'reset' does not go with command"),
        ({"colour": "red"}, r"notes\.yaml: colour: Extra inputs"),
        ({"call_timeout": "soon"}, r"notes\.yaml: call_timeout: "),
        ({"errors": "("}, "is no pattern"),
        ({"name": "two words"}, r"notes\.yaml: name: "),
        ({"command": "no-such-program"}, "no program 'no-such-program' on the PATH"),
        ({"command": "./server"}, "there is no program '.*/server'"),
        ({"args": ["${NOWHERE}"]}, "'NOWHERE' is not set"),
        ({"copy": ["seed", "gone"]}, "there is no '.*gone' to copy"),
        ({"tools": ["paint"]}, "tools: the server has no tool 'paint'"),
        ({"tools": []}, "the server offers none of the tools"),
        ({"read_only": ["paint*"]}, r"read_only: the server has no tool 'paint\*'"),
        ({"skills": {"a": ["paint"]}}, "skill 'a': there is no tool 'paint'"),
        ({"skills": {"a": {"tools": ["ring"], "where": {"loud": "x"}}}}, "ring has no parameter 'loud'"),
    ],
)
def test_a_config_that_does_not_fit_is_refused_in_words(notes: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        mcp_suite(notes(**more))


@pytest.mark.parametrize(
    ("text", "said"), [("[1, 2]", "describes no server"), ("a: [", "is no YAML"), (None, "no file")]
)
def test_what_is_no_config_is_refused(notes: Any, text: str | None, said: str) -> None:
    name = notes()
    file = Path(name.removeprefix("mcp:"))
    file.unlink() if text is None else file.write_text(text)
    with pytest.raises(UserError, match=said):
        load_suite(name)


def test_the_version_is_that_of_the_config_the_copied_files_and_the_server(notes: Any, tmp_path: Path) -> None:
    first = mcp_suite(notes()).version
    assert mcp_suite(notes()).version == first
    assert mcp_suite(notes(briefing="Be brief.")).version != first
    assert mcp_suite(notes(env={"NOTES_VERSION": "2"})).version.startswith("2-")
    (tmp_path / "seed/more.txt").write_text("more")
    assert mcp_suite(notes()).version != first


def test_equal_configs_of_two_folders_each_copy_from_their_own(
    notes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = notes()
    shutil.copytree(tmp_path / "seed", tmp_path / "other/seed")
    shutil.copy(tmp_path / "notes.yaml", tmp_path / "other")
    first = mcp_suite(name)
    monkeypatch.chdir(tmp_path / "other")
    other = mcp_suite(name)
    assert other.version == first.version
    assert other.place.copied() == [tmp_path / "other/seed"] != first.place.copied()


def test_skills_are_tools_unless_the_config_says_otherwise(notes: Any) -> None:
    suite = mcp_suite(notes(tools=["*_note*", "ring"], skills={
        "notes.keep": {"tools": ["write_note"], "where": {"text": "(?i)^remember"}},
        "notes.look": ["list_notes", "read_note"],
    }))  # fmt: skip
    assert dict(suite.skill_tools()) == {
        "notes.keep": ("write_note",),
        "notes.look": ("list_notes", "read_note"),
        "notes.write_note": ("write_note",),
        "notes.delete_note": ("delete_note",),
        "notes.ring": ("ring",),
    }
    calls = [("write_note", {"text": "Remember me"}), ("write_note", {"text": "no"}), ("read_note", {"name": "a"})]
    assert [suite.skill_of(*call) for call in calls] == ["notes.keep", "notes.write_note", "notes.look"]


def test_schemas_are_the_servers_own(suite: McpSuite) -> None:
    import notes_server

    assert {n: s.parameters for n, s in suite.tool_schemas().items()} == {
        t["name"]: t["inputSchema"] for t in notes_server.TOOLS
    }
    assert suite.read_only == {"list_notes", "read_note", "where", "clock"}


def test_without_the_client_package_the_way_out_is_named() -> None:
    lines = (
        "import sys; sys.modules['mcp'] = None",
        "from skillweave.tasks.suites.registry import load_suite",
        "from skillweave.taxonomy.errors import UserError",
        "try: load_suite('mcp:notes.yaml')",
        "except UserError as error: print(error.message, '|', error.hint)",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    assert done.stdout == "suite 'mcp:notes.yaml' needs the package 'mcp' | pip install 'skillweave[mcp]'\n"
