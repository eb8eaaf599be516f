"""Prepared queries: they find what Django's own find, with whatever values, and every time anew."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from desk.records.prepared import Prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    """Three people, the first two of a group."""
    group = Group.objects.create(name="those of the desk")
    found = [
        User.objects.create(username=name, date_joined=dt.datetime(2026, 1, day, 8, tzinfo=dt.UTC))
        for day, name in enumerate(("anna", "bert", "it's 100 % cy"), start=1)
    ]
    group.user_set.add(*found[:2])
    return found


def test_finds_models_with_each_value(people: list[User]) -> None:
    """The same query gives each person for their own number or name, whole and of the right types."""
    by_number = Prepared(lambda number: User.objects.filter(pk=number), int)
    by_name = Prepared(lambda name: User.objects.filter(username=name), str)
    for person in people:
        for found in (by_number.models(person.pk), by_name.models(person.username)):
            assert found == [person]
            assert {f.attname: getattr(found[0], f.attname) for f in User._meta.concrete_fields} == {
                f.attname: getattr(person, f.attname) for f in User._meta.concrete_fields
            }
    assert by_number.models(0) == []


def test_sees_what_changed_since(people: list[User]) -> None:
    """Only the SQL is kept, no answer."""
    by_number = Prepared(lambda number: User.objects.filter(pk=number), int)
    assert by_number.models(people[0].pk)[0].last_name == ""
    User.objects.filter(pk=people[0].pk).update(last_name="Quilla")
    assert by_number.models(people[0].pk)[0].last_name == "Quilla"
    people[0].delete()
    assert by_number.models(people[0].pk or 0) == []


def test_takes_moments_and_constants(people: list[User]) -> None:
    """Values of several kinds together with constants, plain words or not, as Django itself would find them."""

    def build(since: dt.datetime, number: int) -> object:
        known = Q(username__in=["anna", "bert", "it's 100 % cy"], is_active=True)
        return User.objects.filter(known, date_joined__gte=since).exclude(pk=number).order_by("-id")[:2]

    later = Prepared(build, dt.datetime, int)  # type: ignore[arg-type]  # what is built stands in for a query's type
    for since in (people[0].date_joined, people[1].date_joined, dt.datetime(2027, 1, 1, tzinfo=dt.UTC)):
        for person in people:
            assert later.models(since, person.pk) == list(build(since, person.pk))  # type: ignore[call-overload]


def test_gives_rows_relations_and_unions(people: list[User]) -> None:
    """Rows of values_list, what select_related brings without another query, and two queries joined."""
    groups = Prepared(lambda user: Group.objects.filter(user=user).values_list("name", "pk"), int)
    assert [name for name, _ in groups.rows(people[1].pk)] == ["those of the desk"]
    assert groups.rows(people[2].pk) == []
    permissions = Prepared(lambda pk: Permission.objects.filter(pk=pk).select_related("content_type"), int)
    known = Permission.objects.select_related("content_type").latest("pk")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (found,) = permissions.models(known.pk)
        assert found.content_type == known.content_type
    assert len(asked) == 1
    either = Prepared(
        lambda user, other: (
            User.objects.filter(pk=user)
            .values_list("username")
            .union(User.objects.filter(pk=other).values_list("username"))
        ),
        int,
        int,
    )
    assert sorted(either.rows(people[0].pk, people[1].pk)) == [("anna",), ("bert",)]


def test_refuses_a_query_that_leaves_a_value_out() -> None:
    """A value that does not reach the database would be one that nobody is asked about."""
    forgetful = Prepared(lambda number: User.objects.filter(is_active=bool(number)), int)
    with pytest.raises(AssertionError, match="not in the query"):
        forgetful.models(1)
    with pytest.raises(AssertionError, match="takes 1 values"):
        Prepared(lambda number: User.objects.filter(pk=number), int).models(1, 2)
