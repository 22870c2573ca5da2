"""Addresses of organisations and of a person's own account."""

from django.urls import include, path

from collaboration.api import forums as api_forums
from collaboration.api import matters as api_matters
from collaboration.api import notices as api_notices
from collaboration.api import organisations as api
from collaboration.api import people as api_people
from collaboration.api.desk import Desk
from collaboration.api.search import Search
from collaboration.views import (
    accounts,
    contact,
    forums,
    invitations,
    kept_posts,
    live,
    matters,
    notices,
    organisations,
    people,
    tokens,
)

app_name = "collaboration"

api_urls = [
    path("me/", api.Me.as_view(), name="api_me"),
    path("me/mail/", api_notices.MailPreferences.as_view(), name="api_mail_preferences"),
    path("notices/", api_notices.Notices.as_view(), name="api_notices"),
    path("notices/read/", api_notices.NoticesRead.as_view(), name="api_notices_read"),
    path("notices/<int:notice_id>/read/", api_notices.NoticeRead.as_view(), name="api_notice_read"),
    path("desk/", Desk.as_view(), name="api_desk"),
    path("organisations/", api.Organisations.as_view(), name="api_organisations"),
    path("organisations/<int:organisation_id>/", api.OneOrganisation.as_view(), name="api_organisation"),
    path("search/", Search.as_view(), name="api_search"),
    path("organisations/<int:organisation_id>/people/", api_people.People.as_view(), name="api_people"),
    path(
        "organisations/<int:organisation_id>/people/<int:member_id>/",
        api_people.OneMember.as_view(),
        name="api_member",
    ),
    path(
        "organisations/<int:organisation_id>/people/<int:member_id>/end/",
        api_people.MemberEnded.as_view(),
        name="api_member_end",
    ),
    path(
        "organisations/<int:organisation_id>/people/<int:member_id>/take-back/",
        api_people.MemberTakenBack.as_view(),
        name="api_member_take_back",
    ),
    path(
        "organisations/<int:organisation_id>/invitations/",
        api_people.Invitations.as_view(),
        name="api_invitations",
    ),
    path(
        "organisations/<int:organisation_id>/invitations/<int:invitation_id>/",
        api_people.OneInvitation.as_view(),
        name="api_invitation",
    ),
    path(
        "organisations/<int:organisation_id>/invitations/<int:invitation_id>/send/",
        api_people.InvitationSent.as_view(),
        name="api_invitation_send",
    ),
    path("areas/", api.Areas.as_view(), name="api_areas"),
    path("areas/<int:area_id>/", api.OneArea.as_view(), name="api_area"),
    path("forums/", api_forums.Forums.as_view(), name="api_forums"),
    path("forums/<int:forum_id>/", api_forums.OneForum.as_view(), name="api_forum"),
    path("forums/<int:forum_id>/end/", api_forums.ForumEnded.as_view(), name="api_forum_end"),
    path("forums/<int:forum_id>/take-back/", api_forums.ForumTakenBack.as_view(), name="api_forum_take_back"),
    path("forums/<int:forum_id>/seats/", api_forums.Seats.as_view(), name="api_seats"),
    path("forums/<int:forum_id>/seats/<int:seat_id>/", api_forums.OneSeat.as_view(), name="api_seat"),
    path(
        "forums/<int:forum_id>/seats/<int:seat_id>/end/", api_forums.SeatEnded.as_view(), name="api_seat_end"
    ),
    path("absences/", api_forums.Absences.as_view(), name="api_absences"),
    path("absences/<int:absence_id>/", api_forums.OneAbsence.as_view(), name="api_absence"),
    path("absences/<int:absence_id>/end/", api_forums.AbsenceEnded.as_view(), name="api_absence_end"),
    path("matters/", api_matters.Matters.as_view(), name="api_matters"),
    path("matters/<int:matter_id>/", api_matters.OneMatter.as_view(), name="api_matter"),
    path(
        "matters/<int:matter_id>/transitions/<slug:step>/",
        api_matters.MatterTransition.as_view(),
        name="api_matter_step",
    ),
    path(
        "matters/<int:matter_id>/preparer/", api_matters.MatterPreparer.as_view(), name="api_matter_preparer"
    ),
    path("matters/<int:matter_id>/checks/", api_matters.Checks.as_view(), name="api_checks"),
    path("matters/<int:matter_id>/checks/<int:check_id>/", api_matters.OneCheck.as_view(), name="api_check"),
    path("matters/<int:matter_id>/unchecked/", api_matters.NothingTouched.as_view(), name="api_check_none"),
]

