"""Organisations, people and what they were told. A test names only the facts that it is about."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

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
    code = factory.Sequence(lambda number: f"T{number}")
    name_fi = factory.Sequence(lambda number: f"Testikunta {number}")
    name_sv = factory.Sequence(lambda number: f"Testkommun {number}")


class UnitFactory(OrganisationFactory):
    """A unit of a municipality."""

    kind = Organisation.Kind.UNIT
    parent = factory.SubFactory(OrganisationFactory)


class CountyFactory(OrganisationFactory):
    """A wellbeing services county that is not in the register."""

    kind = Organisation.Kind.WELLBEING_SERVICES_COUNTY
    name_fi = factory.Sequence(lambda number: f"Testialue {number}")
    name_sv = factory.Sequence(lambda number: f"Testområde {number}")


class AreaFactory(DjangoModelFactory[Area]):
    """The territory of a county."""

    class Meta:
        model = Area

    kind = Area.Kind.WELLBEING_SERVICES_COUNTY
    code = factory.Sequence(lambda number: f"T{number}")
    name_fi = factory.SelfAttribute("organisation.name_fi")
    organisation = factory.SubFactory(CountyFactory)


class AreaMemberFactory(DjangoModelFactory[AreaMember]):
    """A municipality of a county."""

    class Meta:
        model = AreaMember

    area = factory.SubFactory(AreaFactory)
    municipality = factory.SubFactory(OrganisationFactory)


class UserFactory(DjangoModelFactory[User]):
    """A person with a password and no organisation."""

    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"henkilo{number}@kunta.example")
    name = factory.Sequence(lambda number: f"Henkilö {number}")

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

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Membership.Role.READER


class EventFactory(DjangoModelFactory[Event]):
    """Something that happened to an organisation."""

    class Meta:
        model = Event

    verb = "organisation.tested"
    subject = factory.SubFactory(OrganisationFactory)


class NotificationFactory(DjangoModelFactory[Notification]):
    """Someone was told of it and has not been mailed."""

    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    event = factory.SubFactory(EventFactory)
    key = factory.Sequence(lambda number: f"event:test:{number}")


class ChangeFactory(DjangoModelFactory[Change]):
    """One property of a row changed."""

    class Meta:
        model = Change

    log = factory.SubFactory(OrganisationFactory)
    subject = factory.SelfAttribute("log")
    seq = factory.Sequence(lambda number: number + 1)
    op_id = factory.Faker("uuid4")
    property = "name_fi"
    from_value = "Ennen"
    to_value = "Jälkeen"
    actor = factory.SubFactory(UserFactory)
