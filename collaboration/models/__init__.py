"""What exists and what must always be true of it."""

from collaboration.models.absence import Absence, AbsenceReader, StandIn
from collaboration.models.action import Action, ActionAnswer, ActionReader
from collaboration.models.announcement import Announcement, AnnouncementPutAside, AnnouncementReader
from collaboration.models.area import Area, AreaMember
from collaboration.models.attachment import Attachment
from collaboration.models.change import Change
from collaboration.models.comment import Comment, CommentEdit, CommentMention
from collaboration.models.contact_message import ContactMessage
from collaboration.models.event import Event
from collaboration.models.export import Export
from collaboration.models.forum import ActingSeat, Forum, ForumSeat
from collaboration.models.goal import Goal, GoalLink
from collaboration.models.invitation import Invitation
from collaboration.models.level import Level
from collaboration.models.matter import InterfaceCheck, Matter, MatterReader
from collaboration.models.member import Member
from collaboration.models.membership import Membership
from collaboration.models.notification import MailPreference, Notification
from collaboration.models.organisation import Organisation
from collaboration.models.password_link import PasswordLink
from collaboration.models.person import User
from collaboration.models.personal_token import PersonalToken
from collaboration.models.reach import MemberReader, OrganisationReader, Reader
from collaboration.models.reachable import Reachable
from collaboration.models.reference_row import ReferenceRow
from collaboration.models.saved_filter import SavedFilter
from collaboration.models.seal import Seal
from collaboration.models.synonym import Synonym

__all__ = [
    "Absence",
    "AbsenceReader",
    "ActingSeat",
    "Action",
    "ActionAnswer",
    "ActionReader",
    "Announcement",
    "AnnouncementPutAside",
    "AnnouncementReader",
    "Area",
    "AreaMember",
    "Attachment",
    "Change",
    "Comment",
    "CommentEdit",
    "CommentMention",
    "ContactMessage",
    "Event",
    "Export",
    "Forum",
    "ForumSeat",
    "Goal",
    "GoalLink",
    "InterfaceCheck",
    "Invitation",
    "Level",
    "MailPreference",
    "Matter",
    "MatterReader",
    "Member",
    "MemberReader",
    "Membership",
    "Notification",
    "Organisation",
    "OrganisationReader",
    "PasswordLink",
    "PersonalToken",
    "Reachable",
    "Reader",
    "ReferenceRow",
    "SavedFilter",
    "Seal",
    "StandIn",
    "Synonym",
    "User",
]