urlpatterns = [
    path("organisaatiot/", organisations.organisation_list, name="organisation_list"),
    path("organisaatiot/uusi/", organisations.organisation_new, name="organisation_new"),
    path("organisaatiot/<int:pk>/muokkaa/", organisations.organisation_edit, name="organisation_edit"),
    path("organisaatiot/<int:pk>/", organisations.organisation_detail, name="organisation_detail"),
    path("organisaatiot/<int:pk>/henkilot/", people.people, name="people"),
    path("organisaatiot/<int:pk>/henkilot/kutsu/", invitations.invite, name="invite"),
    path(
        "organisaatiot/<int:pk>/henkilot/kutsut/<int:invitation_id>/laheta/",
        invitations.send_again,
        name="invitation_send",
    ),
    path(
        "organisaatiot/<int:pk>/henkilot/kutsut/<int:invitation_id>/peru/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("organisaatiot/<int:pk>/henkilot/<int:member_id>/", people.member, name="member"),
    path("organisaatiot/<int:pk>/henkilot/<int:member_id>/paata/", people.member_end, name="member_end"),
    path(
        "organisaatiot/<int:pk>/henkilot/<int:member_id>/ota-takaisin/",
        people.member_take_back,
        name="member_take_back",
    ),
    path("foorumit/", forums.structure, name="forums"),
    path("foorumit/uusi/", forums.forum_new, name="forum_new"),
    path("foorumit/<int:pk>/", forums.forum, name="forum"),
    path("foorumit/<int:pk>/muokkaa/", forums.forum_edit, name="forum_edit"),
    path("foorumit/<int:pk>/paata/", forums.forum_end, name="forum_end"),
    path("foorumit/<int:pk>/ota-takaisin/", forums.forum_take_back, name="forum_take_back"),
    path("foorumit/<int:pk>/paikat/uusi/", forums.seat_new, name="seat_new"),
    path("foorumit/<int:pk>/paikat/<int:seat_id>/", forums.seat_edit, name="seat"),
    path("foorumit/<int:pk>/paikat/<int:seat_id>/paata/", forums.seat_end, name="seat_end"),
    path("foorumit/<int:pk>/kutsu/", forums.forum_invite, name="forum_invite"),
    path(
        "foorumit/<int:pk>/kutsut/<int:seat_invitation_id>/<slug:what>/",
        forums.forum_invitation,
        name="forum_invitation",
    ),
    path("foorumit/<int:pk>/asiat/uusi/", matters.matter_new, name="matter_new"),
    path("asiat/", matters.matter_list, name="matters"),
    path("asiat/uusi/", matters.matter_where, name="matter_where"),
    path("asiat/ota-kasittelyyn/", matters.matters_accept, name="matters_accept"),
    path("asiat/tiedosto/", matters.matters_file, name="matters_file"),
    path("asiat/<int:pk>/", matters.matter, name="matter"),
    path("asiat/<int:pk>/muokkaa/", matters.matter_edit, name="matter_edit"),
    path("asiat/<int:pk>/valmistelija/", matters.matter_preparer, name="matter_preparer"),
    path("asiat/<int:pk>/tarkistus/", matters.check_add, name="check_add"),
    path("asiat/<int:pk>/tarkistus/ei-kosketa/", matters.check_none, name="check_none"),
    path("asiat/<int:pk>/tarkistus/<int:check_id>/poista/", matters.check_remove, name="check_remove"),
    path("asiat/<int:pk>/askel/<slug:step>/", matters.matter_step, name="matter_step"),
    path("oma/poissaolot/", forums.absence_list, name="absences"),
    path("oma/poissaolot/<int:absence_id>/paata/", forums.absence_end, name="absence_end"),
    path("yhteydenotot/", contact.contact_messages, name="contact_messages"),
    path("yhteydenotot/<int:message_id>/", contact.contact_message, name="contact_message"),
    path("yhteydenotot/<int:message_id>/vastattu/", contact.contact_mark, name="contact_mark"),
    path("kutsu/<str:token>/", invitations.join, name="join"),
    path("kirjaudu/", accounts.sign_in, name="sign_in"),
    path("kirjaudu/ulos/", accounts.sign_out, name="sign_out"),
    path("kirjaudu/unohtunut/", accounts.PasswordReset.as_view(), name="password_reset"),
    path("kirjaudu/unohtunut/lahetetty/", accounts.PasswordResetDone.as_view(), name="password_reset_done"),
    path(
        "kirjaudu/unohtunut/<uidb64>/<token>/",
        accounts.PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "kirjaudu/unohtunut/valmis/",
        accounts.PasswordResetComplete.as_view(),
        name="password_reset_complete",
    ),
    path("oma/", accounts.profile, name="profile"),
    path("oma/salasana/", accounts.password_change, name="password_change"),
    path("oma/kesken/", kept_posts.kept_post, name="kept_post"),
    path("oma/ilmoitukset/", notices.notices, name="notices"),
    path("oma/ilmoitukset/luettu/", notices.notices_read, name="notices_read"),
    path("oma/ilmoitukset/lukematta/", notices.notices_unread, name="notices_unread"),
    path("oma/ilmoitukset/posti/", notices.mail_preferences, name="mail_preferences"),
    path("oma/ilmoitukset/<int:pk>/", notices.notice_open, name="notice_open"),
    path("posti/pois/<str:token>/", notices.mail_way_out, name="mail_way_out"),
    path("oma/avaimet/", tokens.token_make, name="token_make"),
    path("oma/avaimet/<int:token_id>/poista/", tokens.token_revoke, name="token_revoke"),
    path("virta/", live.live_stream, name="live_stream"),
    path("virta/<slug:kind>-<int:document_id>/lasna/", live.presence, name="presence"),
    path("api/v1/", include(api_urls)),
    path("kieli/", accounts.set_language, name="set_language"),
]
