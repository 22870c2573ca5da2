# mypy: disallow-untyped-calls=False
"""Organisations, people and what they were told. A test names only the facts that it is about."""

from typing import Any

from factory.declarations import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.faker import Faker

from collaboration.models import (
    Area,
    AreaMember,
    Change,
    Event,
    Membership,
    Notification,
    Organisation,
    User,
)

PASSWORD = "sininen-hetki-2026"  # noqa: S105 of test people only


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """A municipality that is not in the register."""

    class Meta:
        model = Organisation

    kind = Organisation.Kind.MUNICIPALITY
    code = Sequence(lambda number: f"T{number}")
    name_fi = Sequence(lambda number: f"Testikunta {number}")
    name_sv = Sequence(lambda number: f"Testkommun {number}")


class UnitFactory(OrganisationFactory):
    """A unit of a municipality."""

    kind = Organisation.Kind.UNIT
    parent = SubFactory(OrganisationFactory)


class CountyFactory(OrganisationFactory):
    """A wellbeing services county that is not in the register."""

    kind = Organisation.Kind.WELLBEING_SERVICES_COUNTY
    name_fi = Sequence(lambda number: f"Testialue {number}")
    name_sv = Sequence(lambda number: f"Testområde {number}")


class AreaFactory(DjangoModelFactory[Area]):
    """The territory of a county."""

    class Meta:
        model = Area

    kind = Area.Kind.WELLBEING_SERVICES_COUNTY
    code = Sequence(lambda number: f"T{number}")
    name_fi = SelfAttribute("organisation.name_fi")
    organisation = SubFactory(CountyFactory)


class AreaMemberFactory(DjangoModelFactory[AreaMember]):
    """A municipality of a county."""

    class Meta:
        model = AreaMember

    area = SubFactory(AreaFactory)
    municipality = SubFactory(OrganisationFactory)


class UserFactory(DjangoModelFactory[User]):
    """A person with a password and no organisation."""

    class Meta:
        model = User

    email = Sequence(lambda number: f"henkilo{number}@kunta.example")
    name = Sequence(lambda number: f"Henkilö {number}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(**{"password": PASSWORD, **kwargs})


class ServiceAdministratorFactory(UserFactory):
    """Someone who makes people and organisations."""

    duty = User.Duty.SERVICE_ADMINISTRATOR


class MembershipFactory(DjangoModelFactory[Membership]):
    """A reader of a municipality."""

    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    organisation = SubFactory(OrganisationFactory)
    role = Membership.Role.READER


class EventFactory(DjangoModelFactory[Event]):
    """Something that happened to an organisation."""

    class Meta:
        model = Event

    verb = "organisation.tested"
    subject = SubFactory(OrganisationFactory)


class NotificationFactory(DjangoModelFactory[Notification]):
    """Someone was told of it and has not been mailed."""

    class Meta:
        model = Notification

    recipient = SubFactory(UserFactory)
    event = SubFactory(EventFactory)


class ChangeFactory(DjangoModelFactory[Change]):
    """One property of a row changed."""

    class Meta:
        model = Change

    log = SubFactory(OrganisationFactory)
    subject = SelfAttribute("log")
    seq = Sequence(lambda number: number + 1)
    op_id = Faker("uuid4")
    property = "name_fi"
    from_value = "Ennen"
    to_value = "Jälkeen"
    actor = SubFactory(UserFactory)
