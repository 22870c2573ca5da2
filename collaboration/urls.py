"""Addresses of organisations and of a person's own account."""

from django.urls import path

from collaboration.views import accounts, organisations

app_name = "collaboration"

urlpatterns = [
    path("organisaatiot/", organisations.organisation_list, name="organisation_list"),
    path("organisaatiot/<int:pk>/", organisations.organisation_detail, name="organisation_detail"),
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
    path("kieli/", accounts.set_language, name="set_language"),
]
