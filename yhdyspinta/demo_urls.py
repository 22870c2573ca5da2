"""Addresses that exist in demo mode only."""

from django.urls import path

from yhdyspinta.views import demo

urlpatterns = [
    path("", demo.demo_people, name="demo_people"),
    path("kirjaudu/", demo.demo_sign_in, name="demo_sign_in"),
    path("kello/", demo.demo_clock, name="demo_clock"),
    path("alusta/", demo.demo_begin_again, name="demo_begin_again"),
    path("posti/", demo.demo_mail, name="demo_mail"),
]
