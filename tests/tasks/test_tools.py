"""Tools: what they accept, and how they refuse."""

import pytest

from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return OFFICE.world(1).open()


def test_an_empty_text_for_an_optional_argument_means_that_it_is_not_given(world: World) -> None:
    search = OFFICE.tools["search_people"]
    assert search.call(world, {"department": "Finance", "title": "", "site": ""}) == search.call(
        world, {"department": "Finance"}
    )


def test_arguments_that_do_not_fit_are_refused_with_their_value(world: World) -> None:
    with pytest.raises(ToolError, match=r"search_people was not run.*page: .*\(got 0\)"):
        OFFICE.tools["search_people"].call(world, {"page": 0})
    with pytest.raises(ToolError, match="colour"):
        OFFICE.tools["search_people"].call(world, {"colour": "red"})


def test_every_filter_by_an_id_refuses_one_that_does_not_exist(world: World) -> None:
    tried = 0
    for tool in OFFICE.tools.values():
        for name in tool.parameters["properties"]:
            if name.endswith("_id") and not tool.parameters["required"]:
                tried += 1
                with pytest.raises(ToolError, match="XXX-99999"):
                    tool.call(world, {name: "XXX-99999"})
    assert tried > 10


def test_the_id_of_a_person_is_no_id_of_a_customer(world: World) -> None:
    with pytest.raises(ToolError, match="'PER-00001' is not the id of a customer; those begin with CUS-"):
        OFFICE.tools["list_orders"].call(world, {"customer_id": "PER-00001"})


def test_a_search_that_finds_nothing_says_which_filters_to_leave_out(world: World) -> None:
    search = OFFICE.tools["search_people"]
    found = search.call(world, {"name": "Nobody", "site": "Oslo"})
    assert found["hint"] == "nothing fits all of name, site: leave out those you were not told"
    assert "hint" not in search.call(world, {"name": "Nobody"})


def test_every_tool_and_parameter_is_described() -> None:
    for tool in OFFICE.tools.values():
        assert tool.description, tool.name
        for name, schema in tool.parameters["properties"].items():
            assert schema.get("description"), (tool.name, name)


def test_a_parameter_without_a_description_is_a_mistake_of_the_author() -> None:
    def bare(world: World, name: str) -> str:
        """Do something."""
        return name

    with pytest.raises(ValueError, match="parameter 'name' has no type or no description"):
        tool_of(bare)


def test_no_tool_takes_sql_or_shows_a_rule(world: World) -> None:
    found = OFFICE.tools["search_people"].call(world, {"name": "x' OR 1=1 --"})
    assert found["total"] == 0
